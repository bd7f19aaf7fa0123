import { compact, grow } from "./columns.ts";
import { KEPT_TRIES, type SynTry } from "./handshake-table.ts";

class RetryColumns {
  frame: Uint32Array = new Uint32Array(0);
  time: Float64Array = new Float64Array(0);
  tsval: Uint32Array = new Uint32Array(0);
  /** The row whose retry it is. */
  row: Int32Array = new Int32Array(0);
  /** 1 for the first retry, and so on. */
  ordinal: Uint8Array = new Uint8Array(0);
  /** The row's next retry, -1 for none. */
  next: Int32Array = new Int32Array(0);
}

/** The tries of connection attempts behind the first: most have none, so they are a table of their own. */
export class Retries {
  readonly #columns = new RetryColumns();
  #length = 0;

  /**
   * Adds a retry of `row` behind `last`, the one added last for that row, or -1.
   *
   * @returns the added retry, or `last` if that many are kept already
   */
  add(row: number, last: number, frame: number, time: number, tsval: number): number {
    const columns = this.#columns;
    const ordinal = last < 0 ? 1 : (columns.ordinal[last] as number) + 1;
    if (ordinal >= KEPT_TRIES) return last;
    const added = this.#length++;
    if (added === columns.frame.length) grow(columns, Math.max(256, 2 * added));
    columns.frame[added] = frame;
    columns.time[added] = time;
    columns.tsval[added] = tsval;
    columns.row[added] = row;
    columns.ordinal[added] = ordinal;
    columns.next[added] = -1;
    if (last >= 0) columns.next[last] = added;
    return added;
  }

  /** The retries from `first` on. */
  from(first: number, hasTimestamp: boolean): SynTry[] {
    const { frame, time, tsval, next } = this.#columns;
    const tries: SynTry[] = [];
    for (let at = first; at >= 0; at = next[at] as number)
      tries.push({
        frame: frame[at] as number,
        time: time[at] as number,
        tsval: hasTimestamp ? tsval[at] : undefined,
      });
    return tries;
  }

  /**
   * Drops the retries of dropped rows.
   *
   * @returns where each retry went, -1 for the dropped
   */
  remap(rows: Int32Array): Int32Array {
    const columns = this.#columns;
    const moved = new Int32Array(this.#length);
    let kept = 0;
    for (let at = 0; at < this.#length; at++) {
      const row = rows[columns.row[at] as number] as number;
      moved[at] = row < 0 ? -1 : kept++;
      columns.row[at] = row;
    }
    for (let at = 0; at < this.#length; at++) {
      const next = columns.next[at] as number;
      columns.next[at] = next < 0 ? -1 : (moved[next] as number);
    }
    compact(columns, moved, kept);
    this.#length = kept;
    return moved;
  }
}
