import type { Labels } from "./labels.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Samples } from "./sample-columns.ts";

/** Where a profile's strings are. */
export interface Strings {
  readonly count: number;
  /** The text of an index; "" where there is none. */
  at(index: number): string;
}

/** What of the samples a pass needs: what it doesn't need is not decoded. */
export interface Wanted {
  /** The only column that is asked for: samples that are 0 in it may come without their stacks. */
  readonly column: number;
  /**
   * By location: what stands for it in the stacks; locations with 0 are left out of them. Samples are then only told apart,
   * not numbered as in the profile, and those that are 0 or have no stack may be left out when they are asked for again.
   */
  readonly codes?: Uint32Array | undefined;
}

/** Where a profile's samples are: still in its bytes, or in memory. */
export interface SampleStore {
  readonly count: number;
  /** All samples at once. */
  all(problems: ProfileProblems): Samples;
  /** All samples, some at a time; each window is valid only until the next is asked for. */
  windows(problems: ProfileProblems, wanted?: Wanted): Iterable<Samples>;
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

  *windows(_: ProfileProblems, wanted?: Wanted): Generator<Samples, void> {
    if (this.count === 0) return;
    yield wanted?.codes === undefined ? this.#samples : coded(this.#samples, wanted.codes);
  }

  labels(): Labels {
    return this.#labels();
  }
}

/** The same samples with other numbers for their locations. */
function coded(samples: Samples, codes: Uint32Array): Samples {
  const { count, stackStart, locations } = samples;
  const starts = new Uint32Array(count + 1);
  const coding = new Uint32Array(stackStart[count] as number);
  let length = 0;
  for (let sample = 0; sample < count; sample++) {
    const end = stackStart[sample + 1] as number;
    for (let frame = stackStart[sample] as number; frame < end; frame++) {
      const code = codes[locations[frame] as number] as number;
      if (code !== 0) coding[length++] = code;
    }
    starts[sample + 1] = length;
  }
  return { first: samples.first, count, values: samples.values, stackStart: starts, locations: coding };
}
