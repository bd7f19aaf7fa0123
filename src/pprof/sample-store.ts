import type { Labels } from "./labels.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Samples } from "./sample-columns.ts";

/** Where a profile's strings are. */
export interface Strings {
  readonly count: number;
  /** The text of an index; "" where there is none. */
  at(index: number): string;
}

/** Where a profile's samples are: still in its bytes, or in memory. */
export interface SampleStore {
  readonly count: number;
  /** All samples at once. */
  all(problems: ProfileProblems): Samples;
  /**
   * All samples, some at a time; each window is valid only until the next is asked for.
   *
   * @param column where only this one is asked for, samples that are 0 in it may come without their stacks
   */
  windows(problems: ProfileProblems, column?: number): Iterable<Samples>;
  labels(problems: ProfileProblems): Labels;
}

/** Samples that are in memory, as those of a profile that was made out of others. */
export class StoredSamples implements SampleStore {
  readonly #samples: Samples;
  readonly #labels: () => Labels;

  /** @param labels called when labels are first asked for, which few views do */
  constructor(samples: Samples, labels: () => Labels) {
    this.#samples = samples;
    this.#labels = labels;
  }

  get count(): number {
    return this.#samples.count;
  }

  all(): Samples {
    return this.#samples;
  }

  *windows(): Generator<Samples, void> {
    if (this.count > 0) yield this.#samples;
  }

  labels(): Labels {
    return this.#labels();
  }
}
