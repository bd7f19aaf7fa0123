/** How times are spread: percentiles by nearest rank, in seconds, and the frame where the longest began. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  readonly maxFrame: number;
}

/** Collects times of which a {@link Spread} is wanted. */
export class Times {
  readonly #times: number[] = [];
  #max = -1;
  #maxFrame = 0;

  /** @param frame where it began */
  add(time: number, frame: number): void {
    // Packets of several CPUs mix: an answer may be captured just before what it answers.
    const taken = Math.max(0, time);
    this.#times.push(taken);
    if (taken <= this.#max) return;
    this.#max = taken;
    this.#maxFrame = frame;
  }

  /** `undefined` where no time was added. */
  spread(): Spread | undefined {
    const sorted = Float64Array.from(this.#times).sort();
    const { length } = sorted;
    if (length === 0) return undefined;
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * length) - 1)] as number;
    return {
      count: length,
      p50: at(0.5),
      p90: at(0.9),
      p99: at(0.99),
      max: this.#max,
      maxFrame: this.#maxFrame,
    };
  }
}

/** How many rows have a mark: the sum of a column of 0 and 1. */
export function marked(marks: Uint8Array): number {
  let sum = 0;
  for (const mark of marks) sum += mark;
  return sum;
}

/** Rows of a view that a limit leaves; how many there were before. */
export interface Limited<Row> {
  readonly rows: readonly Row[];
  readonly of: number;
}

/** @param limit most rows; all without */
export function limited<Row>(rows: readonly Row[], limit: number | undefined): Limited<Row> {
  const of = rows.length;
  return { rows: limit === undefined || limit >= of ? rows : rows.slice(0, limit), of };
}
