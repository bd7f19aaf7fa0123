// Knows the TCP packets of the last moments again, when another interface, a bridge or a tunnel's other end shows them once more. Such
// a copy has the same numbers and the same IP identification; what a host sends again has a new one.
import { p } from "./packet";
import { aligned, be32, finish } from "./words";

/** A power of two: the packets of a few milliseconds need a place each. Two places make a pair, the newer first. */
const PLACES: u32 = 1 << 12;
/** Bytes of a place: sequence number, what else tells the packet, its time in microseconds, its key + 1. */
const STRIDE: usize = 16;
/** Copies of one packet on several interfaces come within this time, in microseconds. */
const COPY_WINDOW: u32 = 50000;
/** Where nothing but its numbers tells a packet from a repetition. */
const SHORT_WINDOW: u32 = 1000;
/** A packet passes a node's address translation within this time. */
const NAT_WINDOW: u32 = 10000;
/** The usual option block of Linux and others: two no-operations and a timestamp. */
const USUAL_OPTIONS: u32 = 0x0101080a;

let places: usize = 0;

/** Set by {@link isCopy}: the key of the same packet under other addresses, seen just before; -1 for none. */
export let translated: i32 = -1;

export function laySegmentCopies(at: usize): usize {
  places = aligned(at);
  return places + STRIDE * PLACES;
}

/**
 * Whether the packet at hand was noted before; else it is noted.
 *
 * @param key one number for each connection and side, at least 0
 */
export function isCopy(key: i32, micros: i32): bool {
  const id: i32 = p.ipId != 0 ? p.ipId << 16 : identity();
  const tell: i32 =
    ((p.acknowledgement ^ id) * 0x9e3779b1) ^ (p.payloadLength << 8) ^ p.flags ^ (p.window << 4);
  const sequence = p.sequence;
  const newer = places + STRIDE * (finish(sequence ^ tell) & (PLACES - 2));
  const older = newer + STRIDE;
  translated = -1;
  if (load<i32>(newer) == sequence && load<i32>(newer + 4) == tell && isSame(newer, id, key, micros))
    return true;
  if (load<i32>(older) == sequence && load<i32>(older + 4) == tell && isSame(older, id, key, micros))
    return true;
  v128.store(older, v128.load(newer));
  store<i32>(newer, sequence);
  store<i32>(newer + 4, tell);
  store<i32>(newer + 8, micros);
  store<i32>(newer + 12, key + 1);
  return false;
}

/** Forgets all: the keys have changed. */
export function clearCopies(): void {
  memory.fill(places, 0, STRIDE * PLACES);
}

function isSame(at: usize, id: i32, key: i32, micros: i32): bool {
  // Of the least integer there is no absolute value: it is far from any window as it is.
  const distance = micros - load<i32>(at + 8);
  const passed: u32 = distance < 0 ? -distance : distance;
  const known = load<i32>(at + 12) - 1;
  if (known != key) {
    if (known >= 0 && p.ipId != 0 && passed < NAT_WINDOW) translated = known;
    return false;
  }
  return passed < (id == 0 ? SHORT_WINDOW : COPY_WINDOW);
}

/** Of a packet without identification, its options: a later one has another timestamp. */
function identity(): i32 {
  const at = p.optionsAt;
  const end = p.payloadAt;
  if (end - at == 12 && be32(at) == USUAL_OPTIONS) return (be32(at + 4) * 0x85ebca6b) | 1;
  let all: u32 = 0;
  for (let next = at; next + 4 <= end; next += 4) all = (all ^ be32(next)) * 0x85ebca6b;
  return all;
}
