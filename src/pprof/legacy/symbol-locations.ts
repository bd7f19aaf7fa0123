import type { ProfileBuilder } from "../profile-builder.ts";
import type { SpanTable } from "../span-table.ts";
import { splitPlace } from "../stack-groups.ts";
import { eachInlined } from "../symbol-line.ts";
import type { LineRow } from "../table-builder.ts";

/** A frame of a text, leaf first: the spans of its address, function and `file:line`, 0 where there is none. */
export interface SymbolFrame {
  readonly pc: number;
  readonly func: number;
  readonly place: number;
  /** Where its machine code begins. */
  readonly entry: number;
}

/** Locations of a profile that is being made, by the frames that a text shows of them. */
export class SymbolLocations {
  readonly #builder: ProfileBuilder;
  readonly #spans: SpanTable;
  readonly #rows = new Map<string, number>();
  readonly #lines = new Map<string, LineRow>();

  constructor(builder: ProfileBuilder, spans: SpanTable) {
    this.#builder = builder;
    this.#spans = spans;
  }

  /** How many were made. */
  get count(): number {
    return this.#rows.size;
  }

  /** The rows of a stack's frames: what the compiler put into a function is of that function's location, as in Go's own profiles. */
  rows(frames: readonly SymbolFrame[]): number[] {
    const inlined = new Set<number>();
    eachInlined(frames, (frame) => inlined.add(frame));
    const rows: number[] = [];
    for (let from = 0, at = 0; at < frames.length; at++) {
      if (inlined.has(at)) continue;
      rows.push(this.#row(frames.slice(from, at + 1)));
      from = at + 1;
    }
    return rows;
  }

  #row(frames: readonly SymbolFrame[]): number {
    const key = frames.map(({ pc, func, place }) => `${pc} ${func} ${place}`).join();
    let row = this.#rows.get(key);
    if (row === undefined) {
      const named = frames.filter(({ func }) => func !== 0);
      row = this.#builder.tables.location({
        address: BigInt.asUintN(64, BigInt(this.#spans.text(frames[0]?.pc ?? 0))),
        mapping: 0,
        lines: named.map((frame) => this.#line(frame)),
      });
      this.#rows.set(key, row);
    }
    return row;
  }

  #line({ func, place }: SymbolFrame): LineRow {
    const key = `${func} ${place}`;
    let line = this.#lines.get(key);
    if (line === undefined) {
      const { strings, tables } = this.#builder;
      const [file, number = 0] = splitPlace(this.#spans.text(place));
      const name = strings.add(this.#spans.text(func));
      const row = tables.function({ name, systemName: name, filename: strings.add(file), startLine: 0 });
      line = { function: row, line: number };
      this.#lines.set(key, line);
    }
    return line;
  }
}
