import { ByteWindow } from "./byte-window.ts";
import { denseLength, IdIndex } from "./id-index.ts";
import { Layout, type LoopMemory, release } from "./loop-memory.ts";
import type { Outline } from "./outline.ts";
import { PROFILE } from "./schema.ts";
import type { FunctionTable, LocationTable } from "./tables.ts";

/** Rows of a table that the loops decode at a time, and lines of these. */
const ROWS = 1 << 12;
const LINES = 1 << 14;

/** Takes lines behind those that are there. */
export interface LineSink {
  readonly count: number;
  append(functions: Uint32Array, lines: Float64Array): void;
}

/** Has the loops decode the rows of tables whose forms are common, and keeps the ids of all rows where they find them. */
export class TableLoops {
  /** Where they stopped. */
  at = 0;
  readonly mappingIds: IdIndex;
  readonly functionIds: IdIndex;
  readonly locationIds: IdIndex;
  readonly #memory: LoopMemory;
  readonly #functions: ByteWindow;
  readonly #locations: ByteWindow;
  readonly #names: Uint32Array;
  readonly #systemNames: Uint32Array;
  readonly #filenames: Uint32Array;
  readonly #startLines: Float64Array;
  readonly #addresses: BigUint64Array;
  readonly #mappings: Uint32Array;
  readonly #lineEnds: Uint32Array;
  readonly #lineFunctions: Uint32Array;
  readonly #lineNumbers: Float64Array;

  /** @param mostLines lines that a location may have */
  constructor(bytes: Uint8Array, { first, last, count }: Outline, mostLines: number) {
    const layout = new Layout();
    const range = (field: number) => ({ bytes, start: first[field] ?? 0, end: last[field] ?? 0 });
    this.#functions = new ByteWindow(range(PROFILE.function), layout);
    this.#locations = new ByteWindow(range(PROFILE.location), layout);
    const rows = [PROFILE.mapping, PROFILE.function, PROFILE.location].map(
      (field) => (count[field] ?? 0) + 1,
    );
    const [mappingRows = 0, functionRows = 0, locationRows = 0] = rows;
    const ids = rows.map((of) => layout.take(denseLength(of) * 4));
    // Functions and locations are decoded after each other, in columns at the same places.
    const [words, others, more] = [layout.take(ROWS * 8), layout.take(ROWS * 4), layout.take(ROWS * 4)];
    const names = layout.take(ROWS * 4);
    const lineFunctions = layout.take(LINES * 4);
    const lineNumbers = layout.take(LINES * 8);
    this.#memory = layout.memory();
    const { buffer, loops } = this.#memory;
    const [mappingIds = 0, functionIds = 0, locationIds = 0] = ids;
    const index = (of: number, at: number) =>
      new IdIndex(of, new Uint32Array(buffer, at, denseLength(of)).fill(0));
    this.mappingIds = index(mappingRows, mappingIds);
    this.functionIds = index(functionRows, functionIds);
    this.locationIds = index(locationRows, locationIds);
    this.#startLines = new Float64Array(buffer, words, ROWS);
    this.#addresses = new BigUint64Array(buffer, words, ROWS);
    this.#systemNames = new Uint32Array(buffer, others, ROWS);
    this.#mappings = new Uint32Array(buffer, others, ROWS);
    this.#filenames = new Uint32Array(buffer, more, ROWS);
    this.#lineEnds = new Uint32Array(buffer, more, ROWS);
    this.#names = new Uint32Array(buffer, names, ROWS);
    this.#lineFunctions = new Uint32Array(buffer, lineFunctions, LINES);
    this.#lineNumbers = new Float64Array(buffer, lineNumbers, LINES);
    loops.mappingRows.value = mappingIds;
    loops.mappingIds.value = denseLength(mappingRows);
    loops.functionRows.value = functionIds;
    loops.functionIds.value = denseLength(functionRows);
    loops.locationRows.value = locationIds;
    loops.locationIds.value = denseLength(locationRows);
    loops.strings.value = count[PROFILE.string] ?? 0;
    loops.tableRoom.value = ROWS;
    loops.startLines.value = words;
    loops.addresses.value = words;
    loops.systemNames.value = others;
    loops.mappings.value = others;
    loops.filenames.value = more;
    loops.lineEnds.value = more;
    loops.names.value = names;
    loops.lineRoom.value = LINES;
    loops.mostLines.value = mostLines;
    loops.lineFunctions.value = lineFunctions;
    loops.lineNumbers.value = lineNumbers;
  }

  /** Decodes functions into a table from a row on, while their forms are common; returns the row behind them. */
  functions(at: number, first: number, into: FunctionTable): number {
    const { loops } = this.#memory;
    this.at = at;
    for (let row = first, rows = 0; ; row += rows) {
      loops.firstRow.value = row;
      this.#run(this.#functions, (from, end) => loops.readFunctions(from, end));
      rows = loops.tableRows.value;
      if (rows === 0) return row;
      into.name.set(this.#names.subarray(0, rows), row);
      into.systemName.set(this.#systemNames.subarray(0, rows), row);
      into.filename.set(this.#filenames.subarray(0, rows), row);
      into.startLine.set(this.#startLines.subarray(0, rows), row);
    }
  }

  /** The same for locations and their lines. */
  locations(at: number, first: number, into: LocationTable, lines: LineSink): number {
    const { loops } = this.#memory;
    this.at = at;
    for (let row = first, rows = 0; ; row += rows) {
      loops.firstRow.value = row;
      loops.linesBefore.value = lines.count;
      this.#run(this.#locations, (from, end) => loops.readLocations(from, end));
      rows = loops.tableRows.value;
      if (rows === 0) return row;
      into.address.set(this.#addresses.subarray(0, rows), row);
      into.mapping.set(this.#mappings.subarray(0, rows), row);
      into.lineStart.set(this.#lineEnds.subarray(0, rows), row + 1);
      const count = loops.lineRows.value;
      lines.append(this.#lineFunctions.subarray(0, count), this.#lineNumbers.subarray(0, count));
    }
  }

  /** Ends the work; the ids of locations stay, where they are the reader's own. */
  release(): void {
    this.locationIds.dense = this.locationIds.dense.slice();
    release(this.#memory);
  }

  #run(part: ByteWindow, work: (from: number, end: number) => number): void {
    this.#memory.loops.tableRows.value = 0;
    this.#memory.loops.lineRows.value = 0;
    part.run(this.at, this.#memory, work);
    this.at = part.at;
  }
}
