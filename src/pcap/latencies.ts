/** How long answers took, in seconds; percentiles are a few percent too high at most. */
export interface LatencyTotals {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** A microsecond, and parts of a doubling that are told apart: they differ by 9 %. */
const UNIT = 1e-6;
const PARTS = 8;
/** Up to two minutes. */
const BUCKETS = 27 * PARTS;

/** Counts latencies in logarithmic buckets, in little room however many there are. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  /** @param seconds what a clock that steps back makes negative counts as none */
  add(seconds: number): void {
    const part = Math.ceil(Math.log2(Math.max(seconds, UNIT) / UNIT) * PARTS);
    const bucket = Math.min(part, BUCKETS - 1);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#count++;
    this.#max = Math.max(this.#max, seconds);
  }

  finish(): LatencyTotals | undefined {
    if (this.#count === 0) return undefined;
    return { median: this.#at(0.5), p90: this.#at(0.9), p99: this.#at(0.99), max: this.#max };
  }

  #at(share: number): number {
    let left = Math.ceil(share * this.#count);
    let bucket = 0;
    while (bucket < BUCKETS - 1 && left > (this.#counts[bucket] as number))
      left -= this.#counts[bucket++] as number;
    return Math.min(this.#max, UNIT * 2 ** (bucket / PARTS));
  }
}
