import { type Labels, readLabels } from "./labels.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { SampleColumns, type Samples } from "./sample-columns.ts";
import { SampleReader, samplesOf, type SampleSource } from "./sample-reader.ts";
import type { SampleTrail } from "./sample-trail.ts";
import type { SampleStore, Wanted } from "./sample-store.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, countVarints, FieldCursor, VARINT, viewOf } from "./wire.ts";

/** Samples and frames in a window: small enough to stay in a core's cache, large enough to make its cost vanish. */
const WINDOW_SAMPLES = 8192;
const WINDOW_FRAMES = 1 << 16;

/** Samples that are decoded from a profile's bytes when they are asked for. */
export class EncodedSamples implements SampleStore {
  readonly #source: SampleSource;
  /** Of the column that was last asked for. */
  #trail: { readonly column: number; readonly trail: SampleTrail } | undefined;

  constructor(source: SampleSource) {
    this.#source = source;
  }

  get count(): number {
    return this.#source.outline.count[PROFILE.sample] ?? 0;
  }

  /** In columns that fit them exactly. */
  all(problems: ProfileProblems): Samples {
    const columns = new SampleColumns(this.count, countFrames(this.#source), this.#source.columns);
    new SampleReader(this.#source, problems).readInto(columns, this.count, Infinity);
    columns.trim();
    return columns;
  }

  *windows(problems: ProfileProblems, wanted?: Wanted): Generator<Samples, void> {
    const reader = new SampleReader(this.#source, problems, wanted);
    const window = new SampleColumns(WINDOW_SAMPLES, WINDOW_FRAMES, this.#source.columns);
    const known = this.#trail;
    if (wanted?.codes !== undefined && known?.column === wanted.column) {
      while (reader.follow(known.trail, window, WINDOW_SAMPLES, WINDOW_FRAMES)) yield window;
      return;
    }
    while (reader.readInto(window, WINDOW_SAMPLES, WINDOW_FRAMES)) yield window;
    const { trail } = reader;
    if (wanted !== undefined && trail?.lost === false) this.#trail = { column: wanted.column, trail };
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

function countFrames({ bytes, outline }: SampleSource): number {
  const fields = new FieldCursor(bytes);
  const view = viewOf(bytes);
  let frames = 0;
  for (const { start, stop } of samplesOf(bytes, outline)) {
    fields.at = start;
    while (fields.next(stop)) {
      if (fields.field !== SAMPLE.location) continue;
      if (fields.wire === VARINT) frames++;
      else if (fields.wire === BYTES) frames += countVarints(view, fields.start, fields.stop);
    }
  }
  return frames;
}
