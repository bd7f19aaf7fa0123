import { aligned } from "./words";

const FIRST_SLOTS: u32 = 1 << 10;
/** Up to there a table grows in larger steps. */
const LARGE: u32 = 1 << 15;

/**
 * Finds rows by hashes: an open-addressed table of pairs of a hash and a row + 1, 0 for a free slot, with room for the next table when it
 * is half full. Who looks for a key goes on while {@link rowIn} gives a row of another one.
 */
@unmanaged
export class RowIndex {
  slots: usize;
  spare: usize;
  mask: u32;
  count: u32;
}

/** Lays an index of so many rows out, with as many slots to begin with as are expected to be needed; returns where it ends. */
export function layIndex(index: RowIndex, from: usize, most: u32, expected: u32): usize {
  let room = FIRST_SLOTS;
  while (most * 2 > room) room = larger(room);
  index.slots = aligned(from);
  index.spare = index.slots + 8 * room;
  let first = FIRST_SLOTS;
  while (first < expected && first < room) first = larger(first);
  index.mask = first - 1;
  index.count = 0;
  return index.spare + 8 * room;
}

export function firstSlot(index: RowIndex, hash: u32): usize {
  return index.slots + 8 * (hash & index.mask);
}

export function nextSlot(index: RowIndex, slot: usize): usize {
  return index.slots + ((slot + 8 - index.slots) & (8 * index.mask + 7));
}

/** The row at a slot, if its hash is that one; -1 where the slot is free, -2 where it is another's. */
export function rowIn(slot: usize, hash: u32): i32 {
  const row = load<i32>(slot + 4) - 1;
  return row < 0 || load<u32>(slot) == hash ? row : -2;
}

/** Puts a row into a slot; what was there is forgotten. */
export function put(index: RowIndex, slot: usize, hash: u32, row: i32): void {
  const isNew = load<i32>(slot + 4) == 0;
  store<u32>(slot, hash);
  store<i32>(slot + 4, row + 1);
  if (!isNew || ++index.count * 2 <= index.mask + 1) return;
  const old = index.slots;
  const end = old + 8 * (index.mask + 1);
  index.mask = larger(index.mask + 1) - 1;
  clear(index);
  for (let from = old; from < end; from += 8)
    if (load<i32>(from + 4) != 0) insert(index, load<u32>(from), load<i32>(from + 4) - 1);
}

/** Follows rows to their new places, which stand in words at `to`, -1 for those that were dropped. */
export function remapIndex(index: RowIndex, to: usize): void {
  const old = index.slots;
  clear(index);
  for (let from = old; from < old + 8 * (index.mask + 1); from += 8) {
    const row = load<i32>(from + 4) - 1;
    const now = row < 0 ? -1 : load<i32>(to + 4 * row);
    if (now >= 0) insert(index, load<u32>(from), now);
  }
}

/** Begins an empty table where there was none. */
function clear(index: RowIndex): void {
  const old = index.slots;
  index.slots = index.spare;
  index.spare = old;
  index.count = 0;
  memory.fill(index.slots, 0, 8 * (index.mask + 1));
}

function insert(index: RowIndex, hash: u32, row: i32): void {
  let slot = firstSlot(index, hash);
  while (load<i32>(slot + 4) != 0) slot = nextSlot(index, slot);
  store<u32>(slot, hash);
  store<i32>(slot + 4, row + 1);
  index.count++;
}

/** As many slots as a table gets that is half full. */
function larger(room: u32): u32 {
  return room * (room <= LARGE ? 8 : 2);
}
