/** A table's columns to be grouped: each row's group, its time, what stands for it, and whether it counts. */
export interface Source {
  readonly group: Int32Array | Uint16Array;
  readonly time: Float64Array;
  /** The row itself when absent. */
  readonly item?: Uint32Array;
  readonly keep: Uint8Array;
}

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
  #latest: readonly { readonly group: number; readonly time: number }[] | undefined;

  /** @param groups how many numbers there are */
  constructor(groups: number, sources: readonly Source[]) {
    const start = new Uint32Array(groups + 1);
    for (const { group, keep } of sources) {
      for (let row = 0; row < keep.length; row++) {
        if (keep[row] === 1) (start[(group[row] as number) + 1] as number)++;
      }
    }
    for (let group = 0; group < groups; group++) {
      start[group + 1] = (start[group + 1] as number) + (start[group] as number);
    }
    const length = start[groups] as number;
    const next = start.slice();
    const times = new Float64Array(length);
    const items = new Uint32Array(length);
    for (const { group, time, item, keep } of sources) {
      for (let row = 0; row < keep.length; row++) {
        if (keep[row] !== 1) continue;
        const at = next[group[row] as number] as number;
        next[group[row] as number] = at + 1;
        times[at] = time[row] as number;
        items[at] = item === undefined ? row : (item[row] as number);
      }
    }
    this.#start = start;
    this.#time = times;
    this.#item = items;
  }

  /** The latest time of any other group; -Infinity where there is none. */
  latestBut(group: number): number {
    this.#latest ??= this.#findLatest();
    const [first, second] = this.#latest;
    return (first?.group === group ? second : first)?.time ?? Number.NEGATIVE_INFINITY;
  }

  /** The two groups that have the latest times. */
  #findLatest(): { group: number; time: number }[] {
    const latest: { group: number; time: number }[] = [];
    for (let group = 0; group + 1 < this.#start.length; group++) {
      let time = Number.NEGATIVE_INFINITY;
      const end = this.#start[group + 1] as number;
      for (let at = this.#start[group] as number; at < end; at++)
        time = Math.max(time, this.#time[at] as number);
      if (time === Number.NEGATIVE_INFINITY) continue;
      latest.push({ group, time });
      latest.sort((a, b) => b.time - a.time);
      latest.splice(2);
    }
    return latest;
  }

  /** The items of a group, in the order of time. */
  of(group: number): Moments {
    const from = this.#start[group] ?? 0;
    const to = this.#start[group + 1] ?? from;
    const time = this.#time.subarray(from, to);
    const item = this.#item.subarray(from, to);
    if (!this.#sorted.has(group)) {
      this.#sorted.add(group);
      sorted({ time, item });
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

/** The same moments, put in the order of time where they lie; most are in order already. */
export function sorted(moments: Moments): Moments {
  const { time, item } = moments;
  let inOrder = true;
  for (let at = 1; at < time.length && inOrder; at++)
    inOrder = (time[at - 1] as number) <= (time[at] as number);
  if (inOrder) return moments;
  // Runs are merged to ever longer ones: a sort that calls a comparison costs several times as much.
  let from: Moments = moments;
  let to: Moments = { time: new Float64Array(time.length), item: new Uint32Array(time.length) };
  for (let width = 1; width < time.length; width *= 2) {
    for (let start = 0; start < time.length; start += 2 * width) merge(from, to, start, width);
    [from, to] = [to, from];
  }
  if (from !== moments) {
    time.set(from.time);
    item.set(from.item);
  }
  return moments;
}

/** Merges two runs of so many moments that stand one behind the other; of two at one time the first stays the first. */
function merge(from: Moments, to: Moments, start: number, width: number): void {
  const { time, item } = from;
  const middle = Math.min(start + width, time.length);
  const end = Math.min(start + 2 * width, time.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right >= end || (time[left] as number) <= (time[right] as number));
    const next = takesLeft ? left++ : right++;
    to.time[at] = time[next] as number;
    to.item[at] = item[next] as number;
  }
}
