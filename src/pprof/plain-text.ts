import { decodeText } from "../bytes/index.ts";
import { unwrapLog } from "./logs/unwrap-log.ts";

/** A text as its program wrote it: in UTF-8, without a byte-order mark and without what loggers put around its lines. */
export function plainText(bytes: Uint8Array): Uint8Array {
  return unwrapLog(asUtf8(bytes));
}

/** PowerShell redirects into UTF-16, which its mark gives away. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isUtf16) return new TextEncoder().encode(decodeText(bytes));
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}
