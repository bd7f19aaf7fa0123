// Gives each domain name a small number. Names are kept as they stand in a message, lower-cased: length, label, and so on, without the
// last zero. Number 0 is a name that isn't known, because the capture cut it or there are too many.
import { m, NAME_AT } from "./dns-message";
import { aligned, isEqual } from "./words";

const FIRST_SLOTS: u32 = 1 << 11;
const LONGEST: u32 = 255;

let bytes: usize = 0;
/** Where each name begins among the bytes; one more than there are names. */
let starts: usize = 0;
let hashes: usize = 0;
/** Numbers of names, 0 for a free slot. */
let slots: usize = 0;
let mask: u32 = FIRST_SLOTS - 1;
/** The unknown name has number 0. */
let count: u32 = 1;
let limit: u32 = 0;
let refused: u32 = 0;

/** @param most names; further ones are not told apart */
export function layNames(at: usize, most: u32): usize {
  limit = most;
  let room = FIRST_SLOTS;
  while (room < 2 * (most + 2)) room *= 2;
  starts = aligned(at);
  hashes = aligned(starts + 4 * (most + 2));
  slots = aligned(hashes + 4 * (most + 2));
  bytes = aligned(slots + 4 * room);
  return bytes + LONGEST * (most + 1);
}

export function nameCount(): u32 {
  return count;
}

/** Names that got no number because there were too many. */
export function namesRefused(): u32 {
  return refused;
}

export function nameBytes(): usize {
  return bytes;
}

export function nameStarts(): usize {
  return starts;
}

/** The number of the message's name; 0 if there are too many. */
export function internName(): i32 {
  const slot = slotOfName();
  const known = load<i32>(slot);
  if (known != 0) return known;
  if (count > limit) {
    refused++;
    return 0;
  }
  const added: u32 = count++;
  const start = load<u32>(starts + 4 * added);
  memory.copy(bytes + start, NAME_AT, m.nameLength);
  store<u32>(starts + 4 * added + 4, start + m.nameLength);
  store<i32>(hashes + 4 * added, m.nameHash);
  store<i32>(slot, added);
  if (count * 2 > mask) grow();
  return added;
}

/** The number of the message's name; 0 if it has none. */
export function findName(): i32 {
  return load<i32>(slotOfName());
}

/** The slot where the message's name is, or would be. */
function slotOfName(): usize {
  const hash = m.nameHash;
  let slot = hash & mask;
  while (true) {
    const at = slots + 4 * slot;
    const number = load<i32>(at);
    if (number == 0 || (load<i32>(hashes + 4 * number) == hash && isName(number))) return at;
    slot = (slot + 1) & mask;
  }
}

function isName(number: i32): bool {
  const start = load<u32>(starts + 4 * number);
  const length = load<u32>(starts + 4 * number + 4) - start;
  return length == <u32>m.nameLength && isEqual(bytes + start, NAME_AT, length);
}

function grow(): void {
  memory.fill(slots, 0, 4 * (mask + 1));
  mask = 2 * mask + 1;
  for (let number: u32 = 1; number < count; number++) {
    let slot = load<u32>(hashes + 4 * number) & mask;
    while (load<i32>(slots + 4 * slot) != 0) slot = (slot + 1) & mask;
    store<i32>(slots + 4 * slot, number);
  }
}
