import { CUT, FULL, ODD, stop } from "./stop";
import { endsAt, lengthAt, NO_VARINT, shortAt, shortLengthAt, varintAt } from "./varint";

/** Fields by their tags: samples in a profile, and what stands in a sample. */
const SAMPLES: u32 = 0x12;
const LOCATION: u32 = 0x08;
const LOCATIONS: u32 = 0x0a;
const VALUE: u32 = 0x10;
const VALUES: u32 = 0x12;
const LABEL: u32 = 0x1a;

/** A count of values where one is not of a common form. */
const BAD: u32 = -1;

/** From here on, and below its negative, a double doesn't hold every integer. */
const UNSAFE: u64 = (<u64>1) << 53;

/** By small ids: one more than what stands for the location in the stacks, where 1 leaves it out; 0 for an id that no location has. */
export let known: usize = 0;
export let knownCount: u32 = 0;
/** The window over the samples: where each one's stack begins, columns of doubles one after the other, and the stacks. */
export let starts: usize = 0;
export let values: usize = 0;
export let stacks: usize = 0;
/** How many samples have room, and how many frames may be there before another sample. */
export let mostRows: u32 = 0;
export let mostFrames: u32 = 0;
export let columns: u32 = 0;
/** The only column that is decoded, and whose zeros need no stack; -1 for none. */
export let wanted: i32 = -1;

/** What the window holds. */
export let rows: u32 = 0;
export let frames: u32 = 0;

/** Where a column of the window is. */
export function columnAt(column: u32): usize {
  return values + ((<usize>column * <usize>mostRows) << 3);
}

/** Decodes samples into the window, behind those that are there. All that is read lies before `end`, or is not used. */
export function decode(from: usize, end: usize): i32 {
  let at = from;
  while (rows < mostRows && frames < mostFrames) {
    if (at >= end) return stop(at, CUT);
    if (load<u8>(at) != SAMPLES) return stop(at, ODD);
    const length = shortLengthAt(at + 1);
    if (length > 2) return stop(at, ODD);
    const start = at + 1 + length;
    const next = start + shortAt(at + 1);
    if (next > end) return stop(at, CUT);
    if (!sample(start, next)) return stop(at, ODD);
    at = next;
  }
  return stop(at, FULL);
}

/** Decodes one sample; whether all of it has a common form. */
function sample(start: usize, stop: usize): bool {
  let count: u32 = 0;
  let runStart: usize = 0;
  let runStop: usize = 0;
  let isLoose = false;
  let isSkipped = false;
  for (let field = start; field < stop;) {
    const kind = <u32>load<u8>(field);
    let next: usize;
    if (kind == VALUE || kind == LOCATION) {
      const length = lengthAt(field + 1);
      next = field + 1 + length;
      if (length == NO_VARINT || next > stop) return false;
      if (kind == LOCATION) isLoose = true;
      else if (!value(count++, field + 1, length)) return false;
    } else {
      const length = shortLengthAt(field + 1);
      const from = field + 1 + length;
      next = from + shortAt(field + 1);
      if (length > 2 || next > stop) return false;
      if (kind == LOCATIONS) {
        if (runStop != 0) return false;
        runStart = from;
        runStop = next;
      } else if (kind == VALUES) {
        const before = count;
        count = packed(before, from, next);
        if (count == BAD) return false;
        // Values right behind a stack are seen before it is read. In other forms it is, so that damage is found alike.
        if (before == 0 && field == runStop && length == 1 && wanted >= 0 && <i32>count > wanted)
          isSkipped = load<f64>(columnAt(wanted) + ((<usize>rows) << 3)) == 0;
      } else if (kind != LABEL) return false;
    }
    field = next;
  }
  if (count != columns) return false;
  let frame = stacks + ((<usize>frames) << 2);
  if (runStop != 0) {
    if (isLoose) return false;
    if (!isSkipped) frame = run(runStart, runStop, frame);
    if (frame == 0) return false;
  } else if (isLoose) {
    frame = loose(start, stop, frame);
    if (frame == 0) return false;
  }
  frames = <u32>((frame - stacks) >> 2);
  rows++;
  store<u32>(starts + ((<usize>rows) << 2), frames);
  return true;
}

/** Sets values behind those that the sample has; returns how many it has then, {@link BAD} where one is not common. */
function packed(before: u32, from: usize, to: usize): u32 {
  const size = <u32>(to - from);
  // Most have few, and where they end is seen at once.
  if (wanted >= 0 && size <= 64) {
    if (size == 0) return before;
    const all = (<u64>-1) >>> (64 - size);
    const inside = endsAt(from) & all;
    // Ten bytes that end nothing are too many for one, and the last byte ends one.
    let more = inside ^ all;
    more &= more >>> 1;
    more &= more >>> 2;
    if ((more & (more >>> 4) & (more >>> 6)) != 0 || inside >>> (size - 1) == 0) return BAD;
    const count = before + <u32>popcnt(inside);
    if (<u32>wanted < before || <u32>wanted >= count) return count;
    let ends = inside;
    let start = from;
    for (let left = <u32>wanted - before; left > 0; left--) {
      start = from + <usize>ctz(ends) + 1;
      ends &= ends - 1;
    }
    const last = from + <usize>ctz(ends);
    return value(wanted, start, <u32>(last - start) + 1) ? count : BAD;
  }
  let count = before;
  for (let at = from; at < to;) {
    const length = lengthAt(at);
    if (length == NO_VARINT || at + length > to || !value(count++, at, length)) return BAD;
    at += length;
  }
  return count;
}

/** Sets a value of the sample, if it is asked for; `false` where it has no column or a double doesn't hold it. */
function value(column: u32, from: usize, length: u32): bool {
  if (column >= columns) return false;
  if (wanted >= 0 && <u32>wanted != column) return true;
  const bits = varintAt(from, length);
  if (bits + UNSAFE >= 2 * UNSAFE) return false;
  store<f64>(columnAt(column) + ((<usize>rows) << 3), <f64>(<i64>bits));
  return true;
}

/** Decodes a stack whose locations are a field each; returns where the next frame goes, 0 where one is not common. */
function loose(start: usize, stop: usize, frame: usize): usize {
  for (let field = start; field < stop && frame != 0;) {
    const kind = <u32>load<u8>(field);
    const from = field + 1;
    if (kind == LOCATION || kind == VALUE) {
      field = from + lengthAt(from);
      if (kind == LOCATION) frame = run(from, field, frame);
    } else field = from + shortLengthAt(from) + shortAt(from);
  }
  return frame;
}

/** Decodes a run of location ids; returns where the next frame goes, 0 where an id is long, large, unknown or cut. */
function run(from: usize, to: usize, frame: usize): usize {
  const table = known;
  const count = knownCount;
  let out = frame;
  let start = from;
  for (let block = from; block < to; block += 64) {
    let ends = endsAt(block);
    if (to - block < 64) ends &= ((<u64>1) << (to - block)) - 1;
    // Where ids end is known before they are read, so that many are in work at a time.
    while (ends != 0) {
      const last = block + <usize>ctz(ends);
      ends &= ends - 1;
      const more = <u32>(last - start);
      const word = load<u32>(start) & ((<u32>-1) >>> (24 - (more << 3)));
      let id = (word & 0x7f) | ((word >>> 1) & 0x3f80) | ((word >>> 2) & 0x1f_c000);
      if (more > 2) {
        if (more > 3) return 0;
        id |= (word >>> 3) & 0xfe0_0000;
      }
      if (id >= count) return 0;
      const code = load<u32>(table + ((<usize>id) << 2));
      if (code == 0) return 0;
      store<u32>(out, code - 1);
      // A branch would be guessed wrongly too often.
      out += (<usize>(code != 1)) << 2;
      start = last + 1;
    }
  }
  return start == to ? out : 0;
}
