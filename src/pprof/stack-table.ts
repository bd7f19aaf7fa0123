const FIRST_SLOTS = 1 << 10;

/** Stacks in a row of numbers, each kept once: an open-addressed table of what was added. */
export class StackTable {
  /** How many different stacks there are. */
  count = 0;
  /** Where each stack begins in {@link frames}; it ends where the next one begins. */
  start = new Uint32Array(FIRST_SLOTS);
  frames = new Uint32Array(FIRST_SLOTS * 16);
  /** What was added with each stack, and tells it apart from its like. */
  tag = new Uint32Array(FIRST_SLOTS);
  #hash = new Int32Array(FIRST_SLOTS);
  /** One more than a stack's row, 0 for an empty slot. */
  #slots = new Int32Array(FIRST_SLOTS * 2);

  /** The row of a stack, which is added if it isn't there. */
  add(stack: Uint32Array, length: number, tag: number): number {
    let hash = tag + 1;
    for (let i = 0; i < length; i++) hash = mix(hash ^ (stack[i] as number));
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1;
      if (row === -1) {
        this.#slots[slot] = this.count + 1;
        break;
      }
      if (this.#hash[row] === hash && this.#equals(row, stack, length, tag)) return row;
    }
    const row = this.count++;
    this.#append(row, stack, length);
    this.tag[row] = tag;
    this.#hash[row] = hash;
    if (this.count * 2 > mask) this.#rehash();
    return row;
  }

  #equals(row: number, stack: Uint32Array, length: number, tag: number): boolean {
    const from = this.start[row] as number;
    if (this.tag[row] !== tag || (this.start[row + 1] as number) - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.frames[from + i] !== stack[i]) return false;
    return true;
  }

  #append(row: number, stack: Uint32Array, length: number): void {
    if (row + 2 > this.start.length) {
      this.start = grown(this.start, row + 2);
      this.tag = grown(this.tag, row + 2);
      const hashes = new Int32Array(this.start.length);
      hashes.set(this.#hash);
      this.#hash = hashes;
    }
    const from = this.start[row] as number;
    if (from + length > this.frames.length) this.frames = grown(this.frames, from + length);
    for (let i = 0; i < length; i++) this.frames[from + i] = stack[i] as number;
    this.start[row + 1] = from + length;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let row = 0; row < this.count; row++) {
      let slot = (this.#hash[row] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = row + 1;
    }
  }
}

function mix(hash: number): number {
  const mixed = Math.imul(hash, 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}

/** A copy with room for so many entries, and for as many again as there were. */
export function grown(array: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(length, array.length * 2));
  copy.set(array);
  return copy;
}
