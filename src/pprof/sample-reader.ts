import { readVarint } from "../bytes/index.ts";
import type { IdIndex } from "./id-index.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { Wanted } from "./sample-store.ts";
import type { SampleWindow } from "./sample-window.ts";
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

/** What the loops answer when the bytes that they have end within a sample. */
const CUT = 1;

/**
 * Decodes samples, from where it left off. The loops do it for all of the common forms, over a part of the profile's bytes at a
 * time; what they leave is read here, one field after the other, and is told when it is damaged.
 */
export class SampleReader {
  readonly #bytes: Uint8Array;
  readonly #ids: IdIndex;
  readonly #columns: number;
  readonly #problems: ProfileProblems;
  readonly #window: SampleWindow;
  /** The column whose zeros need no stack; -1 for none. */
  readonly #wanted: number;
  /** What stands for each location in the stacks, where that is not the location itself. */
  readonly #codes: Uint32Array | undefined;
  readonly #rows: FieldCursor;
  readonly #field: FieldCursor;
  readonly #end: number;
  /** Which of the bytes the window has. */
  #from = 0;
  #to = 0;

  constructor(
    { bytes, outline, locationIds, columns }: SampleSource,
    problems: ProfileProblems,
    window: SampleWindow,
    wanted?: Wanted,
  ) {
    this.#bytes = bytes;
    this.#ids = locationIds;
    this.#columns = columns;
    this.#problems = problems;
    this.#window = window;
    this.#wanted = wanted?.column ?? -1;
    this.#codes = wanted?.codes;
    this.#rows = new FieldCursor(bytes, outline.first[PROFILE.sample]);
    this.#field = new FieldCursor(bytes);
    this.#end = outline.last[PROFILE.sample] ?? 0;
    window.loops.wanted.value = this.#wanted;
    const { dense } = locationIds;
    for (let id = 0; id < dense.length; id++) {
      const row = dense[id] as number;
      if (row !== 0) window.known[id] = this.#codeOf(row) + 1;
    }
  }

  /** Fills the window anew with the next samples; `false` when there was none left. */
  next(): boolean {
    const window = this.#window;
    window.clear();
    while (!window.isFull && this.#rows.at < this.#end) {
      const isCut = this.#decode();
      // Unless it began where the window's bytes do, a cut sample is whole in the next ones.
      if (isCut && this.#rows.at > this.#from && this.#to < this.#end) this.#to = 0;
      else if (!window.isFull && !this.#readField()) break;
    }
    return window.count > 0;
  }

  /** Has the loops decode what they can; whether they stopped because the bytes end. */
  #decode(): boolean {
    const { loops, bytesAt, bytes, values } = this.#window;
    const rows = this.#rows;
    if (rows.at >= this.#to) {
      this.#from = rows.at;
      this.#to = Math.min(this.#end, rows.at + bytes.length);
      bytes.set(this.#bytes.subarray(this.#from, this.#to));
    }
    const moved = bytesAt - this.#from;
    const why = loops.decode(rows.at + moved, this.#to + moved);
    rows.at = (loops.at.value >>> 0) - moved;
    for (const column of values) column.written(loops.rows.value);
    return why === CUT;
  }

  /** Reads the next field, whatever its form; `false` where none is left. */
  #readField(): boolean {
    const rows = this.#rows;
    if (!rows.next(this.#end)) return false;
    if (rows.field === PROFILE.sample && rows.wire === BYTES) this.#readSample(rows.start, rows.stop);
    return true;
  }

  #readSample(start: number, stop: number): void {
    const { values, count: row, frames } = this.#window;
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
        values[value++]?.set(row, field.low, field.high);
    }
    if (field.fault !== undefined) this.#problems.add("bad-message", field.begin);
    if (value !== this.#columns) this.#problems.add("bad-value-count", start);
    for (; value < this.#columns; value++) values[value]?.set(row, 0, 0);
    this.#window.endRow(frame);
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
      this.#window.values[value++]?.set(row, field.low, field.high);
    }
    return value;
  }

  /** Adds the location of an id that was read to a stack; returns where the next one goes. */
  #locate(frame: number): number {
    const { low, high, begin } = this.#field;
    const row = this.#ids.find(low, high);
    if (row === 0) this.#problems.add("bad-location-id", begin);
    const code = this.#codeOf(row);
    this.#window.locations[frame] = code;
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
