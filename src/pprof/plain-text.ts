import { concat, headText, memo } from "../bytes/index.ts";
import { unwrapLog } from "./logs/unwrap-log.ts";

const PIECE = 1024 * 1024;

/** A text as its program wrote it: in UTF-8, without a byte-order mark and without what loggers put around its lines. */
export function plainText(bytes: Uint8Array): Uint8Array {
  return unwrapLog(asUtf8(bytes));
}

/**
 * The plain text of an artifact's head; `undefined` where that is no text. Each recogniser of this room asks for it.
 *
 * @param head as `Format.recognise` has it, never mutated
 */
export const plainHead: (head: Uint8Array) => Uint8Array | undefined = memo((head) =>
  headText(head) === undefined ? undefined : plainText(head),
);

/** PowerShell redirects into UTF-16, which its mark gives away. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return fromUtf16(bytes);
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** Piece by piece: a text may be longer than a string can be. */
function fromUtf16(bytes: Uint8Array): Uint8Array {
  const decoder = new TextDecoder("utf-16le");
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const stream = at + PIECE < bytes.length;
    const piece = encoder.encode(decoder.decode(bytes.subarray(at, at + PIECE), { stream }));
    pieces.push(piece);
    length += piece.length;
  }
  return concat(pieces, length);
}
