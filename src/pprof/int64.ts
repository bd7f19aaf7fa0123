/** Which 32-bit half of a 64-bit word holds its low bits on this machine. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** What a unit of the high word is worth. */
const WORD = 0x1_0000_0000;

/** 2^53 in the high word: from here on, and below its negative, a double no longer holds every integer. */
const UNSAFE = 0x20_0000;

/** Writes one word of a 64-bit column from its halves, without making a bigint. */
export function setWord(words: Uint32Array, row: number, low: number, high: number): void {
  words[2 * row + LOW] = low;
  words[2 * row + HIGH] = high;
}

/** The halves of a 64-bit column, for {@link setWord}. */
export function wordsOf(column: BigInt64Array | BigUint64Array): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, column.length * 2);
}

/** A 64-bit signed integer, from its halves. */
export function int64(low: number, high: number): bigint {
  return (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
}

/**
 * A column of 64-bit signed integers, read as doubles where doubles hold them.
 *
 * Every row is in {@link numbers}. A row past ±2^53 is rounded there, so a column that has one also has
 * {@link wide}, which holds *every* row exactly; delays of block profiles do get that large. A view that sums
 * asks {@link magnitude}: while it is below 2^53, no sum of any rows of the column can be inexact either.
 */
export interface Int64Column {
  readonly numbers: Float64Array;
  /** Every row, exactly; absent while {@link numbers} is exact. */
  readonly wide: BigInt64Array | undefined;
  /** Whether {@link numbers} holds every row exactly. */
  readonly exact: boolean;
  /** The sum of all rows' absolute values, as a double. */
  readonly magnitude: number;
  /** One row, exactly. */
  bigint(row: number): bigint;
}

/** An {@link Int64Column} that is being filled, row after row. */
export class Int64ColumnBuilder implements Int64Column {
  readonly numbers: Float64Array;
  wide: BigInt64Array | undefined;
  #words: Uint32Array = new Uint32Array(0);
  /** How many rows are set. */
  #rows = 0;

  /** @param room for how many rows, or where they go */
  constructor(room: number | Float64Array) {
    this.numbers = typeof room === "number" ? new Float64Array(room) : room;
  }

  get magnitude(): number {
    let sum = 0;
    for (let row = 0; row < this.#rows; row++) sum += Math.abs(this.numbers[row] as number);
    return sum;
  }

  get exact(): boolean {
    return this.wide === undefined;
  }

  bigint(row: number): bigint {
    const { wide } = this;
    return (wide === undefined ? BigInt(this.numbers[row] ?? 0) : wide[row]) ?? 0n;
  }

  /** Sets the row after those that were set before. */
  set(row: number, low: number, high: number): void {
    const upper = high | 0;
    const value = upper * WORD + low;
    this.numbers[row] = value;
    this.#rows = row + 1;
    if (upper >= UNSAFE || upper < -UNSAFE) this.#widen(row);
    if (this.wide !== undefined) setWord(this.#words, row, low, high);
  }

  /** Sets the row after those that were set before to an integer that a double holds. */
  setNumber(row: number, value: number): void {
    if (this.wide !== undefined) return this.setBigint(row, BigInt(value));
    this.numbers[row] = value;
    this.#rows = row + 1;
  }

  /** Takes what was written into {@link numbers}, where these are elsewhere, behind the rows that were set before: integers that a double holds. */
  written(rows: number): void {
    const { wide } = this;
    if (wide !== undefined)
      for (let row = this.#rows; row < rows; row++) wide[row] = BigInt(this.numbers[row] as number);
    this.#rows = rows;
  }

  /** Sets the row after those that were set before. */
  setBigint(row: number, value: bigint): void {
    this.set(row, Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** Sets the row after those that were set before to a row of another column. */
  copy(row: number, column: Int64Column, from: number): void {
    if (column.wide !== undefined) this.setBigint(row, column.bigint(from));
    else this.setNumber(row, column.numbers[from] as number);
  }

  /** Forgets all rows, to be filled again. */
  clear(): void {
    this.wide = undefined;
    this.#rows = 0;
  }

  #widen(rows: number): void {
    if (this.wide !== undefined) return;
    this.wide = new BigInt64Array(this.numbers.length);
    this.#words = wordsOf(this.wide);
    for (let row = 0; row < rows; row++) this.wide[row] = BigInt(this.numbers[row] as number);
  }
}

/** The absolute value. */
export const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Sums of 64-bit integers by row, exact until they leave an int64, where they wrap around as Go's do. */
export class Int64Sums {
  /** The words of each sum; both are kept as doubles, so that a carry is a comparison. */
  #low = new Float64Array(256);
  #high = new Float64Array(256);

  /** Adds a row of a column, or takes it away. */
  add(row: number, column: Int64Column, from: number, negate: boolean): void {
    if (row >= this.#low.length) this.#grow(row + 1);
    if (column.wide === undefined) {
      const value = column.numbers[from] as number;
      this.#addNumber(row, negate ? -value : value);
    } else this.addBigint(row, negate ? -column.bigint(from) : column.bigint(from));
  }

  addBigint(row: number, value: bigint): void {
    if (row >= this.#low.length) this.#grow(row + 1);
    this.#addWords(row, Number(BigInt.asUintN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }

  bigint(row: number): bigint {
    return BigInt(this.#high[row] ?? 0) * BigInt(WORD) + BigInt(this.#low[row] ?? 0);
  }

  isZero(row: number): boolean {
    return this.#low[row] === 0 && ((this.#high[row] as number) | 0) === 0;
  }

  /** Sets a row of a column to a sum. */
  copyTo(column: Int64ColumnBuilder, at: number, row: number): void {
    column.set(at, this.#low[row] as number, (this.#high[row] as number) >>> 0);
  }

  #addNumber(row: number, value: number): void {
    const high = Math.floor(value / WORD);
    this.#addWords(row, value - high * WORD, high);
  }

  #addWords(row: number, low: number, high: number): void {
    const sum = (this.#low[row] as number) + low;
    const carry = sum >= WORD ? 1 : 0;
    this.#low[row] = sum - carry * WORD;
    this.#high[row] = ((this.#high[row] as number) + high + carry) | 0;
  }

  #grow(rows: number): void {
    const [low, high] = [this.#low, this.#high];
    const length = Math.max(rows, low.length * 2);
    this.#low = new Float64Array(length);
    this.#high = new Float64Array(length);
    this.#low.set(low);
    this.#high.set(high);
  }
}

/** Orders the larger of two first. */
export const descending = (a: bigint, b: bigint): number => (a > b ? -1 : a < b ? 1 : 0);
