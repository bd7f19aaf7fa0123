import { NONE } from "./packet.ts";

/** A message of the greatest length, and as much that came before its rest. */
const LIMIT = 2 * 65_537;
const FIRST_BYTES = 2048;
/** Stretches behind a gap that are kept until it is filled. */
const MAX_SPANS = 8;

/** Bytes of a TCP stream that wait for those that are missing between them or behind them. */
export class StreamBuffer {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  /** Bytes from the beginning without a gap. */
  filled = 0;
  /** Whose it is, {@link NONE} for nobody's; and when it was used last, as a frame. */
  owner = NONE;
  used = 0;
  /** Stretches behind the first gap: where each begins and ends. */
  readonly #spans = new Int32Array(2 * MAX_SPANS);
  #count = 0;

  /** Where the last byte that is kept ends. */
  get length(): number {
    let length = this.filled;
    for (let i = 0; i < this.#count; i++) length = Math.max(length, this.#spans[2 * i + 1] as number);
    return length;
  }

  free(): void {
    this.filled = 0;
    this.owner = NONE;
    this.#count = 0;
    // Few messages are long.
    if (this.bytes.length > FIRST_BYTES) this.bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Puts the bytes from `start` to `end` of `source` at an offset; whether there was room. */
  place(at: number, source: Uint8Array, start: number, end: number): boolean {
    const stop = at + end - start;
    if (stop > LIMIT) return false;
    if (stop > this.bytes.length) {
      const larger = new Uint8Array(Math.min(LIMIT, Math.max(stop, 2 * this.bytes.length)));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let i = start; i < end; i++) this.bytes[at + i - start] = source[i] as number;
    if (at <= this.filled) {
      this.filled = Math.max(this.filled, stop);
      this.#absorb();
      return true;
    }
    if (this.#count === MAX_SPANS) return false;
    this.#spans[2 * this.#count] = at;
    this.#spans[2 * this.#count + 1] = stop;
    this.#count++;
    return true;
  }

  /** Drops the first bytes. */
  shift(by: number): void {
    if (by === 0) return;
    this.bytes.copyWithin(0, by, this.length);
    this.filled = Math.max(0, this.filled - by);
    for (let i = 0; i < 2 * this.#count; i++) this.#spans[i] = Math.max(0, (this.#spans[i] as number) - by);
    this.#absorb();
  }

  /** Joins the stretches to which no gap is left. */
  #absorb(): void {
    for (let i = 0; i < this.#count;) {
      if ((this.#spans[2 * i] as number) > this.filled) {
        i++;
        continue;
      }
      this.filled = Math.max(this.filled, this.#spans[2 * i + 1] as number);
      this.#count--;
      this.#spans[2 * i] = this.#spans[2 * this.#count] as number;
      this.#spans[2 * i + 1] = this.#spans[2 * this.#count + 1] as number;
      // One that was passed over may follow on this one.
      i = 0;
    }
  }
}
