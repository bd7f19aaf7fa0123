import { decodeText } from "../bytes/index.ts";

/** A text without its byte-order mark. PowerShell redirects into UTF-16, which such a mark gives away. */
export function plainText(bytes: Uint8Array): Uint8Array {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isUtf16) return new TextEncoder().encode(decodeText(bytes));
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}
