import { be16, le16 } from "./words.ts";

const PAYLOAD = 9;

/**
 * Where the IP packet begins in what netfilter logged (LINKTYPE_NFLOG): behind four bytes stand attributes, their lengths and
 * types in the byte order of the host that captured. `end` where there is none.
 */
export function nflog(b: Uint8Array, start: number, end: number): number {
  for (let at = start + 4; at + 4 <= end;) {
    // No attribute is longer than 64 KB less a little, and none that we know has a type above 255.
    const isLittle = b[at + 3] === 0;
    const size = isLittle ? le16(b, at) : be16(b, at);
    const type = isLittle ? le16(b, at + 2) : be16(b, at + 2);
    if (size < 4) return end;
    if (type === PAYLOAD) return at + 4;
    at += (size + 3) & ~3;
  }
  return end;
}
