import { Int64ColumnBuilder } from "./int64.ts";
import type { Labels } from "./labels.ts";

/** A label; texts are indexes of strings. {@link str} is 0 for a number, {@link numUnit} where none was given. */
export interface Label {
  readonly key: number;
  readonly str: number;
  readonly num: bigint;
  readonly numUnit: number;
}

/** Sets of labels, each kept once; set 0 is empty. */
export class LabelSets {
  readonly #sets: (readonly Label[])[] = [[]];
  readonly #index = new Map([["", 0]]);

  /** The number of a set. Sets that differ in the order of their keys only are one; the first one's order is kept. */
  add(labels: readonly Label[]): number {
    if (labels.length === 0) return 0;
    const id = labels
      .toSorted((a, b) => a.key - b.key)
      .map(({ key, str, num, numUnit }) => `${key} ${str} ${num} ${numUnit}`)
      .join();
    let set = this.#index.get(id);
    if (set === undefined) {
      set = this.#sets.length;
      this.#sets.push([...labels]);
      this.#index.set(id, set);
    }
    return set;
  }

  /** The labels of samples, in columns. */
  columns(setOf: (sample: number) => number, samples: number): Labels {
    const sets = Array.from({ length: samples }, (_, sample) => this.#sets[setOf(sample)] ?? []);
    const count = sets.reduce((sum, { length }) => sum + length, 0);
    const start = new Uint32Array(samples + 1);
    const key = new Uint32Array(count);
    const str = new Uint32Array(count);
    const num = new Int64ColumnBuilder(count);
    const numUnit = new Uint32Array(count);
    let row = 0;
    for (const [sample, labels] of sets.entries()) {
      for (const label of labels) {
        key[row] = label.key;
        str[row] = label.str;
        numUnit[row] = label.numUnit;
        num.setBigint(row++, label.num);
      }
      start[sample + 1] = row;
    }
    return { start, key, str, num, numUnit };
  }
}

/** The labels of one sample. */
export function labelsOf({ start, key, str, num, numUnit }: Labels, sample: number): Label[] {
  const own: Label[] = [];
  for (let row = start[sample] ?? 0; row < (start[sample + 1] ?? 0); row++) {
    own.push({ key: key[row] ?? 0, str: str[row] ?? 0, num: num.bigint(row), numUnit: numUnit[row] ?? 0 });
  }
  return own;
}
