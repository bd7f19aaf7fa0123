/** A slot of the hash table: row, low and high half of its id; the fourth makes slots whole cache lines. */
const SLOT = 4;

/** How many small ids a table has that may have so many rows. */
export const denseLength = (rows: number): number => rows * 2 + 64;

/** Rows of a table by the ids that the profile gave them. Row 0, "none", answers for every id that isn't there. */
export class IdIndex {
  /**
   * Rows of small ids, by id. Writers number from 1, so nearly every profile needs nothing else, and hot loops
   * look here themselves before they ask {@link find}.
   */
  dense: Uint32Array;
  /** Rows of the other ids, addresses or hashes that someone used as ids: an open-addressed table, made when needed. */
  #slots: Uint32Array | undefined;
  readonly #mask: number;

  /**
   * @param rows how many ids there may be
   * @param dense where {@link dense} is to be: {@link denseLength} zeros
   */
  constructor(rows: number, dense: Uint32Array = new Uint32Array(denseLength(rows))) {
    this.dense = dense;
    this.#mask = 2 ** Math.ceil(Math.log2(rows * 2 + 2)) - 1;
  }

  find(low: number, high: number): number {
    if (high === 0 && low < this.dense.length) return this.dense[low] as number;
    const slots = this.#slots;
    return slots === undefined ? 0 : (slots[this.#slotOf(slots, low, high)] as number);
  }

  /** Gives an id to a row; `false` if the id has one, which it keeps. */
  add(low: number, high: number, row: number): boolean {
    if (this.find(low, high) !== 0) return false;
    if (high === 0 && low < this.dense.length) {
      this.dense[low] = row;
      return true;
    }
    const slots = (this.#slots ??= new Uint32Array((this.#mask + 1) * SLOT));
    const slot = this.#slotOf(slots, low, high);
    slots[slot] = row;
    slots[slot + 1] = low;
    slots[slot + 2] = high;
    return true;
  }

  /** Where an id is, or would be. There are twice as many slots as ids, so a search ends. */
  #slotOf(slots: Uint32Array, low: number, high: number): number {
    let hash = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
    hash ^= hash >>> 15;
    for (;;) {
      const slot = (hash & this.#mask) * SLOT;
      if (slots[slot] === 0 || (slots[slot + 1] === low && slots[slot + 2] === high)) return slot;
      hash++;
    }
  }
}
