import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { SampleColumns, type Samples } from "./sample-columns.ts";
import { SampleReader, type SampleSource } from "./sample-reader.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, countVarints, FieldCursor, VARINT, viewOf } from "./wire.ts";

/** Samples and frames in a window: small enough to stay in a core's cache, large enough to make its cost vanish. */
const WINDOW_SAMPLES = 8192;
const WINDOW_FRAMES = 1 << 16;

/** All samples, in columns that fit them exactly. */
export function readSamples(source: SampleSource, problems: ProfileProblems): Samples {
  const samples = source.outline.count[PROFILE.sample] ?? 0;
  const columns = new SampleColumns(samples, countFrames(source), source.columns);
  new SampleReader(source, problems).readInto(columns, samples, Infinity);
  columns.trim();
  return columns;
}

/** All samples, window after window; each is valid only until the next is asked for. */
export function* readWindows(source: SampleSource, problems: ProfileProblems): Generator<Samples, void> {
  const reader = new SampleReader(source, problems);
  const window = new SampleColumns(WINDOW_SAMPLES, WINDOW_FRAMES, source.columns);
  while (reader.readInto(window, WINDOW_SAMPLES, WINDOW_FRAMES)) yield window;
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

/** The samples' messages, one cursor for all. */
export function* samplesOf(bytes: Uint8Array, { first, last }: Outline): Generator<FieldCursor, void> {
  const cursor = new FieldCursor(bytes, first[PROFILE.sample]);
  const end = last[PROFILE.sample] ?? 0;
  while (cursor.next(end)) if (cursor.field === PROFILE.sample && cursor.wire === BYTES) yield cursor;
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
