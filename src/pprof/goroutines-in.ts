import { NEWLINE } from "./ascii.ts";
import { mayBegin } from "./goroutine-start.ts";
import { GOROUTINE } from "./goroutine-header.ts";
import { isGoroutineText } from "./goroutine-text.ts";

/** How far the word may be moved on when its last letter stands over a byte: to the last place of that byte in the word. */
const SHIFT = shifts(GOROUTINE);

/**
 * Whether goroutines begin in a piece of a text, of whole lines: the same as {@link isGoroutineText}, for texts of any length.
 * Most bytes are never looked at.
 */
export function goroutinesIn(piece: Uint8Array): boolean {
  const last = GOROUTINE.length - 1;
  for (let at = last; at < piece.length;) {
    let matched = 0;
    while (matched <= last && piece[at - matched] === GOROUTINE[last - matched]) matched++;
    if (matched <= last) {
      at += SHIFT[piece[at] as number] as number;
      continue;
    }
    if (!mayBegin(piece, at - last)) {
      at += last;
      continue;
    }
    const start = piece.lastIndexOf(NEWLINE, at) + 1;
    const newline = piece.indexOf(NEWLINE, at);
    const end = newline === -1 ? piece.length : newline + 1;
    if (isGoroutineText(piece.subarray(start, end))) return true;
    at = end + last;
  }
  return false;
}

function shifts(word: Uint8Array): Uint8Array {
  const shift = new Uint8Array(256).fill(word.length);
  for (const [i, byte] of word.subarray(0, -1).entries()) shift[byte] = word.length - 1 - i;
  return shift;
}
