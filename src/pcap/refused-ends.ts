import type { Addresses } from "./addresses.ts";
import type { Packet } from "./packet.ts";
import { isFinalError } from "./transport.ts";

/** The packet that an ICMP error quotes, and the ids of its addresses: who asked, and whom. */
export interface RefusedEnds {
  readonly quoted: Packet;
  readonly client: number;
  readonly server: number;
}

/** The ends of what an ICMP error refuses for good; `undefined` where it doesn't, or is about addresses that no table has. */
export function refusedEnds(p: Packet, addresses: Addresses): RefusedEnds | undefined {
  const { quoted } = p;
  if (quoted === undefined || !isFinalError(p.icmpType, p.icmpCode, p.icmp6)) return undefined;
  const client = addresses.find(quoted.bytes, quoted.sourceAt, quoted.version);
  const server = addresses.find(quoted.bytes, quoted.destinationAt, quoted.version);
  return client < 0 || server < 0 ? undefined : { quoted, client, server };
}
