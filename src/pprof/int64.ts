/** Which 32-bit half of a 64-bit word holds its low bits on this machine. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

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
  magnitude = 0;
  #words: Uint32Array = new Uint32Array(0);

  constructor(rows: number) {
    this.numbers = new Float64Array(rows);
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
    const value = upper * 0x1_0000_0000 + low;
    this.numbers[row] = value;
    this.magnitude += value < 0 ? -value : value;
    if (upper >= UNSAFE || upper < -UNSAFE) this.#widen(row);
    if (this.wide !== undefined) setWord(this.#words, row, low, high);
  }

  /** Forgets all rows, to be filled again. */
  clear(): void {
    this.wide = undefined;
    this.magnitude = 0;
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
