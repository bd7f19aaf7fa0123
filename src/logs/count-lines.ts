const NEWLINE = 10;
/** Sums of so many words stay below 256 in each of their four bytes. */
const WORDS_AT_ONCE = 255;

/**
 * Counts the newlines in `bytes[from, to)`, four bytes at a time: what no line of interest stands in costs little more than
 * to be read from memory.
 *
 * @param words the same buffer as 32-bit words, from its beginning
 */
export function countNewlines(bytes: Uint8Array, words: Int32Array, from: number, to: number): number {
  let count = 0;
  let at = from;
  for (; at < to && (at & 3) !== 0; at++) if (bytes[at] === NEWLINE) count++;
  const stop = to >> 2;
  let word = at >> 2;
  if (word < stop) {
    while (word < stop) {
      const pause = Math.min(stop, word + WORDS_AT_ONCE);
      let sums = 0;
      for (; word < pause; word++) {
        // Zero bytes are those that were newlines; a byte's top bit tells whether any other of its bits was set.
        const zeros = (words[word] as number) ^ 0x0a0a0a0a;
        const others = ((zeros & 0x7f7f7f7f) + 0x7f7f7f7f) | zeros;
        sums = (sums + ((~others >>> 7) & 0x01010101)) | 0;
      }
      count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24);
    }
    at = stop << 2;
  }
  for (; at < to; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}
