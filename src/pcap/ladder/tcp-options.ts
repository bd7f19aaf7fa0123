import type { Packet } from "../packet.ts";
import { be16, be32 } from "../words.ts";

/** The TCP options of one packet (RFC 9293, 7323, 2018, 7413, 2385), as far as the capture goes. */
export interface TcpOptions {
  mss: number | undefined;
  /** The shift that the window of later packets is scaled by. */
  windowScale: number | undefined;
  sackPermitted: boolean;
  /** Blocks that were received behind a gap: raw sequence numbers, the second of each pair behind its last byte. */
  sack: [from: number, to: number][];
  timestamp: { value: number; echo: number } | undefined;
  /** Names of further options. */
  others: string[];
}

const OTHERS = new Map<number, string>([
  [19, "MD5"],
  [28, "user timeout"],
  [29, "TCP-AO"],
  [30, "MPTCP"],
  [34, "fast open"],
]);

/** Reads the options of a TCP packet; a malformed one ends the reading. */
export function tcpOptions({ bytes: b, optionsAt, payloadAt: end }: Packet): TcpOptions {
  const options: TcpOptions = {
    mss: undefined,
    windowScale: undefined,
    sackPermitted: false,
    sack: [],
    timestamp: undefined,
    others: [],
  };
  for (let at = optionsAt; at < end;) {
    const kind = b[at] as number;
    if (kind === 0) break;
    if (kind === 1) {
      at++;
      continue;
    }
    const size = at + 1 < end ? (b[at + 1] as number) : 0;
    if (size < 2 || at + size > end) break;
    option(b, at, kind, size, options);
    at += size;
  }
  return options;
}

function option(b: Uint8Array, at: number, kind: number, size: number, options: TcpOptions): void {
  if (kind === 2 && size === 4) options.mss = be16(b, at + 2);
  else if (kind === 3 && size === 3) options.windowScale = b[at + 2] as number;
  else if (kind === 4) options.sackPermitted = true;
  else if (kind === 5) {
    for (let block = at + 2; block + 8 <= at + size; block += 8)
      options.sack.push([be32(b, block) >>> 0, be32(b, block + 4) >>> 0]);
  } else if (kind === 8 && size === 10)
    options.timestamp = { value: be32(b, at + 2) >>> 0, echo: be32(b, at + 6) >>> 0 };
  else options.others.push(OTHERS.get(kind) ?? `option ${kind}`);
}
