import { LARGE } from "./rows.ts";
import * as at from "./connection-state.ts";
import { State } from "./connection-table.ts";
import { DroppedSums } from "./dropped-connections.ts";
import { BYTES_HIGH, SIDE, TROUBLE_STRIDE, TroubleRows } from "./trouble-rows.ts";

/** Seconds without a packet after which a connection makes room for others. */
const IDLE = 60;
const FINISHED = State.clientReset | State.serverReset;
const CLOSED = State.clientFin | State.serverFin;

/** The rows of a `ConnectionTable` that is being filled. */
export class ConnectionRows {
  words: Int32Array = new Int32Array(0);
  /** The same memory as doubles. */
  doubles: Float64Array = new Float64Array(0);
  readonly troubles: TroubleRows;
  readonly dropped: DroppedSums = new DroppedSums();
  length = 0;
  /** Rows that were dropped. */
  evicted = 0;
  /** What could not be noted of connections, because there were too many with something to note. */
  untold = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.troubles = new TroubleRows(Math.max(limit >> 2, 16));
  }

  get isFull(): boolean {
    return this.length === this.#limit;
  }

  /** Adds a row of zeros, where there is room. */
  append(): number {
    const row = this.length++;
    if (row * at.STRIDE === this.words.length) {
      const capacity = row >= LARGE ? this.#limit : Math.min(this.#limit, Math.max(64, 4 * row));
      const words = new Int32Array(capacity * at.STRIDE);
      words.set(this.words);
      this.words = words;
      this.doubles = new Float64Array(words.buffer);
    }
    return row;
  }

  /** Counts payload of the side whose words begin at `own`. */
  count(base: number, own: number, length: number): void {
    const { words } = this;
    const before = words[own + at.BYTES] as number;
    const after = (before + length) | 0;
    words[own + at.BYTES] = after;
    if (after >>> 0 >= before >>> 0) return;
    const trouble = this.trouble(base / at.STRIDE);
    if (trouble < 0) return;
    const side = own - base === at.OF_CLIENT ? 0 : SIDE;
    (this.troubles.words[trouble * TROUBLE_STRIDE + side + BYTES_HIGH] as number)++;
  }

  /** The row of what went wrong with a connection, added if there is none; -1 if there is no room. */
  trouble(row: number): number {
    const known = this.words[row * at.STRIDE + at.TROUBLE] as number;
    if (known !== 0) return known - 1;
    if (this.troubles.isFull) {
      this.untold++;
      return -1;
    }
    const added = this.troubles.add();
    this.words[row * at.STRIDE + at.TROUBLE] = added + 1;
    return added;
  }

  /**
   * Makes room, at the cost of what is over, and of that first of what went well and is not of late; then of what is
   * silent. What goes on stays.
   *
   * @returns where each row went, -1 for those that were dropped; `undefined` if all must stay
   */
  evict(now: number): Int32Array | undefined {
    const { words, doubles } = this;
    const needsTroubles = this.troubles.isFull;
    const remap = new Int32Array(this.length);
    const stays = (row: number, isLast: boolean) => {
      const base = row * at.STRIDE;
      const state = words[base + at.STATE] as number;
      const isOver = (state & FINISHED) !== 0 || (state & CLOSED) === CLOSED;
      const isTroubled = words[base + at.TROUBLE] !== 0;
      if (needsTroubles && !isTroubled) return true;
      if (!isLast)
        return !isOver || (isTroubled && !needsTroubles) || row >= this.length - (this.length >> 2);
      return !isOver && now - (doubles[(base >> 1) + at.LAST_TIME] as number) < IDLE;
    };
    let kept = 0;
    for (let row = 0; row < remap.length; row++) remap[row] = stays(row, false) ? kept++ : -1;
    if (kept > this.length - (this.length >> 3)) {
      kept = 0;
      for (let row = 0; row < remap.length; row++) remap[row] = stays(row, true) ? kept++ : -1;
    }
    if (kept === this.length) return undefined;
    this.#compact(remap, kept);
    return remap;
  }

  #compact(remap: Int32Array, kept: number): void {
    const { words } = this;
    const keptTroubles = new Int32Array(this.troubles.length);
    for (let row = 0; row < remap.length; row++) {
      const base = row * at.STRIDE;
      const to = remap[row] as number;
      const known = words[base + at.TROUBLE] as number;
      if (to < 0) this.dropped.add(this, base);
      else if (known !== 0) keptTroubles[known - 1] = 1;
    }
    let troubles = 0;
    for (let row = 0; row < keptTroubles.length; row++) {
      if (keptTroubles[row] === 0) continue;
      this.troubles.move(row, troubles);
      keptTroubles[row] = ++troubles;
    }
    this.troubles.cut(troubles);
    for (let row = 0; row < remap.length; row++) {
      const to = remap[row] as number;
      if (to < 0) continue;
      const base = to * at.STRIDE;
      words.copyWithin(base, row * at.STRIDE, (row + 1) * at.STRIDE);
      const known = words[base + at.TROUBLE] as number;
      if (known !== 0) words[base + at.TROUBLE] = keptTroubles[known - 1] as number;
      const linked = words[base + at.LINKED] as number;
      if (linked !== 0) words[base + at.LINKED] = (remap[linked - 1] as number) + 1;
    }
    words.fill(0, kept * at.STRIDE);
    this.evicted += this.length - kept;
    this.length = kept;
  }
}
