import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { PROFILE } from "./schema.ts";
import { BYTES, FieldCursor } from "./wire.ts";

/** A profile's strings: where they stand, decoded only when they are asked for. */
export class StringTable {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #start: Uint32Array;
  readonly #length: Uint32Array;
  readonly #decoded = new Map<number, string>();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

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
      text = this.#decoder.decode(this.#bytes.subarray(start, start + length));
      this.#decoded.set(index, text);
    }
    return text;
  }
}

/** The index of a string that a field holds; 0 where there is no such string. */
export function stringIndex(field: FieldCursor, outline: Outline, problems: ProfileProblems): number {
  const { low, high, begin } = field;
  if (high === 0 && low < (outline.count[PROFILE.string] as number)) return low;
  problems.add("bad-string-index", begin);
  return 0;
}
