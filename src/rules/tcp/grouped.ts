/** Calls back with each item of a table: its group's number, and what stands for it. */
type Each = (add: (group: number, time: number, item: number) => void) => void;

/** Rows or frames with their times, in the order of time: parallel columns, for a capture has very many. */
export interface Moments {
  readonly time: Float64Array;
  readonly item: Uint32Array;
}

/** Items of a table by a small number, such as the id of an address. */
export class Grouped {
  /** Where each group begins; it ends where the next one does. */
  readonly #start: Uint32Array;
  readonly #time: Float64Array;
  readonly #item: Uint32Array;
  readonly #sorted = new Set<number>();

  /**
   * @param groups how many numbers there are
   * @param each called twice: to count, and to fill
   */
  constructor(groups: number, each: Each) {
    const start = new Uint32Array(groups + 1);
    each((group) => {
      (start[group + 1] as number)++;
    });
    for (let group = 0; group < groups; group++) {
      start[group + 1] = (start[group + 1] as number) + (start[group] as number);
    }
    const length = start[groups] as number;
    const next = start.slice();
    const time = new Float64Array(length);
    const item = new Uint32Array(length);
    each((group, when, what) => {
      const at = next[group] as number;
      next[group] = at + 1;
      time[at] = when;
      item[at] = what;
    });
    this.#start = start;
    this.#time = time;
    this.#item = item;
  }

  /** The items of a group, in the order of time. */
  of(group: number): Moments {
    const from = this.#start[group] ?? 0;
    const to = this.#start[group + 1] ?? from;
    const time = this.#time.subarray(from, to);
    const item = this.#item.subarray(from, to);
    if (!this.#sorted.has(group)) {
      this.#sorted.add(group);
      sort(time, item);
    }
    return { time, item };
  }
}

/** The first of some moments that lies behind a time: its place. */
export function firstBehind({ time }: Moments, after: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time[middle] as number) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Most are in order already. */
function sort(time: Float64Array, item: Uint32Array): void {
  if (time.every((each, at) => at === 0 || (time[at - 1] as number) <= each)) return;
  const order = Uint32Array.from(time, (_, at) => at).sort(
    (a, b) => (time[a] as number) - (time[b] as number),
  );
  const [times, items] = [time.slice(), item.slice()];
  for (let at = 0; at < order.length; at++) {
    time[at] = times[order[at] as number] as number;
    item[at] = items[order[at] as number] as number;
  }
}
