const MICROSECONDS = 1_000_000;
const NANOSECONDS = 1_000_000_000;
const SHIFT = 32n;

/** Splits the 64-bit timestamps of one pcapng interface. The upper half's share is kept: it changes every few seconds at most. */
export class Clock {
  /** Result of {@link split}. */
  seconds = 0;
  nanoseconds = 0;
  readonly #unit: bigint;
  /** Ticks in a second, if a number can hold a tick's place in one exactly; else 0. */
  readonly #ticks: number;
  readonly #offset: number;
  #high = 0;
  #highSeconds = 0;
  #highTicks = 0;

  /**
   * @param resolution if_tsresol: a power of ten, or of two with the top bit set, in one over seconds
   * @param offset if_tsoffset: seconds to add
   */
  constructor(resolution: number | undefined, offset: number) {
    if (resolution === undefined) this.#unit = BigInt(MICROSECONDS);
    else this.#unit = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
    this.#ticks = this.#unit <= 2n ** 51n ? Number(this.#unit) : 0;
    this.#offset = offset;
  }

  /** What is counted since 1970, where that is nothing unusual. */
  get unit(): "µs" | "ns" | undefined {
    if (this.#offset !== 0) return undefined;
    return this.#ticks === MICROSECONDS ? "µs" : this.#ticks === NANOSECONDS ? "ns" : undefined;
  }

  split(high: number, low: number): void {
    if (this.#ticks === 0) {
      const ticks = (BigInt(high) << SHIFT) | BigInt(low);
      this.seconds = Number(ticks / this.#unit) + this.#offset;
      this.nanoseconds = Number(((ticks % this.#unit) * 1_000_000_000n) / this.#unit);
      return;
    }
    if (high !== this.#high) {
      const ticks = BigInt(high) << SHIFT;
      this.#high = high;
      this.#highSeconds = Number(ticks / this.#unit);
      this.#highTicks = Number(ticks % this.#unit);
    }
    const ticks = this.#highTicks + low;
    const carried = Math.floor(ticks / this.#ticks);
    const rest = ticks - carried * this.#ticks;
    this.seconds = this.#highSeconds + carried + this.#offset;
    // 10^k up to 9 and powers of two divide without loss; a finer decimal rounds down to the nanosecond.
    this.nanoseconds =
      this.#ticks <= 1e9 && 1e9 % this.#ticks === 0
        ? rest * (1e9 / this.#ticks)
        : Number((BigInt(rest) * 1_000_000_000n) / this.#unit);
  }
}
