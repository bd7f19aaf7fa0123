import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { PROFILE } from "./schema.ts";
import { BYTES, FieldCursor } from "./wire.ts";

/** Bytes of strings that are decoded at once: more than those of large programs. */
const MOST_TEXT = 1 << 22;

/** A profile's strings: where they stand, decoded only when they are asked for. */
export class StringTable {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #start: Uint32Array;
  readonly #length: Uint32Array;
  readonly #decoded = new Map<number, string>();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** All strings in one, where each character of it is a byte; "" where that isn't so. */
  #text: string | undefined;

  constructor(bytes: Uint8Array, { count, first, last }: Outline) {
    this.count = count[PROFILE.string] ?? 0;
    this.#bytes = bytes;
    this.#start = new Uint32Array(this.count);
    this.#length = new Uint32Array(this.count);
    const cursor = new FieldCursor(bytes, first[PROFILE.string]);
    const end = last[PROFILE.string] ?? 0;
    for (let index = 0; cursor.next(end);) {
      if (cursor.field !== PROFILE.string || cursor.wire !== BYTES) continue;
      this.#start[index] = cursor.start;
      this.#length[index++] = cursor.stop - cursor.start;
    }
  }

  /** A string's length in bytes; 0 where there is none. */
  lengthOf(index: number): number {
    return this.#length[index] ?? 0;
  }

  /** A string, with U+FFFD for what is no UTF-8; "" where there is none. */
  at(index: number): string {
    const length = this.lengthOf(index);
    if (length === 0) return "";
    let text = this.#decoded.get(index);
    if (text === undefined) {
      const start = this.#start[index] as number;
      const from = start - (this.#start[0] as number);
      this.#text ??= this.#decodeAll();
      text =
        this.#text === ""
          ? this.#decoder.decode(this.#bytes.subarray(start, start + length))
          : this.#text.slice(from, from + length);
      this.#decoded.set(index, text);
    }
    return text;
  }

  /**
   * Decodes all strings at once, with what stands between them, which is much quicker than one by one. Nothing becomes more
   * characters than it has bytes: where there are as many in all, each is one, and no string depends on its neighbours.
   */
  #decodeAll(): string {
    const start = this.#start[0] as number;
    const last = this.count - 1;
    const end = (this.#start[last] as number) + this.lengthOf(last);
    if (end - start > MOST_TEXT) return "";
    const text = this.#decoder.decode(this.#bytes.subarray(start, end));
    return text.length === end - start ? text : "";
  }
}

/** The index of a string that a field holds; 0 where there is no such string. */
export function stringIndex(field: FieldCursor, outline: Outline, problems: ProfileProblems): number {
  const { low, high, begin } = field;
  if (high === 0 && low < (outline.count[PROFILE.string] as number)) return low;
  problems.add("bad-string-index", begin);
  return 0;
}
