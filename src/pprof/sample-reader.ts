import { readVarint } from "../bytes/index.ts";
import { ByteWindow } from "./byte-window.ts";
import type { IdIndex } from "./id-index.ts";
import { Layout } from "./loop-memory.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Wanted } from "./sample-store.ts";
import { SampleWindow } from "./sample-window.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, FieldCursor, VARINT } from "./wire.ts";

/** What samples are decoded with. */
export interface SampleSource {
  readonly bytes: Uint8Array;
  readonly outline: Outline;
  readonly locationIds: IdIndex;
  /** How many values a sample has. */
  readonly columns: number;
}

/** Frames of a sample that are read: a gigabyte of them. */
const MOST_FRAMES = 2 ** 28;

/**
 * Decodes samples, from where it left off. The loops do it for all of the common forms; what they leave is read here, one field
 * after the other, and is told when it is damaged.
 */
export class SampleReader {
  readonly window: SampleWindow;
  readonly #bytes: Uint8Array;
  readonly #ids: IdIndex;
  readonly #columns: number;
  readonly #problems: ProfileProblems;
  /** The column whose zeros need no stack; -1 for none. */
  readonly #wanted: number;
  /** What stands for each location in the stacks, where that is not the location itself. */
  readonly #codes: Uint32Array | undefined;
  readonly #rows: FieldCursor;
  readonly #field: FieldCursor;
  readonly #end: number;
  readonly #part: ByteWindow;

  constructor(
    { bytes, outline, locationIds, columns }: SampleSource,
    problems: ProfileProblems,
    wanted: Wanted | undefined,
    tables: readonly number[],
  ) {
    const start = outline.first[PROFILE.sample] ?? 0;
    this.#end = outline.last[PROFILE.sample] ?? 0;
    this.#bytes = bytes;
    this.#ids = locationIds;
    this.#columns = columns;
    this.#problems = problems;
    this.#wanted = wanted?.column ?? -1;
    this.#codes = wanted?.codes;
    this.#rows = new FieldCursor(bytes, start);
    this.#field = new FieldCursor(bytes);
    const layout = new Layout();
    const knownAt = layout.take(locationIds.dense.length * 4);
    this.#part = new ByteWindow({ bytes, start, end: this.#end }, layout);
    // Each byte may be a frame.
    const [samples, frames] = [outline.count[PROFILE.sample] ?? 0, this.#end - start];
    const longest = Math.max(this.#part.size, Math.min(outline.longestSample, MOST_FRAMES));
    this.window = new SampleWindow({ samples, frames, longest, columns, tables }, layout);
    const { buffer, loops } = this.window.memory;
    loops.wanted.value = this.#wanted;
    loops.known.value = knownAt;
    loops.knownCount.value = locationIds.dense.length;
    const known = new Uint32Array(buffer, knownAt, locationIds.dense.length);
    for (let id = 0; id < known.length; id++) {
      const row = locationIds.dense[id] as number;
      known[id] = row === 0 ? 0 : this.#codeOf(row) + 1;
    }
  }

  /** Fills the window anew with the next samples; `false` when there was none left. */
  next(): boolean {
    const { window } = this;
    const rows = this.#rows;
    const { loops } = window.memory;
    window.clear();
    while (!window.isFull && rows.at < this.#end) {
      this.#part.run(rows.at, window.memory, (from, end) => loops.decode(from, end));
      rows.at = this.#part.at;
      for (const column of window.values) column.written(window.count);
      if (!window.isFull && !this.#readField()) break;
    }
    return window.count > 0;
  }

  /** Reads the next field, whatever its form; `false` where none is left. */
  #readField(): boolean {
    const rows = this.#rows;
    if (!rows.next(this.#end)) return false;
    if (rows.field === PROFILE.sample && rows.wire === BYTES) this.#readSample(rows.start, rows.stop);
    return true;
  }

  #readSample(start: number, stop: number): void {
    const { values, count: row, frames } = this.window;
    const field = this.#field;
    let frame = frames;
    let value = 0;
    field.at = start;
    while (field.next(stop)) {
      if (field.field === SAMPLE.location && field.wire === BYTES) {
        const { start: from, stop: to } = field;
        // The values first, where they are right behind: they tell whether the stack is wanted.
        const ahead = this.#wanted !== -1 && value === 0 ? this.#valuesEnd(to, stop) : 0;
        if (ahead !== 0) value = this.#values(row, 0, to + 2, ahead);
        if (ahead === 0 || value <= this.#wanted || values[this.#wanted]?.numbers[row] !== 0)
          frame = this.#stack(frame, from, to);
        field.at = Math.max(to, ahead);
      } else if (field.field === SAMPLE.value && field.wire === BYTES) {
        const { start: from, stop: to } = field;
        value = this.#values(row, value, from, to);
        field.at = to;
      } else if (field.field === SAMPLE.location && field.wire === VARINT) frame = this.#locate(frame);
      else if (field.field === SAMPLE.value && field.wire === VARINT)
        this.#set(row, value++, field.low, field.high);
    }
    if (field.fault !== undefined) this.#problems.add("bad-message", field.begin);
    if (value !== this.#columns) this.#problems.add("bad-value-count", start);
    for (; value < this.#columns; value++) this.#set(row, value, 0, 0);
    this.window.endRow(frame);
  }

  /** Where the packed values that begin at an offset end; 0 where others are there. */
  #valuesEnd(at: number, stop: number): number {
    if (this.#bytes[at] !== ((SAMPLE.value << 3) | BYTES)) return 0;
    const length = this.#bytes[at + 1] as number;
    const end = at + 2 + length;
    return length < 0x80 && end <= stop ? end : 0;
  }

  /** Decodes a run of location ids behind the frames that are there; returns how many are there then. */
  #stack(frames: number, from: number, to: number): number {
    const field = this.#field;
    let frame = frames;
    field.at = from;
    while (field.at < to) {
      field.begin = field.at;
      if (!readVarint(this.#bytes, field, to)) {
        this.#problems.add("bad-message", field.begin);
        break;
      }
      frame = this.#locate(frame);
    }
    return frame;
  }

  /** Decodes a run of values behind those that are there; returns how many are there then. */
  #values(row: number, values: number, from: number, to: number): number {
    const field = this.#field;
    let value = values;
    field.at = from;
    while (field.at < to) {
      if (!readVarint(this.#bytes, field, to)) {
        this.#problems.add("bad-message", field.at);
        break;
      }
      this.#set(row, value++, field.low, field.high);
    }
    return value;
  }

  /** Sets a value, if its column is wanted: others hold anything. */
  #set(row: number, column: number, low: number, high: number): void {
    if (this.#wanted === -1 || this.#wanted === column) this.window.values[column]?.set(row, low, high);
  }

  /** Adds the location of an id that was read to a stack; returns where the next one goes. */
  #locate(frame: number): number {
    const { low, high, begin } = this.#field;
    const row = this.#ids.find(low, high);
    if (row === 0) this.#problems.add("bad-location-id", begin);
    const code = this.#codeOf(row);
    if (frame === this.window.locations.length) {
      this.#problems.add("bad-message", begin);
      return frame;
    }
    this.window.locations[frame] = code;
    return this.#codes === undefined || code !== 0 ? frame + 1 : frame;
  }

  #codeOf(row: number): number {
    return this.#codes === undefined ? row : (this.#codes[row] as number);
  }
}

/** The samples' messages, one cursor for all. */
export function* samplesOf(bytes: Uint8Array, { first, last }: Outline): Generator<FieldCursor, void> {
  const cursor = new FieldCursor(bytes, first[PROFILE.sample]);
  const end = last[PROFILE.sample] ?? 0;
  while (cursor.next(end)) if (cursor.field === PROFILE.sample && cursor.wire === BYTES) yield cursor;
}
