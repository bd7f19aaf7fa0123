/** A typed array of any kind that a table's column may be. */
type Column = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** A table's columns: an object of typed arrays of one length, which is the table's capacity. */
export type Columns = object;

const entries = (columns: Columns) => Object.entries(columns) as [string, Column][];

function put(columns: Columns, name: string, column: Column): void {
  (columns as Record<string, Column>)[name] = column;
}

function like(column: Column, length: number): Column {
  return new (column.constructor as new (length: number) => Column)(length);
}

/** Gives every column room for `capacity` rows. */
export function grow(columns: Columns, capacity: number): void {
  for (const [name, column] of entries(columns)) {
    const larger = like(column, capacity);
    larger.set(column);
    put(columns, name, larger);
  }
}

/** Gives every column's memory back: none has a row any more. */
export function clear(columns: Columns): void {
  for (const [name, column] of entries(columns)) put(columns, name, like(column, 0));
}

/** Cuts the columns to their first `length` rows. Without a copy where little room is wasted. */
export function trim(columns: Columns, length: number): void {
  for (const [name, column] of entries(columns)) {
    const wasteful = column.length > 2 * length + 64;
    put(columns, name, wasteful ? column.slice(0, length) : column.subarray(0, length));
  }
}

/**
 * Chooses which rows of a full table stay: all of the newest quarter, and of the others those that are worth keeping; or,
 * if that makes too little room, the newer half.
 *
 * @param remap as long as the table: where each row goes is written there, -1 for those that are dropped
 * @returns how many stay
 */
export function makeRoom(remap: Int32Array, isWorthKeeping: (row: number) => boolean): number {
  const { length } = remap;
  const newest = length - (length >> 2);
  let kept = 0;
  for (let row = 0; row < length; row++) remap[row] = row >= newest || isWorthKeeping(row) ? kept++ : -1;
  if (kept <= newest) return kept;
  kept = 0;
  for (let row = 0; row < length; row++) remap[row] = row >= length >> 1 ? kept++ : -1;
  return kept;
}

/**
 * Drops rows in place, and clears what is behind those that stay.
 *
 * @param remap where each of the `remap.length` rows goes, -1 for those that are dropped; in ascending order
 * @param kept how many stay
 */
export function compact(columns: Columns, remap: Int32Array, kept: number): void {
  const runs = runsOf(remap);
  for (const [, column] of entries(columns)) {
    for (let at = 0; at < runs.length; at += 3) {
      const from = runs[at + 1] as number;
      column.copyWithin(runs[at] as number, from, from + (runs[at + 2] as number));
    }
    column.fill(0, kept);
  }
}

/** Rows that stay beside each other: where to, from where, how many. Those that stay where they are, are left out. */
function runsOf(remap: Int32Array): number[] {
  const runs: number[] = [];
  for (let from = 0; from < remap.length;) {
    const to = remap[from] as number;
    let end = from + 1;
    if (to >= 0) while (end < remap.length && remap[end] === to + end - from) end++;
    if (to >= 0 && to !== from) runs.push(to, from, end - from);
    from = end;
  }
  return runs;
}

/** Follows rows to their new places; a reference to a dropped row becomes -1. */
export function follow(references: Int32Array, length: number, remap: Int32Array): void {
  for (let row = 0; row < length; row++) {
    const to = references[row] as number;
    if (to >= 0) references[row] = remap[to] as number;
  }
}
