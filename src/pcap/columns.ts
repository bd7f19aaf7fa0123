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

/** Cuts the columns to their first `length` rows. Without a copy where little room is wasted. */
export function trim(columns: Columns, length: number): void {
  for (const [name, column] of entries(columns)) {
    const wasteful = column.length > 2 * length + 64;
    put(columns, name, wasteful ? column.slice(0, length) : column.subarray(0, length));
  }
}
