import { CUT, FULL, ODD, stop } from "./stop";
import { lengthAt, NO_VARINT, shortAt, shortLengthAt, varintAt } from "./varint";

/** Fields by their tags: in a profile, in a function, in a location and in a line of one. */
const LOCATIONS: u32 = 0x22;
const FUNCTIONS: u32 = 0x2a;
const ID: u32 = 0x08;
const NAME: u32 = 0x10;
const SYSTEM_NAME: u32 = 0x18;
const FILENAME: u32 = 0x20;
const START_LINE: u32 = 0x28;
const MAPPING: u32 = 0x10;
const ADDRESS: u32 = 0x18;
const LINES: u32 = 0x22;
const LINE_FUNCTION: u32 = 0x08;
const LINE: u32 = 0x10;

/** By small ids: the row of each table; 0 for an id that no row has. */
export let mappingRows: usize = 0;
export let mappingIds: u32 = 0;
export let functionRows: usize = 0;
export let functionIds: u32 = 0;
export let locationRows: usize = 0;
export let locationIds: u32 = 0;
/** How many strings there are. */
export let strings: u32 = 0;

/** Columns for some rows of a table: how many have room, which row the first one is, and how many there are. */
export let tableRoom: u32 = 0;
export let firstRow: u32 = 0;
export let tableRows: u32 = 0;
export let names: usize = 0;
export let systemNames: usize = 0;
export let filenames: usize = 0;
export let startLines: usize = 0;
export let addresses: usize = 0;
export let mappings: usize = 0;
/** Where the lines of each location end, and how many are to be before those in the columns. */
export let lineEnds: usize = 0;
export let linesBefore: u32 = 0;
/** Columns for lines: how many have room, how many a location may have, and how many there are. */
export let lineRoom: u32 = 0;
export let mostLines: u32 = 0;
export let lineRows: u32 = 0;
export let lineFunctions: usize = 0;
export let lineNumbers: usize = 0;

/** What a field holds that is a varint, and where the next one begins; 0 where it is none. */
let number: u64 = 0;
function numberAt(field: usize, end: usize): usize {
  const kind = <u32>load<u8>(field);
  const length = lengthAt(field + 1);
  const next = field + 1 + length;
  if ((kind & 0x87) != 0 || kind == 0 || length == NO_VARINT || next > end) return 0;
  number = varintAt(field + 1, length);
  return next;
}

/** Decodes functions into the columns, behind those that are there. */
export function readFunctions(from: usize, end: usize): i32 {
  let at = from;
  for (; tableRows < tableRoom; tableRows++) {
    if (at >= end) return stop(at, CUT);
    const length = shortLengthAt(at + 1);
    if (load<u8>(at) != FUNCTIONS || length > 2) return stop(at, ODD);
    const start = at + 1 + length;
    const next = start + shortAt(at + 1);
    if (next > end) return stop(at, CUT);
    if (!readFunction(start, next)) return stop(at, ODD);
    at = next;
  }
  return stop(at, FULL);
}

/** Decodes a function; whether all of it has a common form. */
function readFunction(start: usize, end: usize): bool {
  let id: u64 = 0;
  let name: u64 = 0;
  let systemName: u64 = 0;
  let filename: u64 = 0;
  let line: u64 = 0;
  for (let field = start; field < end;) {
    const next = numberAt(field, end);
    if (next == 0) return false;
    const kind = <u32>load<u8>(field);
    if (kind == ID) id = number;
    else if (kind == START_LINE) line = number;
    else if (kind == NAME || kind == SYSTEM_NAME || kind == FILENAME) {
      if (number >= strings) return false;
      if (kind == NAME) name = number;
      else if (kind == SYSTEM_NAME) systemName = number;
      else filename = number;
    }
    field = next;
  }
  if (!setRow(functionRows, functionIds, id)) return false;
  const at = (<usize>tableRows) << 2;
  store<u32>(names + at, <u32>name);
  store<u32>(systemNames + at, <u32>systemName);
  store<u32>(filenames + at, <u32>filename);
  store<f64>(startLines + (at << 1), <f64>(<i64>line));
  return true;
}

/** Gives the next row an id; `false` where that is large or another row has it. */
function setRow(rows: usize, ids: u32, id: u64): bool {
  if (id >= ids) return false;
  const entry = rows + ((<usize>id) << 2);
  if (load<u32>(entry) != 0) return false;
  store<u32>(entry, firstRow + tableRows);
  return true;
}

/** Decodes locations, and their lines, into the columns, behind those that are there. */
export function readLocations(from: usize, end: usize): i32 {
  let at = from;
  for (; tableRows < tableRoom && lineRows + mostLines <= lineRoom; tableRows++) {
    if (at >= end) return stop(at, CUT);
    const length = shortLengthAt(at + 1);
    if (load<u8>(at) != LOCATIONS || length > 2) return stop(at, ODD);
    const start = at + 1 + length;
    const next = start + shortAt(at + 1);
    if (next > end) return stop(at, CUT);
    if (!readLocation(start, next)) return stop(at, ODD);
    at = next;
  }
  return stop(at, FULL);
}

/** Decodes a location; whether all of it has a common form. */
function readLocation(start: usize, end: usize): bool {
  let id: u64 = 0;
  let address: u64 = 0;
  let mapping: u32 = 0;
  let line = lineRows;
  for (let field = start; field < end;) {
    const kind = <u32>load<u8>(field);
    if (kind == LINES) {
      const length = shortLengthAt(field + 1);
      const from = field + 1 + length;
      const next = from + shortAt(field + 1);
      if (length > 2 || next > end || line - lineRows == mostLines) return false;
      if (!readLine(line++, from, next)) return false;
      field = next;
      continue;
    }
    const next = numberAt(field, end);
    if (next == 0) return false;
    if (kind == ID) id = number;
    else if (kind == ADDRESS) address = number;
    else if (kind == MAPPING) {
      if (number >= mappingIds) return false;
      mapping = load<u32>(mappingRows + ((<usize>number) << 2));
      if (mapping == 0 && number != 0) return false;
    }
    field = next;
  }
  if (!setRow(locationRows, locationIds, id)) return false;
  lineRows = line;
  const at = (<usize>tableRows) << 2;
  store<u64>(addresses + (at << 1), address);
  store<u32>(mappings + at, mapping);
  store<u32>(lineEnds + at, linesBefore + lineRows);
  return true;
}

/** Decodes a line; whether all of it has a common form, and its function is there. */
function readLine(row: u32, start: usize, end: usize): bool {
  let fn: u32 = 0;
  let line: u64 = 0;
  for (let field = start; field < end;) {
    const next = numberAt(field, end);
    if (next == 0) return false;
    const kind = <u32>load<u8>(field);
    if (kind == LINE) line = number;
    else if (kind == LINE_FUNCTION) {
      if (number >= functionIds) return false;
      fn = load<u32>(functionRows + ((<usize>number) << 2));
    }
    field = next;
  }
  if (fn == 0) return false;
  store<u32>(lineFunctions + ((<usize>row) << 2), fn);
  store<f64>(lineNumbers + ((<usize>row) << 3), <f64>(<i64>line));
  return true;
}
