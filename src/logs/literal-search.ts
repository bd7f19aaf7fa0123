import { InquestError } from "../bytes/index.ts";

/** Of each literal as many bytes are searched for as the shortest has, and not more than these. */
const LONGEST_WINDOW = 16;
const SHORTEST = 8;
const HASH_BITS = 15;
const HASH_MASK = (1 << HASH_BITS) - 1;
/** The blocks that decide how far the search may leap have so many bytes. */
const BLOCK = 3;

/**
 * Finds many literals in bytes at once, by Wu and Manber's algorithm ("A fast algorithm for multi-pattern searching", 1994):
 * a table says for the three bytes at hand how far the next literal's end is away at least, so most bytes are never looked at.
 */
export class LiteralSearch {
  /** The literals as bytes. */
  readonly #literals: readonly Uint8Array[];
  /** Of each literal, where the part begins that is searched for. */
  readonly #windows: Int32Array;
  readonly #window: number;
  readonly #shift: Uint8Array;
  /** For a block that may end a window: the first literal, and for each literal the next one. */
  readonly #first: Int16Array;
  readonly #next: Int16Array;
  /** Bytes of the longest literal. */
  readonly longest: number;

  /** @throws InquestError `misuse` for a literal of fewer than 8 bytes, or one that is no ASCII */
  constructor(literals: readonly string[]) {
    for (const literal of literals) {
      if (literal.length >= SHORTEST && /^[\x20-\x7e]+$/.test(literal)) continue;
      throw new InquestError(
        "misuse",
        `${JSON.stringify(literal)} is no literal of 8 ASCII characters or more`,
      );
    }
    const encoder = new TextEncoder();
    this.#literals = literals.map((literal) => encoder.encode(literal));
    const window = Math.min(LONGEST_WINDOW, ...this.#literals.map(({ length }) => length));
    this.#window = window;
    this.longest = Math.max(0, ...this.#literals.map(({ length }) => length));
    this.#windows = Int32Array.from(this.#literals, (literal) => rarestWindow(literal, window));
    this.#shift = new Uint8Array(1 << HASH_BITS).fill(window - BLOCK + 1);
    this.#first = new Int16Array(1 << HASH_BITS).fill(-1);
    this.#next = new Int16Array(literals.length).fill(-1);
    for (const [id, literal] of this.#literals.entries()) {
      const start = this.#windows[id] as number;
      for (let end = BLOCK - 1; end < window; end++) {
        const block = hash(literal, start + end);
        const shift = window - 1 - end;
        if (shift < (this.#shift[block] as number)) this.#shift[block] = shift;
        if (shift > 0) continue;
        this.#next[id] = this.#first[block] as number;
        this.#first[block] = id;
      }
    }
  }

  /**
   * Calls back for each place in `bytes[from, to)` where a literal begins, in order of where their searched parts end. A literal may
   * go on behind `to`, but not behind `stop`, where the bytes end; what is before `from` may be looked at and must be there.
   *
   * @param found the literal by its number, and where it begins
   */
  search(
    bytes: Uint8Array,
    from: number,
    to: number,
    stop: number,
    found: (id: number, at: number) => void,
  ): void {
    const shifts = this.#shift;
    const window = this.#window;
    // A literal that begins before `to` has the end of its window before this.
    const end = Math.min(stop, to + this.longest);
    for (let at = from + window - 1; at < end;) {
      const block =
        ((bytes[at - 2] as number) ^ ((bytes[at - 1] as number) << 5) ^ ((bytes[at] as number) << 10)) &
        HASH_MASK;
      const shift = shifts[block] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      for (let id = this.#first[block] as number; id >= 0; id = this.#next[id] as number) {
        const start = at - window + 1 - (this.#windows[id] as number);
        if (start >= from && start < to && this.#standsAt(id, bytes, start, stop)) found(id, start);
      }
      at++;
    }
  }

  #standsAt(id: number, bytes: Uint8Array, start: number, stop: number): boolean {
    const literal = this.#literals[id] as Uint8Array;
    if (start + literal.length > stop) return false;
    for (let i = 0; i < literal.length; i++) if (bytes[start + i] !== literal[i]) return false;
    return true;
  }
}

function hash(bytes: Uint8Array, end: number): number {
  return (
    ((bytes[end - 2] as number) ^ ((bytes[end - 1] as number) << 5) ^ ((bytes[end] as number) << 10)) &
    HASH_MASK
  );
}

/** Letters that English has most of, and the blank: what is full of them stands everywhere. */
const COMMON = new Set(new TextEncoder().encode(" etaoinsrlcd"));

/** Where in a literal the part begins that is least like any other text. */
function rarestWindow(literal: Uint8Array, length: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start + length <= literal.length; start++) {
    const end = literal.subarray(start + length - BLOCK, start + length);
    const all = literal.subarray(start, start + length);
    const common =
      all.filter((byte) => COMMON.has(byte)).length + 4 * end.filter((byte) => COMMON.has(byte)).length;
    if (common < least) [best, least] = [start, common];
  }
  return best;
}
