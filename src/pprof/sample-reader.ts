import { readVarint } from "../bytes/index.ts";
import type { IdIndex } from "./id-index.ts";
import type { Outline } from "./outline.ts";
import type { ProfileProblems } from "./profile-problems.ts";
import type { SampleColumns } from "./sample-columns.ts";
import type { Wanted } from "./sample-store.ts";
import { LONGEST_REMEMBERED, SampleTrail } from "./sample-trail.ts";
import { PROFILE, SAMPLE } from "./schema.ts";
import { BYTES, countVarints, FieldCursor, VARINT, viewOf } from "./wire.ts";

/** What samples are decoded with. */
export interface SampleSource {
  readonly bytes: Uint8Array;
  readonly outline: Outline;
  readonly locationIds: IdIndex;
  /** How many values a sample has. */
  readonly columns: number;
}

const PACKED_LOCATIONS = (SAMPLE.location << 3) | BYTES;
const LOCATION = (SAMPLE.location << 3) | VARINT;
const PACKED_VALUES = (SAMPLE.value << 3) | BYTES;
const VALUE = (SAMPLE.value << 3) | VARINT;

/** Decodes samples, from where it left off. This is the loop that large profiles spend their time in. */
export class SampleReader {
  readonly #bytes: Uint8Array;
  readonly #ids: IdIndex;
  readonly #columns: number;
  /** The column whose zeros need no stack; -1 for none. */
  readonly #wanted: number;
  /** What stands for each location in the stacks, where that is not the location itself. */
  readonly #codes: Uint32Array | undefined;
  /** The same by small ids, one more: 0 for an id that no location has. */
  readonly #known: Uint32Array;
  readonly #problems: ProfileProblems;
  readonly #rows: FieldCursor;
  readonly #end: number;
  /** For varints of more than three bytes. */
  readonly #field: FieldCursor;
  /** Made on the way, where stacks are coded: such passes come in pairs. */
  readonly trail: SampleTrail | undefined;
  #sample = 0;

  constructor(
    { bytes, outline, locationIds, columns }: SampleSource,
    problems: ProfileProblems,
    wanted?: Wanted,
  ) {
    this.#wanted = wanted?.column ?? -1;
    this.#codes = wanted?.codes;
    this.trail = wanted?.codes === undefined ? undefined : new SampleTrail();
    this.#known = knownIds(locationIds.dense, wanted?.codes);
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

  /** Fills columns anew with the next stacks of a trail; `false` when there was none left. */
  follow(trail: SampleTrail, into: SampleColumns, maxSamples: number, maxFrames: number): boolean {
    const values = into.values[this.#wanted];
    const first = this.#sample;
    into.first = first;
    values?.clear();
    let row = 0;
    let frames = 0;
    while (row < maxSamples && frames < maxFrames && first + row < trail.count) {
      const from = trail.start[first + row] as number;
      const length = trail.length[first + row] as number;
      if (length > LONGEST_REMEMBERED) {
        frames = this.#read(into, row, frames, from, from + length - LONGEST_REMEMBERED - 1);
      } else {
        frames = this.#stack(into, frames, from, from + length);
        values?.setNumber(row, trail.value[first + row] as number);
      }
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
    // The packed run of location ids; -1 where there are several, or such as are not packed.
    let runStart = 0;
    let runEnd = 0;
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
      if (kind === PACKED_LOCATIONS) {
        runStart = runStart === 0 ? from : -1;
        runEnd = to;
        const ahead = value === 0 ? this.#valuesEnd(to, stop) : 0;
        if (ahead === 0) frame = this.#stack(into, frame, from, to);
        else {
          // The values first: they tell whether the stack is wanted.
          const wanted = this.#wanted;
          value = this.#onlyWanted(into, row, to + 2, ahead);
          if (value === -1) value = this.#values(into, row, 0, to + 2, ahead);
          if (value <= wanted || into.values[wanted]?.numbers[row] !== 0) {
            frame = this.#stack(into, frame, from, to);
          }
          to = ahead;
        }
      } else if (kind === PACKED_VALUES) value = this.#values(into, row, value, from, to);
      else if (kind === LOCATION) {
        runStart = -1;
        into.reserve(frame + 1);
        frame = this.#locate(into.locations, frame, field);
      } else if (kind === VALUE) into.values[value++]?.set(row, field.low, field.high);
      at = to;
    }
    if (value !== this.#columns) this.#problems.add("bad-value-count", start);
    for (; value < this.#columns; value++) into.values[value]?.set(row, 0, 0);
    if (this.trail === undefined) return frame;
    const measured = into.values[this.#wanted]?.numbers[row] ?? 0;
    if (measured === 0) return frame;
    if (runStart > 0) this.trail.add(runStart, runEnd, measured, false);
    else if (runStart < 0) this.trail.add(start, stop, measured, true);
    return frame;
  }

  /** Where the packed values that begin at an offset end; 0 where stacks are wanted whatever their values, or others are there. */
  #valuesEnd(at: number, stop: number): number {
    if (this.#wanted === -1 || this.#bytes[at] !== PACKED_VALUES) return 0;
    const length = this.#bytes[at + 1] as number;
    const end = at + 2 + length;
    return length < 0x80 && end <= stop ? end : 0;
  }

  /** Decodes a run of location ids behind the frames that are there; returns how many are there then. */
  #stack(into: SampleColumns, frames: number, from: number, to: number): number {
    const bytes = this.#bytes;
    const known = this.#known;
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
          if (third >= 0x80) id = -1;
        }
      }
      // Outside of the table of small ids is `undefined`, which is 0 here.
      const code = (known[id] as number) | 0;
      if (code !== 0 && at <= to) {
        locations[frame] = code - 1;
        // What is left out has code 1. A branch would be guessed wrongly too often.
        frame += (1 - code) >>> 31;
        continue;
      }
      frame = this.#anyId(locations, frame, begin, to);
      at = this.#field.at;
    }
    return frame;
  }

  /** A long id, a large one, one that no location has, or one that its run cuts. Leaves the cursor behind it, or at the run's end. */
  #anyId(locations: Uint32Array, frame: number, begin: number, to: number): number {
    const field = this.#field;
    field.at = begin;
    if (!readVarint(this.#bytes, field, to)) {
      this.#problems.add("bad-message", begin);
      field.at = to;
      return frame;
    }
    field.begin = begin;
    return this.#locate(locations, frame, field);
  }

  /** Decodes the wanted one of a run of values; returns how many there were, -1 where one is too long for a double or cut. */
  #onlyWanted(into: SampleColumns, row: number, from: number, to: number): number {
    const bytes = this.#bytes;
    let values = 0;
    for (let at = from; at < to; values++) {
      let last = at;
      while ((bytes[last] as number) >= 0x80) last++;
      // Up to seven bytes hold 49 bits.
      if (last - at > 6 || last >= to) return -1;
      if (values === this.#wanted) {
        let value = bytes[last] as number;
        for (let byte = last - 1; byte >= at; byte--) value = value * 0x80 + ((bytes[byte] as number) & 0x7f);
        into.values[values]?.setNumber(row, value);
      }
      at = last + 1;
    }
    return values;
  }

  #values(into: SampleColumns, row: number, values: number, from: number, to: number): number {
    const bytes = this.#bytes;
    const field = this.#field;
    const wanted = this.#wanted;
    let value = values;
    let at = from;
    while (at < to) {
      const begin = at;
      let number = bytes[at++] as number;
      if (number >= 0x80) {
        let byte = bytes[at++] as number;
        number = (number & 0x7f) | ((byte & 0x7f) << 7);
        for (let shift = 14; byte >= 0x80 && shift < 28; shift += 7) {
          byte = bytes[at++] as number;
          number |= (byte & 0x7f) << shift;
        }
        // Up to seven bytes hold 49 bits, which a double does too; larger and negative values are rare.
        for (let factor = 2 ** 28; byte >= 0x80 && factor < 2 ** 49; factor *= 2 ** 7) {
          byte = bytes[at++] as number;
          number += (byte & 0x7f) * factor;
        }
        if (byte >= 0x80) number = -1;
      }
      if (number >= 0 && at <= to) {
        if (wanted === -1 || wanted === value) into.values[value]?.setNumber(row, number);
        value++;
        continue;
      }
      field.at = begin;
      if (!readVarint(bytes, field, to)) {
        this.#problems.add("bad-message", begin);
        break;
      }
      at = field.at;
      into.values[value++]?.set(row, field.low, field.high);
    }
    return value;
  }

  /** Adds the location of any id to a stack; returns where the next one goes. */
  #locate(locations: Uint32Array, frame: number, id: FieldCursor): number {
    const row = this.#ids.find(id.low, id.high);
    if (row === 0) this.#problems.add("bad-location-id", id.begin);
    const codes = this.#codes;
    locations[frame] = codes === undefined ? row : (codes[row] as number);
    return codes === undefined || codes[row] !== 0 ? frame + 1 : frame;
  }
}

function knownIds(dense: Uint32Array, codes: Uint32Array | undefined): Uint32Array {
  const known = new Uint32Array(dense.length);
  for (let id = 0; id < dense.length; id++) {
    const row = dense[id] as number;
    if (row !== 0) known[id] = (codes === undefined ? row : (codes[row] as number)) + 1;
  }
  return known;
}

/** The samples' messages, one cursor for all. */
export function* samplesOf(bytes: Uint8Array, { first, last }: Outline): Generator<FieldCursor, void> {
  const cursor = new FieldCursor(bytes, first[PROFILE.sample]);
  const end = last[PROFILE.sample] ?? 0;
  while (cursor.next(end)) if (cursor.field === PROFILE.sample && cursor.wire === BYTES) yield cursor;
}
