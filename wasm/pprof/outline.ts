import { CUT, ODD, stop } from "./stop";
import { shortAt, shortLengthAt } from "./varint";

/** How many fields were passed, and the most bytes that one of them has. */
export let passed: u32 = 0;
export let longest: u32 = 0;

/** Passes fields of one tag, whatever they hold. */
export function pass(tag: u32, from: usize, end: usize): i32 {
  let at = from;
  while (at < end) {
    if (load<u8>(at) != tag) return stop(at, ODD);
    const length = shortLengthAt(at + 1);
    if (length > 2) return stop(at, ODD);
    const size = shortAt(at + 1);
    const next = at + 1 + length + size;
    if (next > end) return stop(at, CUT);
    if (<u32>size > longest) longest = <u32>size;
    passed++;
    at = next;
  }
  return stop(at, CUT);
}
