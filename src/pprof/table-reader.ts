import type { IdIndex } from "./id-index.ts";
import { setWord, wordsOf } from "./int64.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { FUNCTION, LINE, LOCATION, MAPPING, PROFILE } from "./schema.ts";
import { stringIndex } from "./strings.ts";
import { type LineSink, TableLoops } from "./table-loops.ts";
import type { FunctionTable, LineTable, LocationTable, MappingTable, Tables } from "./tables.ts";
import { BYTES, FieldCursor, VARINT } from "./wire.ts";

/**
 * Lines of a location that are read. Compilers inline some dozens deep, and each frame of each stack stands for all lines of its
 * location: without a bound a small profile could hold more than can ever be summed.
 */
const MOST_LINES = 1000;

/** Decodes all tables; the index of locations is for the samples. */
export function readTables(
  bytes: Uint8Array,
  outline: Outline,
  problems: ProfileProblems,
): Tables & { readonly locationIds: IdIndex } {
  const reader = new TableReader(bytes, outline, problems);
  try {
    const mappings = reader.mappings();
    const functions = reader.functions();
    const { locations, lines } = reader.locations();
    return { mappings, functions, locations, lines, locationIds: reader.locationIds };
  } finally {
    reader.release();
  }
}

class TableReader {
  readonly #outline: Outline;
  readonly #problems: ProfileProblems;
  /** Walks the top level, and the fields of a table's rows. */
  readonly #rows: FieldCursor;
  readonly #row: FieldCursor;
  readonly #line: FieldCursor;

  /** For all rows but the odd ones. */
  readonly #loops: TableLoops;

  constructor(bytes: Uint8Array, outline: Outline, problems: ProfileProblems) {
    this.#loops = new TableLoops(bytes, outline, MOST_LINES);
    this.#outline = outline;
    this.#problems = problems;
    this.#rows = new FieldCursor(bytes);
    this.#row = new FieldCursor(bytes);
    this.#line = new FieldCursor(bytes);
  }

  get locationIds(): IdIndex {
    return this.#loops.locationIds;
  }

  mappings(): MappingTable {
    const count = this.#count(PROFILE.mapping);
    const ids = this.#loops.mappingIds;
    const start = new BigUint64Array(count);
    const limit = new BigUint64Array(count);
    const offset = new BigUint64Array(count);
    const file = new Uint32Array(count);
    const buildId = new Uint32Array(count);
    const [starts, limits, offsets] = [wordsOf(start), wordsOf(limit), wordsOf(offset)];
    const field = this.#row;
    for (let row = 1; this.#nextRow(PROFILE.mapping); row++) {
      let [low, high] = [0, 0];
      while (field.next(this.#rows.stop)) {
        if (field.wire !== VARINT) continue;
        if (field.field === MAPPING.id) [low, high] = [field.low, field.high];
        else if (field.field === MAPPING.start) setWord(starts, row, field.low, field.high);
        else if (field.field === MAPPING.limit) setWord(limits, row, field.low, field.high);
        else if (field.field === MAPPING.offset) setWord(offsets, row, field.low, field.high);
        else if (field.field === MAPPING.filename) file[row] = this.#string();
        else if (field.field === MAPPING.buildId) buildId[row] = this.#string();
      }
      this.#endRow(ids, low, high, row);
    }
    return { count, start, limit, offset, file, buildId };
  }

  functions(): FunctionTable {
    const count = this.#count(PROFILE.function);
    const ids = this.#loops.functionIds;
    const name = new Uint32Array(count);
    const systemName = new Uint32Array(count);
    const filename = new Uint32Array(count);
    const startLine = new Float64Array(count);
    const table = { count, name, systemName, filename, startLine };
    const field = this.#row;
    for (let row = 1; ; row++) {
      row = this.#loops.functions(this.#rows.at, row, table);
      this.#rows.at = this.#loops.at;
      if (!this.#nextRow(PROFILE.function)) return table;
      let low = 0;
      let high = 0;
      while (field.next(this.#rows.stop)) {
        if (field.wire !== VARINT) continue;
        if (field.field === FUNCTION.id) {
          low = field.low;
          high = field.high;
        } else if (field.field === FUNCTION.name) name[row] = this.#string();
        else if (field.field === FUNCTION.systemName) systemName[row] = this.#string();
        else if (field.field === FUNCTION.filename) filename[row] = this.#string();
        else if (field.field === FUNCTION.startLine) startLine[row] = signed(field);
      }
      this.#endRow(ids, low, high, row);
    }
  }

  locations(): { locations: LocationTable; lines: LineTable } {
    const count = this.#count(PROFILE.location);
    const { mappingIds, functionIds, locationIds: ids } = this.#loops;
    const address = new BigUint64Array(count);
    const addresses = wordsOf(address);
    const mapping = new Uint32Array(count);
    const lineStart = new Uint32Array(count + 1);
    const lines = new LineBuilder(count);
    lineStart.fill(lines.count, 0, 2);
    const table = { count, address, mapping, lineStart };
    const field = this.#row;
    for (let row = 1; ; row++) {
      row = this.#loops.locations(this.#rows.at, row, table, lines);
      this.#rows.at = this.#loops.at;
      if (!this.#nextRow(PROFILE.location)) return { locations: table, lines: lines.table() };
      let low = 0;
      let high = 0;
      while (field.next(this.#rows.stop)) {
        if (field.field === LOCATION.line && field.wire === BYTES) {
          if (lines.count - (lineStart[row] as number) < MOST_LINES) this.#readLine(functionIds, lines);
          else this.#problems.add("many-lines", field.begin);
        }
        if (field.wire !== VARINT) continue;
        if (field.field === LOCATION.id) {
          low = field.low;
          high = field.high;
        } else if (field.field === LOCATION.address) setWord(addresses, row, field.low, field.high);
        else if (field.field === LOCATION.mapping) {
          const of = mappingIds.find(field.low, field.high);
          mapping[row] = of;
          if (of === 0 && (field.low | field.high) !== 0) this.#problems.add("bad-mapping-id", field.begin);
        }
      }
      lineStart[row + 1] = lines.count;
      this.#endRow(ids, low, high, row);
    }
  }

  release(): void {
    this.#loops.release();
  }

  #readLine(functionIds: IdIndex, lines: LineBuilder): void {
    const field = this.#line;
    const begin = this.#row.begin;
    let of = 0;
    let line = 0;
    field.at = this.#row.start;
    while (field.next(this.#row.stop)) {
      if (field.wire !== VARINT) continue;
      if (field.field === LINE.function) of = functionIds.find(field.low, field.high);
      else if (field.field === LINE.line) line = signed(field);
    }
    if (field.fault !== undefined) this.#problems.add("bad-message", field.begin);
    else if (of === 0) this.#problems.add("bad-function-id", begin);
    lines.add(of, line);
  }

  #count(field: number): number {
    const { count, first } = this.#outline;
    this.#rows.at = first[field] ?? 0;
    return (count[field] ?? 0) + 1;
  }

  /** Moves to the next message of a table. */
  #nextRow(field: number): boolean {
    const end = this.#outline.last[field] ?? 0;
    while (this.#rows.next(end)) {
      if (this.#rows.field !== field || this.#rows.wire !== BYTES) continue;
      this.#row.at = this.#rows.start;
      return true;
    }
    return false;
  }

  #endRow(ids: IdIndex, low: number, high: number, row: number): void {
    if (this.#row.fault !== undefined) this.#problems.add("bad-message", this.#row.begin);
    if (!ids.add(low, high, row)) this.#problems.add("duplicate-id", this.#rows.begin);
  }

  #string(): number {
    return stringIndex(this.#row, this.#outline, this.#problems);
  }
}

/** Lines in columns that grow: how many there are is known only after the last location. */
class LineBuilder implements LineSink {
  count = 1;
  #function: Uint32Array<ArrayBuffer>;
  #line: Float64Array<ArrayBuffer>;

  constructor(rows: number) {
    this.#function = new Uint32Array(rows + 1);
    this.#line = new Float64Array(rows + 1);
  }

  add(of: number, line: number): void {
    this.#reserve(1);
    this.#function[this.count] = of;
    this.#line[this.count++] = line;
  }

  append(functions: Uint32Array, lines: Float64Array): void {
    this.#reserve(lines.length);
    this.#function.set(functions, this.count);
    this.#line.set(lines, this.count);
    this.count += lines.length;
  }

  #reserve(rows: number): void {
    if (this.count + rows <= this.#line.length) return;
    const room = 2 * (this.count + rows);
    const functions = new Uint32Array(room);
    functions.set(this.#function);
    this.#function = functions;
    const lines = new Float64Array(room);
    lines.set(this.#line);
    this.#line = lines;
  }

  table(): LineTable {
    const { count } = this;
    return { count, function: this.#function.subarray(0, count), line: this.#line.subarray(0, count) };
  }
}

/** A signed 64-bit field as a double. */
function signed(field: FieldCursor): number {
  return (field.high | 0) * 0x1_0000_0000 + field.low;
}
