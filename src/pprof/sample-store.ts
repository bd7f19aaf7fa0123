import type { Labels } from "./labels.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Samples } from "./sample-columns.ts";
import { SampleWindow } from "./sample-window.ts";

/** Where a profile's strings are. */
export interface Strings {
  readonly count: number;
  /** The text of an index; "" where there is none. */
  at(index: number): string;
}

/** What of the samples is needed: what isn't is not decoded. */
export interface Wanted {
  /** The only column that is asked for: samples that are 0 in it may come without their stacks. */
  readonly column: number;
  /** By location: what stands for it in the stacks; locations with 0 are left out of them. */
  readonly codes?: Uint32Array | undefined;
}

/** All samples, some at a time, where the loops can work on them. */
export interface SamplePass {
  readonly window: SampleWindow;
  /** That window, each time with the next samples. */
  readonly windows: Iterable<SampleWindow>;
}

/** Where a profile's samples are: still in its bytes, or in memory. */
export interface SampleStore {
  readonly count: number;
  /** All samples at once. */
  all(problems: ProfileProblems): Samples;
  /** All samples, some at a time; each window is valid only until the next is asked for. */
  windows(problems: ProfileProblems, wanted?: Wanted): Iterable<Samples>;
  /** @param tables bytes of each table that the loops work with, in the window's memory */
  pass(problems: ProfileProblems, wanted: Wanted, tables: readonly number[]): SamplePass;
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

  windows(): Iterable<Samples> {
    return this.count === 0 ? [] : [this.#samples];
  }

  pass(_: ProfileProblems, wanted: Wanted, tables: readonly number[]): SamplePass {
    const { count, stackStart, values } = this.#samples;
    let mostFrames = 0;
    for (let row = 0; row < count; row++)
      mostFrames = Math.max(mostFrames, (stackStart[row + 1] as number) - (stackStart[row] as number));
    const window = new SampleWindow({ columns: values.length, mostFrames, ids: 0, tables });
    return { window, windows: copied(this.#samples, window, wanted) };
  }

  labels(): Labels {
    return this.#labels();
  }
}

/** Samples in one window after the other, as far as they are wanted. */
function* copied(
  { count, stackStart, locations, values }: Samples,
  window: SampleWindow,
  { column, codes }: Wanted,
): Generator<SampleWindow, void> {
  for (let sample = 0; sample < count;) {
    window.clear();
    for (; sample < count && !window.isFull; sample++) {
      let frame = window.frames;
      const end = stackStart[sample + 1] as number;
      for (let at = stackStart[sample] as number; at < end; at++) {
        const location = locations[at] as number;
        const code = codes === undefined ? location : (codes[location] as number);
        if (codes === undefined || code !== 0) window.locations[frame++] = code;
      }
      if (values[column] !== undefined) window.values[column]?.copy(window.count, values[column], sample);
      window.endRow(frame);
    }
    yield window;
  }
}
