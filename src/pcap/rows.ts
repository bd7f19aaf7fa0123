import { type Columns, clear, compact, grow, makeRoom, trim } from "./columns.ts";

/** From here on there is room for all rows at once: memory that was never touched costs nothing, a copy does. */
export const LARGE: number = 1 << 14;

/** The rows of a table that is being filled, and what only its filling needs. Old ones are dropped when there are too many. */
export class Rows<Kept extends Columns, Scratch extends Columns> {
  readonly columns: Kept;
  readonly scratch: Scratch;
  readonly #limit: number;
  #capacity = 0;
  #length = 0;
  #evicted = 0;
  #remap = new Int32Array(0);

  constructor(columns: Kept, scratch: Scratch, limit: number) {
    this.columns = columns;
    this.scratch = scratch;
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length === this.#limit;
  }

  /** Rows that were dropped. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Adds a row of zeros, where there is room. */
  protected append(): number {
    const row = this.#length++;
    if (row === this.#capacity) {
      this.#capacity = row >= LARGE ? this.#limit : Math.min(this.#limit, Math.max(256, 4 * row));
      grow(this.columns, this.#capacity);
      grow(this.scratch, this.#capacity);
    }
    return row;
  }

  /**
   * Makes room; columns that refer to rows are left to the caller.
   *
   * @param leaves told of each row that is dropped, while it is still there
   * @returns where each row went, -1 for those that were dropped; valid until the next time
   */
  protected drop(isWorthKeeping: (row: number) => boolean, leaves?: (row: number) => void): Int32Array {
    // A flood comes here again and again: one array serves all times.
    if (this.#remap.length !== this.#length) this.#remap = new Int32Array(this.#length);
    const remap = this.#remap;
    const kept = makeRoom(remap, isWorthKeeping);
    if (leaves) for (let row = 0; row < remap.length; row++) if (remap[row] === -1) leaves(row);
    this.#evicted += this.#length - kept;
    this.#length = kept;
    compact(this.columns, remap, kept);
    compact(this.scratch, remap, kept);
    return remap;
  }

  /** The columns, cut to the rows, without those for the filling; none can be added any more. */
  protected close(): Kept & { length: number } {
    clear(this.scratch);
    trim(this.columns, this.#length);
    return Object.assign(this.columns, { length: this.#length });
  }
}
