// Gives each IP address a small number, so that tables hold and compare integers. Slots are open-addressed. An id is for good, so
// the number of addresses is bounded; but those that were only leased can be given up in a sweep.
import { aligned, be32, finish, mix } from "./words";

const FIRST_SLOTS: u32 = 1 << 10;
const LARGE: u32 = 1 << 14;

/** Four words an address, an IPv4 address in the last; its version; 1 for an id that is for good; 1 for one that is in use. */
let words: usize = 0;
let versions: usize = 0;
let kept: usize = 0;
let marks: usize = 0;
/** Ids that were given up. */
let free: usize = 0;
let freeCount: u32 = 0;
let count: u32 = 0;
let limit: u32 = 0;
let refused: u32 = 0;

/** Pairs of an IPv4 address and its id + 1, 0 for a free slot; and room for the next table when this one is full. */
let v4: usize = 0;
let v4Spare: usize = 0;
let v4Mask: u32 = 0;
let v4Count: u32 = 0;
/** Ids + 1 of IPv6 addresses. */
let v6: usize = 0;
let v6Spare: usize = 0;
let v6Mask: u32 = 0;
let v6Count: u32 = 0;

/** Lays the tables out from `at` on; returns where they end. */
export function layAddresses(at: usize, most: u32): usize {
  limit = most;
  let slots = FIRST_SLOTS;
  while (most * 2 > slots - 1) slots = larger(slots);
  words = aligned(at);
  versions = words + 16 * most;
  kept = versions + most;
  marks = kept + most;
  free = aligned(marks + most);
  v4 = aligned(free + 4 * most);
  v4Spare = v4 + 8 * slots;
  v6 = v4Spare + 8 * slots;
  v6Spare = v6 + 4 * slots;
  v4Mask = v6Mask = FIRST_SLOTS - 1;
  return v6Spare + 4 * slots;
}

export function addressCount(): u32 {
  return count;
}

/** How often an address got no id because there were too many. */
export function addressesRefused(): u32 {
  return refused;
}

/** Where the words and the versions of the addresses are. */
export function addressWords(): usize {
  return words;
}

export function addressVersions(): usize {
  return versions;
}

/** Whether the next packet's two addresses may find no room. */
export function isFull(): bool {
  return count + 2 > limit && freeCount < 2;
}

/** The id of the address at `at`, for good; -1 if it has none and there are too many already. */
export function intern(at: usize, version: i32): i32 {
  const id = lease(at, version);
  if (id >= 0) store<u8>(kept + id, 1);
  return id;
}

/** The id of the address at `at`, until a {@link sweep}; -1 if it has none and there are too many already. */
export function lease(at: usize, version: i32): i32 {
  return version == 4 ? idOfV4(be32(at), true) : idOfV6(at, true);
}

/** The id of the address at `at`; -1 if it has none. */
export function find(at: usize, version: i32): i32 {
  return version == 4 ? idOfV4(be32(at), false) : idOfV6(at, false);
}

/** Before a {@link sweep}: none is in use, but those that {@link mark} is told. */
export function unmark(): void {
  memory.fill(marks, 0, count);
}

export function mark(id: i32): void {
  if (id >= 0) store<u8>(marks + id, 1);
}

/** Gives up the ids that were leased and are not in use any more. */
export function sweep(): void {
  freeCount = 0;
  for (let id: i32 = count - 1; id >= 0; id--) {
    if (load<u8>(kept + id) == 1 || load<u8>(marks + id) == 1) continue;
    store<i32>(free + 4 * freeCount++, id);
    store<u8>(versions + id, 0);
  }
  memory.fill(v4, 0, 8 * (v4Mask + 1));
  memory.fill(v6, 0, 4 * (v6Mask + 1));
  v4Count = v6Count = 0;
  for (let id: u32 = 0; id < count; id++) {
    const version = load<u8>(versions + id);
    if (version == 4) {
      putV4(load<u32>(words + 16 * id + 12), id + 1);
      v4Count++;
    } else if (version == 6) {
      putV6(id);
      v6Count++;
    }
  }
}

function idOfV4(key: u32, isWanted: bool): i32 {
  let slot = spread(key) & v4Mask;
  let at = v4 + 8 * slot;
  while (true) {
    const id = load<i32>(at + 4);
    if (id == 0) break;
    if (load<u32>(at) == key) return id - 1;
    slot = (slot + 1) & v4Mask;
    at = v4 + 8 * slot;
  }
  if (!isWanted) return -1;
  const id = add(4, 0, 0, 0, key);
  if (id < 0) return id;
  store<u32>(at, key);
  store<i32>(at + 4, id + 1);
  if (++v4Count * 2 > v4Mask) growV4();
  return id;
}

function idOfV6(from: usize, isWanted: bool): i32 {
  const a = be32(from);
  const b = be32(from + 4);
  const c = be32(from + 8);
  const d = be32(from + 12);
  let slot = hashOf(a, b, c, d) & v6Mask;
  while (true) {
    const id = load<i32>(v6 + 4 * slot) - 1;
    if (id < 0) break;
    const at = words + 16 * id;
    if (load<u32>(at + 12) == d && load<u32>(at + 8) == c && load<u32>(at + 4) == b && load<u32>(at) == a)
      return id;
    slot = (slot + 1) & v6Mask;
  }
  if (!isWanted) return -1;
  const id = add(6, a, b, c, d);
  if (id < 0) return id;
  store<i32>(v6 + 4 * slot, id + 1);
  if (++v6Count * 2 > v6Mask) growV6();
  return id;
}

function add(version: u8, a: u32, b: u32, c: u32, d: u32): i32 {
  if (freeCount == 0 && count == limit) {
    refused++;
    return -1;
  }
  const id = freeCount > 0 ? load<u32>(free + 4 * --freeCount) : count++;
  store<u8>(versions + id, version);
  const at = words + 16 * id;
  store<u32>(at, a);
  store<u32>(at + 4, b);
  store<u32>(at + 8, c);
  store<u32>(at + 12, d);
  return id;
}

/** As many slots as a table gets that is half full. */
function larger(slots: u32): u32 {
  return slots * (slots < LARGE ? 2 : 4);
}

function growV4(): void {
  const old = v4;
  const slots = v4Mask + 1;
  v4 = v4Spare;
  v4Spare = old;
  v4Mask = larger(slots) - 1;
  memory.fill(v4, 0, 8 * (v4Mask + 1));
  for (let at = old; at < old + 8 * slots; at += 8) {
    const id = load<i32>(at + 4);
    if (id != 0) putV4(load<u32>(at), id);
  }
}

function growV6(): void {
  const old = v6;
  const slots = v6Mask + 1;
  v6 = v6Spare;
  v6Spare = old;
  v6Mask = larger(slots) - 1;
  memory.fill(v6, 0, 4 * (v6Mask + 1));
  for (let at = old; at < old + 4 * slots; at += 4) {
    const id = load<i32>(at);
    if (id != 0) putV6(id - 1);
  }
}

/** Inserts an address that is not there yet. */
function putV4(key: u32, id: i32): void {
  let slot = spread(key) & v4Mask;
  while (load<i32>(v4 + 8 * slot + 4) != 0) slot = (slot + 1) & v4Mask;
  store<u32>(v4 + 8 * slot, key);
  store<i32>(v4 + 8 * slot + 4, id);
}

function putV6(id: i32): void {
  const at = words + 16 * id;
  let slot = hashOf(load<u32>(at), load<u32>(at + 4), load<u32>(at + 8), load<u32>(at + 12)) & v6Mask;
  while (load<i32>(v6 + 4 * slot) != 0) slot = (slot + 1) & v6Mask;
  store<i32>(v6 + 4 * slot, id + 1);
}

function hashOf(a: u32, b: u32, c: u32, d: u32): u32 {
  return finish(mix(mix(mix(mix(0, a), b), c), d));
}

/** Cheaper than `finish`: this runs twice for nearly every packet. Neighbours in a subnet get places far apart. */
function spread(key: u32): u32 {
  const h = key * 0x9e3779b1;
  return h ^ (h >> 15);
}
