import { EtherType } from "./ether-type.ts";
import { directionOfType } from "./classic.ts";
import { NONE, type Packet, Tunnel } from "./packet.ts";
import { be16, be32 } from "./words.ts";

const ETHERNET = 1;
const COOKED_V2 = 276;
const TCP = 6;
/** More fragments, or an offset. */
const FRAGMENTED = 0x3fff;

/**
 * Decodes the commonest packet of all in one go: TCP with its whole fixed header, in IPv4 without options and in one piece,
 * straight behind Ethernet or Linux's cooked header. It leaves what the layers' decoders would, at half the cost.
 *
 * @returns whether the packet is such; if not, the packet is as it was
 */
export function plainSegment(p: Packet): boolean {
  const { bytes: b, start, end, linkType } = p;
  const isCooked = linkType === COOKED_V2;
  if (!isCooked && linkType !== ETHERNET) return false;
  const at = isCooked ? start + 20 : start + 14;
  if (end - at < 40) return false;
  if (be16(b, isCooked ? start : start + 12) !== EtherType.ipv4 || b[at] !== 0x45 || b[at + 9] !== TCP)
    return false;
  const total = be16(b, at + 2);
  const header = ((b[at + 32] as number) >> 4) * 4;
  if (total < 40 || header < 20 || (be16(b, at + 6) & FRAGMENTED) !== 0) return false;

  if (isCooked) p.direction = directionOfType(b[start + 10] as number);
  p.version = 4;
  p.sourceAt = at + 12;
  p.destinationAt = at + 16;
  p.ipId = p.fragmentId = be16(b, at + 4);
  p.ttl = b[at + 8] as number;
  p.fragmentOffset = 0;
  p.moreFragments = false;
  p.fragmentAt = at + 20;
  p.protocol = TCP;
  p.tunnel = Tunnel.none;
  p.vni = p.innerAt = p.arpAt = p.icmpType = NONE;
  p.quotes = false;
  p.sourcePort = be16(b, at + 20);
  p.destinationPort = be16(b, at + 22);
  p.sequence = be32(b, at + 24);
  p.acknowledgement = be32(b, at + 28);
  p.flags = b[at + 33] as number;
  p.window = be16(b, at + 34);
  p.optionsAt = at + 40;
  const wireEnd = at + total;
  const payload = at + 20 + header;
  const length = wireEnd > payload ? wireEnd - payload : 0;
  const payloadAt = payload < end ? payload : end;
  p.wireEnd = wireEnd;
  p.payloadLength = length;
  p.payloadAt = payloadAt;
  p.payloadEnd = payloadAt + length < end ? payloadAt + length : end;
  return true;
}
