import type { Labels } from "./labels.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Samples } from "./sample-columns.ts";
import { refilled, SampleWindow } from "./sample-window.ts";

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
    const { count, stackStart, locations, values } = this.#samples;
    let longest = 0;
    for (let row = 0; row < count; row++)
      longest = Math.max(longest, (stackStart[row + 1] as number) - (stackStart[row] as number));
    const frames = locations.length;
    const window = new SampleWindow({ samples: count, frames, longest, columns: values.length, tables });
    return { window, windows: refilled(window, () => copyInto(window, this.#samples, wanted)) };
  }

  labels(): Labels {
    return this.#labels();
  }
}

/** Fills a window anew with the samples that follow, as far as they are wanted; `false` when there was none left. */
function copyInto(
  window: SampleWindow,
  { count, stackStart, locations, values }: Samples,
  { column, codes }: Wanted,
): boolean {
  window.clear();
  for (let sample = window.first; sample < count && !window.isFull; sample++) {
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
  return window.count > 0;
}
