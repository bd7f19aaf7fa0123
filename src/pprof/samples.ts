import { readVarint } from "../bytes/index.ts";
import { type Int64Column, Int64ColumnBuilder } from "./int64.ts";
import type { IdIndex } from "./id-index.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, FieldCursor, VARINT } from "./wire.ts";

/** Samples in columns: all of a profile, or as many as fit a window over them. */
export interface Samples {
  /** Which sample of the profile row 0 is. */
  readonly first: number;
  readonly count: number;
  /** Where each sample's stack begins in {@link locations}; it ends where the next one begins. One entry more than there are samples. */
  readonly stackStart: Uint32Array;
  /** Rows of the profile's locations, leaf first, stack after stack. A window's may be longer than what is used. */
  readonly locations: Uint32Array;
  /** A column for each sample type. */
  readonly values: readonly Int64Column[];
}

/** What samples are decoded with. */
export interface SampleSource {
  readonly bytes: Uint8Array;
  readonly outline: Outline;
  readonly locationIds: IdIndex;
  /** How many values a sample has. */
  readonly columns: number;
}

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

/** Varints between two offsets: each has one last byte, which is below 0x80. Counts four bytes at a time. */
function countVarints(view: DataView, from: number, to: number): number {
  let count = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const lastBytes = (~view.getInt32(at) >>> 7) & 0x0101_0101;
    count += Math.imul(lastBytes, 0x0101_0101) >>> 24;
  }
  for (; at < to; at++) if (view.getInt8(at) >= 0) count++;
  return count;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class SampleColumns implements Samples {
  first = 0;
  count = 0;
  readonly stackStart: Uint32Array;
  locations: Uint32Array;
  readonly values: readonly Int64ColumnBuilder[];

  constructor(samples: number, frames: number, columns: number) {
    this.stackStart = new Uint32Array(samples + 1);
    this.locations = new Uint32Array(frames);
    this.values = Array.from({ length: columns }, () => new Int64ColumnBuilder(samples));
  }

  /** Gives up room that malformed stacks left unused. */
  trim(): void {
    const frames = this.stackStart[this.count] as number;
    if (frames < this.locations.length) this.locations = this.locations.slice(0, frames);
  }

  /** Makes room for more frames after those that are there. */
  reserve(frames: number): void {
    if (frames <= this.locations.length) return;
    const locations = new Uint32Array(Math.max(frames, this.locations.length * 2));
    locations.set(this.locations);
    this.locations = locations;
  }
}

const PACKED_LOCATIONS = (SAMPLE.location << 3) | BYTES;
const LOCATION = (SAMPLE.location << 3) | VARINT;
const PACKED_VALUES = (SAMPLE.value << 3) | BYTES;
const VALUE = (SAMPLE.value << 3) | VARINT;

/** Decodes samples, from where it left off. This is the loop that large profiles spend their time in. */
class SampleReader {
  readonly #bytes: Uint8Array;
  readonly #ids: IdIndex;
  readonly #columns: number;
  readonly #problems: ProfileProblems;
  readonly #rows: FieldCursor;
  readonly #end: number;
  /** For varints of more than three bytes. */
  readonly #field: FieldCursor;
  #sample = 0;

  constructor({ bytes, outline, locationIds, columns }: SampleSource, problems: ProfileProblems) {
    this.#bytes = bytes;
    this.#ids = locationIds;
    this.#columns = columns;
    this.#problems = problems;
    this.#rows = new FieldCursor(bytes, outline.first[PROFILE.sample]);
    this.#end = outline.last[PROFILE.sample] ?? 0;
    this.#field = new FieldCursor(bytes);
  }

  /** Fills columns anew with the next samples; `false` when there was none left. */
  readInto(into: SampleColumns, maxSamples: number, maxFrames: number): boolean {
    const rows = this.#rows;
    into.first = this.#sample;
    for (const column of into.values) column.clear();
    let row = 0;
    let frames = 0;
    while (row < maxSamples && frames < maxFrames && rows.next(this.#end)) {
      if (rows.field !== PROFILE.sample || rows.wire !== BYTES) continue;
      frames = this.#read(into, row, frames, rows.start, rows.stop);
      into.stackStart[++row] = frames;
    }
    into.count = row;
    this.#sample += row;
    return row > 0;
  }

  /** Decodes one sample; returns where the next one's stack begins. */
  #read(into: SampleColumns, row: number, frames: number, start: number, stop: number): number {
    const bytes = this.#bytes;
    const field = this.#field;
    let frame = frames;
    let value = 0;
    let at = start;
    while (at < stop) {
      // Nearly every field is a run whose tag and length take a byte each.
      let kind = bytes[at] as number;
      let from = at + 2;
      let to = from + (bytes[at + 1] as number);
      if ((kind !== PACKED_LOCATIONS && kind !== PACKED_VALUES) || to - from >= 0x80 || !(to <= stop)) {
        field.at = at;
        if (!field.next(stop)) {
          this.#problems.add("bad-message", field.begin);
          break;
        }
        kind = (field.field << 3) | field.wire;
        from = field.start;
        to = field.at;
      }
      if (kind === PACKED_LOCATIONS) frame = this.#stack(into, frame, from, to);
      else if (kind === PACKED_VALUES) value = this.#values(into, row, value, from, to);
      else if (kind === LOCATION) {
        into.reserve(frame + 1);
        into.locations[frame++] = this.#location(field);
      } else if (kind === VALUE) into.values[value++]?.set(row, field.low, field.high);
      at = to;
    }
    if (value !== this.#columns) this.#problems.add("bad-value-count", start);
    for (; value < this.#columns; value++) into.values[value]?.set(row, 0, 0);
    return frame;
  }

  /** Decodes a run of location ids behind the frames that are there; returns how many are there then. */
  #stack(into: SampleColumns, frames: number, from: number, to: number): number {
    const bytes = this.#bytes;
    const { dense } = this.#ids;
    if (frames + to - from > into.locations.length)
      into.reserve(frames + countVarints(viewOf(bytes), from, to));
    const { locations } = into;
    let frame = frames;
    let at = from;
    while (at < to) {
      const begin = at;
      let id = bytes[at++] as number;
      if (id >= 0x80) {
        const second = bytes[at++] as number;
        id = (id & 0x7f) | ((second & 0x7f) << 7);
        if (second >= 0x80) {
          const third = bytes[at++] as number;
          id |= third << 14;
          if (third >= 0x80) {
            at = begin;
            id = -1;
          }
        }
      }
      const location = dense[id];
      if (location !== undefined && location !== 0 && at <= to) {
        locations[frame++] = location;
        continue;
      }
      // A long id, a large one, one that no location has, or one that its run cuts.
      const field = this.#field;
      field.at = begin;
      if (!readVarint(bytes, field, to)) {
        this.#problems.add("bad-message", begin);
        break;
      }
      at = field.at;
      field.begin = begin;
      locations[frame++] = this.#location(field);
    }
    return frame;
  }

  #values(into: SampleColumns, row: number, values: number, from: number, to: number): number {
    const field = this.#field;
    let value = values;
    field.at = from;
    while (field.at < to) {
      if (!readVarint(this.#bytes, field, to)) {
        this.#problems.add("bad-message", field.at);
        break;
      }
      into.values[value++]?.set(row, field.low, field.high);
    }
    return value;
  }

  #location(id: FieldCursor): number {
    const row = this.#ids.find(id.low, id.high);
    if (row === 0) this.#problems.add("bad-location-id", id.begin);
    return row;
  }
}
