import type { Diagnostic } from "../bytes/index.ts";
import type { Header } from "./header.ts";
import { type Int64Column, Int64ColumnBuilder, Int64Sums } from "./int64.ts";
import { LabelSets } from "./label-sets.ts";
import type { MemStats } from "./legacy/mem-stats.ts";
import { Profile } from "./profile.ts";
import { StoredSamples } from "./sample-store.ts";
import { StackTable } from "./stack-table.ts";
import { TableBuilder } from "./table-builder.ts";
import { TextTable } from "./text-table.ts";

/** A profile that is being made: samples of one stack and one set of labels are added up, as pprof does. */
export class ProfileBuilder {
  readonly strings = new TextTable();
  readonly tables = new TableBuilder();
  readonly labels = new LabelSets();
  readonly #stacks = new StackTable();
  readonly #sums: readonly Int64Sums[];

  /** @param columns how many values a sample has */
  constructor(columns: number) {
    this.#sums = Array.from({ length: columns }, () => new Int64Sums());
  }

  /** Adds a row of other samples' values, or takes it away; locations are rows, leaf first. */
  addRow(
    locations: Uint32Array,
    depth: number,
    labels: number,
    values: readonly Int64Column[],
    from: number,
    negate: boolean,
  ): void {
    const row = this.#stacks.add(locations, depth, labels);
    for (const [i, sums] of this.#sums.entries()) {
      const column = values[i];
      if (column) sums.add(row, column, from, negate);
    }
  }

  /** Adds a sample. */
  add(locations: Uint32Array, depth: number, labels: number, values: readonly bigint[]): void {
    const row = this.#stacks.add(locations, depth, labels);
    for (const [i, sums] of this.#sums.entries()) sums.addBigint(row, values[i] ?? 0n);
  }

  /** The profile. Samples that add up to zero are gone. */
  build(header: Header, diagnostics: readonly Diagnostic[] = [], memStats?: MemStats): Profile {
    const stacks = this.#stacks;
    const sums = this.#sums;
    const rows: number[] = [];
    for (let row = 0; row < stacks.count; row++) if (!sums.every((sum) => sum.isZero(row))) rows.push(row);
    const all = rows.length === stacks.count;
    const values = sums.map((sum) => {
      const column = new Int64ColumnBuilder(rows.length);
      for (const [at, row] of rows.entries()) sum.copyTo(column, at, row);
      return column;
    });
    const samples = {
      first: 0,
      count: rows.length,
      values,
      ...(all ? { stackStart: stacks.start, locations: stacks.frames } : pickStacks(stacks, rows)),
    };
    const labels = () => this.labels.columns((sample) => stacks.tag[rows[sample] ?? 0] ?? 0, rows.length);
    const store = new StoredSamples(samples, labels);
    return new Profile(header, this.tables.tables(), this.strings, store, diagnostics, memStats);
  }
}

function pickStacks(
  { start, frames }: StackTable,
  rows: readonly number[],
): { stackStart: Uint32Array; locations: Uint32Array } {
  const stackStart = new Uint32Array(rows.length + 1);
  for (const [at, row] of rows.entries()) {
    stackStart[at + 1] = (stackStart[at] ?? 0) + (start[row + 1] ?? 0) - (start[row] ?? 0);
  }
  const locations = new Uint32Array(stackStart[rows.length] ?? 0);
  for (const [at, row] of rows.entries()) {
    locations.set(frames.subarray(start[row], start[row + 1]), stackStart[at]);
  }
  return { stackStart, locations };
}
