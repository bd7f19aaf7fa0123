import { mappingKey } from "./mapping-key.ts";
import type { Tables } from "./tables.ts";

/** A mapping as it is added; texts are indexes of strings. */
export interface MappingRow {
  readonly start: bigint;
  readonly limit: bigint;
  readonly offset: bigint;
  readonly file: number;
  readonly buildId: number;
}

export interface FunctionRow {
  readonly name: number;
  readonly systemName: number;
  readonly filename: number;
  readonly startLine: number;
}

/** A location; {@link mapping} and the functions of its lines are rows. */
export interface LocationRow {
  readonly address: bigint;
  readonly mapping: number;
  readonly lines: readonly LineRow[];
}

export interface LineRow {
  readonly function: number;
  readonly line: number;
}

/**
 * Tables that are being collected, each row kept once. What is one row is what pprof takes for one when it merges
 * profiles (profile/merge.go): binaries may be mapped elsewhere in each process.
 */
export class TableBuilder {
  readonly #mappings = new Rows<MappingRow>({ start: 0n, limit: 0n, offset: 0n, file: 0, buildId: 0 });
  readonly #functions = new Rows<FunctionRow>({ name: 0, systemName: 0, filename: 0, startLine: 0 });
  readonly #locations = new Rows<LocationRow>({ address: 0n, mapping: 0, lines: [] });

  /** Whether there is no mapping yet. */
  get isUnmapped(): boolean {
    return this.#mappings.list.length === 1;
  }

  mapping(row: MappingRow): number {
    return this.#mappings.add(mappingKey(row, row.buildId || row.file), row);
  }

  function(row: FunctionRow): number {
    return this.#functions.add(`${row.name} ${row.systemName} ${row.filename} ${row.startLine}`, row);
  }

  /** @param row its address is where its mapping lies here, see {@link mappingStart} */
  location(row: LocationRow): number {
    const lines = row.lines.map(({ function: fn, line }) => `${fn}:${line}`).join();
    return this.#locations.add(`${row.address} ${row.mapping} ${lines}`, row);
  }

  /** Where the mapping of a row begins. */
  mappingStart(mapping: number): bigint {
    return this.#mappings.list[mapping]?.start ?? 0n;
  }

  tables(): Tables {
    const [mappings, functions, locations] = [
      this.#mappings.list,
      this.#functions.list,
      this.#locations.list,
    ];
    const lineStart = new Uint32Array(locations.length + 1);
    for (const [row, { lines }] of locations.entries())
      lineStart[row + 1] = (lineStart[row] ?? 0) + lines.length;
    const lines = locations.flatMap((location) => location.lines);
    return {
      mappings: {
        count: mappings.length,
        start: BigUint64Array.from(mappings, ({ start }) => start),
        limit: BigUint64Array.from(mappings, ({ limit }) => limit),
        offset: BigUint64Array.from(mappings, ({ offset }) => offset),
        file: Uint32Array.from(mappings, ({ file }) => file),
        buildId: Uint32Array.from(mappings, ({ buildId }) => buildId),
      },
      functions: {
        count: functions.length,
        name: Uint32Array.from(functions, ({ name }) => name),
        systemName: Uint32Array.from(functions, ({ systemName }) => systemName),
        filename: Uint32Array.from(functions, ({ filename }) => filename),
        startLine: Float64Array.from(functions, ({ startLine }) => startLine),
      },
      locations: {
        count: locations.length,
        address: BigUint64Array.from(locations, ({ address }) => address),
        mapping: Uint32Array.from(locations, ({ mapping }) => mapping),
        lineStart,
      },
      lines: {
        count: lines.length,
        function: Uint32Array.from(lines, (line) => line.function),
        line: Float64Array.from(lines, ({ line }) => line),
      },
    };
  }
}

/** Rows by what tells them apart; row 0 stands for none. */
class Rows<Row> {
  readonly list: Row[];
  readonly #index = new Map<string, number>();

  constructor(none: Row) {
    this.list = [none];
  }

  add(key: string, row: Row): number {
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.list.length;
      this.list.push(row);
      this.#index.set(key, index);
    }
    return index;
  }
}
