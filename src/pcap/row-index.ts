const FIRST_SLOTS = 1 << 10;
/** Up to there the table grows in larger steps: to give each row its place anew costs more than room that stays untouched. */
const LARGE = 1 << 16;

/**
 * Finds rows of a table by a key that stands in the table's own columns: an open-addressed table of hashes and rows.
 * A key has one row here, the latest.
 */
export class RowIndex {
  /** Pairs of a hash and a row + 1; row 0 is a free slot. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  #count = 0;
  readonly #same: (row: number) => boolean;

  /** @param same whether the key that is looked for is that of `row` */
  constructor(same: (row: number) => boolean) {
    this.#same = same;
  }

  /** The latest row of the key that {@link RowIndex.#same} knows; -1 if there is none. */
  find(hash: number): number {
    const slot = this.#slot(hash);
    return (this.#slots[2 * slot + 1] as number) - 1;
  }

  /** Makes `row` the latest of its key, and gives the one that was; -1 if there was none. */
  replace(hash: number, row: number): number {
    const slot = this.#slot(hash);
    const before = (this.#slots[2 * slot + 1] as number) - 1;
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = row + 1;
    if (before < 0 && ++this.#count * 4 > this.#slots.length) this.#grow();
    return before;
  }

  #slot(hash: number): number {
    const mask = this.#slots.length / 2 - 1;
    let slot = hash & mask;
    for (;;) {
      const row = (this.#slots[2 * slot + 1] as number) - 1;
      if (row < 0 || (this.#slots[2 * slot] === hash && this.#same(row))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array((old.length < LARGE ? 8 : 2) * old.length);
    this.#count = 0;
    for (let at = 0; at < old.length; at += 2)
      if (old[at + 1] !== 0) this.#insert(old[at] as number, (old[at + 1] as number) - 1);
  }

  /** Inserts a row whose key is not there yet. */
  #insert(hash: number, row: number): void {
    const mask = this.#slots.length / 2 - 1;
    let slot = hash & mask;
    while (this.#slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = row + 1;
    this.#count++;
  }
}
