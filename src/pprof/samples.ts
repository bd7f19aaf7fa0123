import { type Labels, readLabels } from "./labels.ts";
import type { Outline } from "./outline.ts";
import { profileProblems, type ProfileProblems } from "./profile-problems.ts";
import { SampleColumns, type Samples } from "./sample-columns.ts";
import { SampleReader, samplesOf, type SampleSource } from "./sample-reader.ts";
import type { SamplePass, SampleStore, Wanted } from "./sample-store.ts";
import { refilled } from "./sample-window.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, countVarints, FieldCursor, VARINT, viewOf } from "./wire.ts";

/** Samples that are decoded from a profile's bytes when they are asked for. */
export class EncodedSamples implements SampleStore {
  readonly #source: SampleSource;

  constructor(source: SampleSource) {
    this.#source = source;
  }

  get count(): number {
    return this.#source.outline.count[PROFILE.sample] ?? 0;
  }

  /** Decodes them twice: how many frames there are is only known then, and no room is held for others. */
  all(problems: ProfileProblems): Samples {
    let frames = 0;
    for (const { count, stackStart } of this.windows(profileProblems()))
      frames += stackStart[count] as number;
    const columns = new SampleColumns(this.count, frames, this.#source.columns);
    for (const window of this.windows(problems)) columns.append(window);
    return columns;
  }

  windows(problems: ProfileProblems, wanted?: Wanted): Iterable<Samples> {
    return this.pass(problems, wanted, []).windows;
  }

  pass(problems: ProfileProblems, wanted: Wanted | undefined, tables: readonly number[]): SamplePass {
    const reader = new SampleReader(this.#source, problems, wanted, tables);
    return { window: reader.window, windows: refilled(reader.window, () => reader.next()) };
  }

  labels(problems: ProfileProblems): Labels {
    return readLabels(this.#source.bytes, this.#source.outline, problems);
  }
}

/** How many values the first sample has, for a profile that doesn't say. */
export function valuesOfFirst(bytes: Uint8Array, outline: Outline): number {
  const fields = new FieldCursor(bytes);
  let values = 0;
  for (const { start, stop } of samplesOf(bytes, outline)) {
    fields.at = start;
    while (fields.next(stop)) {
      if (fields.field !== SAMPLE.value) continue;
      if (fields.wire === VARINT) values++;
      else if (fields.wire === BYTES) values += countVarints(viewOf(bytes), fields.start, fields.stop);
    }
    break;
  }
  return values;
}
