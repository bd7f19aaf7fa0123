// Finds what is known of a TCP conversation by its addresses and ports, either way round. The value is a row of the handshakes, or,
// for a conversation whose beginning was not captured, how many packets went which way. Encapsulated and plain copies of a
// conversation are one; the same addresses in two networks are two. Each way may have a network's number of its own: Cilium puts
// the sender's identity there, OVN and EVPN that of the receiver's subnet.
import { lease } from "./addresses";
import { NONE, p } from "./packet";
import { aligned, be32, finish } from "./words";

const FIRST_SLOTS: u32 = 1 << 12;
/** Between these the table grows in larger steps. */
const LARGE: u32 = 1 << 14;
const VERY_LARGE: u32 = 1 << 16;
/**
 * Bytes of a slot, two of which make a cache line: both addresses, the ports, the network that either way goes through, the value, the
 * connection's row + 1.
 */
const STRIDE: usize = 32;
const VNI: usize = 12;
const VALUE: usize = 20;
const CONNECTION: usize = 24;

/** Set in a value beside a row: plain packets of this conversation change nothing any more. */
const SETTLED: i32 = 1 << 30;
/** Stands for the row of a connection that is not followed. */
export const IGNORED: i32 = -2;
/** Values from here down count the packets of a conversation without a row: two bits each way. */
const SEEN: i32 = -16;
/** The value of a conversation whose row was dropped, or whose packets are counted elsewhere. */
const GONE: i32 = -1000;

let slots: usize = 0;
let spare: usize = 0;
let mask: u32 = FIRST_SLOTS - 1;
let count: u32 = 0;
let limit: u32 = 0;
/** Conversations without a row that were forgotten, by whether they were seen both ways. */
let forgottenBoth: u32 = 0;
let forgottenOne: u32 = 0;

/** Set by {@link look} and {@link flowOf}: whether the first address, or the packet's source, is the smaller one of the key. */
export let isForward: bool = true;
/** The slot that was found last; a remapping makes it stale. */
export let current: usize = 0;
/** How often the conversations were given new slots: what was known of slots before is stale. */
let moves: u32 = 0;

/**
 * @param most conversations; those without a row are forgotten then
 * @param expected so many slots to begin with: what is not touched costs nothing, to move conversations does
 */
export function layFlows(at: usize, most: u32, expected: u32): usize {
  limit = most;
  let room = FIRST_SLOTS;
  while (most * 3 > (room - 1) * 2) room = larger(room);
  slots = aligned(at);
  spare = aligned(slots + STRIDE * room);
  recent = aligned(spare + STRIDE * room);
  let first = FIRST_SLOTS;
  while (first < expected && first < room) first = larger(first);
  mask = first - 1;
  return recent + (PLACE << PLACES_LOG);
}

/** Looks a conversation up, and adds it if it is new; returns its slot, valid until the next call. */
export function look(a: i32, aPort: u32, b: i32, bPort: u32, vni: i32): usize {
  const forward = a < b || (a == b && aPort <= bPort);
  isForward = forward;
  const low = forward ? a : b;
  const high = forward ? b : a;
  const ports = forward ? (aPort << 16) | bPort : (bPort << 16) | aPort;
  const own = forward ? VNI : VNI + 4;
  let slot = hashOf(low, high, ports) & mask;
  let best: usize = 0;
  let bestOther: i32 = 0;
  while (true) {
    const at = slots + STRIDE * slot;
    if (load<i32>(at + VALUE) == 0) break;
    if (load<i32>(at) == low && load<i32>(at + 4) == high && load<u32>(at + 8) == ports) {
      const known = load<i32>(at + own);
      if (known == vni || vni == NONE) return (current = at);
      // This way was not seen yet: rather the conversation whose other way has the same number, or none.
      const other = load<i32>(at + (forward ? VNI + 4 : VNI));
      if (known == NONE && (best == 0 || other == vni || (other == NONE && bestOther != vni))) {
        best = at;
        bestOther = other;
      }
    }
    slot = (slot + 1) & mask;
  }
  if (best == 0) best = add(low, high, ports, forward ? vni : NONE, forward ? NONE : vni);
  else store<i32>(best + own, vni);
  return (current = best);
}

/** The network in which the conversation was seen, one way or the other; `NONE` if in none. */
export function networkOf(slot: usize): i32 {
  const own = load<i32>(slot + VNI);
  return own == NONE ? load<i32>(slot + VNI + 4) : own;
}

/**
 * The next slot of a conversation, behind `after` or the first where that is 0: an error's sender may be in any network, so that
 * several of the same addresses and ports may be meant. 0 if there is none.
 */
export function slotOf(a: i32, aPort: u32, b: i32, bPort: u32, after: usize): usize {
  const forward = a < b || (a == b && aPort <= bPort);
  const low = forward ? a : b;
  const high = forward ? b : a;
  const ports = forward ? (aPort << 16) | bPort : (bPort << 16) | aPort;
  let slot = after == 0 ? hashOf(low, high, ports) & mask : ((((after - slots) / STRIDE) as u32) + 1) & mask;
  while (true) {
    const at = slots + STRIDE * slot;
    if (load<i32>(at + VALUE) == 0) return 0;
    if (load<i32>(at) == low && load<i32>(at + 4) == high && load<u32>(at + 8) == ports) return at;
    slot = (slot + 1) & mask;
  }
}

/** The handshake's row at a slot; -1 if its beginning was not seen. */
export function rowAt(slot: usize): i32 {
  const value = load<i32>(slot + VALUE);
  return value > 0 ? (value & ~SETTLED) - 1 : -1;
}

/** Gives the slot a row of its own, and takes the connection from it: what follows belongs to another. */
export function setRow(slot: usize, row: i32): void {
  store<i32>(slot + VALUE, row + 1);
  store<i32>(slot + CONNECTION, 0);
}

/** The connection's row at a slot; -1 if it has none yet. */
export function connectionAt(slot: usize): i32 {
  return load<i32>(slot + CONNECTION) - 1;
}

export function setConnection(slot: usize, row: i32): void {
  store<i32>(slot + CONNECTION, row + 1);
}

/** Whether {@link settle} was called for the slot's row. */
export function isSettled(slot: usize): bool {
  return load<i32>(slot + VALUE) >= SETTLED;
}

/** Notes that plain packets of this conversation need no look at its row. */
export function settle(slot: usize): void {
  store<i32>(slot + VALUE, load<i32>(slot + VALUE) | SETTLED);
}

/** Counts a packet, up to three each way, of a conversation without a row. */
export function see(slot: usize): void {
  const seen = SEEN - load<i32>(slot + VALUE);
  if (seen > 15) return;
  const shift = isForward ? 0 : 2;
  if (((seen >> shift) & 3) < 3) store<i32>(slot + VALUE, SEEN - (seen + (1 << shift)));
}

/** What {@link countWays} counts. */
export let both: u32 = 0;
export let one: u32 = 0;

/** Counts conversations without a row: those that were seen both ways, and those seen one way only, with three packets or more. */
export function countWays(): void {
  both = forgottenBoth;
  one = forgottenOne;
  for (let at = slots; at < slots + STRIDE * (mask + 1); at += STRIDE) {
    const seen = SEEN - load<i32>(at + VALUE);
    if (seen < 0 || seen > 15) continue;
    if ((seen & 3) > 0 && seen >> 2 > 0) both++;
    else if (seen == 3 || seen == 12) one++;
  }
}

/** Follows rows to their new places, which stand in words at `to`; of those whose row was dropped the beginning counts as not seen. */
export function remapRows(to: usize): void {
  for (let at = slots; at < slots + STRIDE * (mask + 1); at += STRIDE) {
    const value = load<i32>(at + VALUE);
    if (value <= 0) continue;
    const row = load<i32>(to + 4 * ((value & ~SETTLED) - 1));
    store<i32>(at + VALUE, row < 0 ? GONE : (row + 1) | (value & SETTLED));
  }
  rebuild(mask + 1);
}

/** Follows the rows of connections to their new places. */
export function remapConnections(to: usize): void {
  for (let at = slots; at < slots + STRIDE * (mask + 1); at += STRIDE) {
    const row = load<i32>(at + CONNECTION) - 1;
    if (row >= 0) store<i32>(at + CONNECTION, load<i32>(to + 4 * row) + 1);
  }
}

/** Forgets the conversations that have no row. */
export function forget(): void {
  countWays();
  forgottenBoth = both;
  forgottenOne = one;
  for (let at = slots; at < slots + STRIDE * (mask + 1); at += STRIDE)
    if (load<i32>(at + VALUE) < 0) store<i32>(at + VALUE, GONE);
  rebuild(mask + 1);
}

function add(low: i32, high: i32, ports: u32, vni: i32, backVni: i32): usize {
  if (count >= limit) forget();
  if (count * 3 > mask * 2) rebuild(larger(mask + 1));
  const at = freeSlot(low, high, ports);
  store<i32>(at, low);
  store<i32>(at + 4, high);
  store<u32>(at + 8, ports);
  store<i32>(at + VNI, vni);
  store<i32>(at + VNI + 4, backVni);
  store<i32>(at + VALUE, SEEN);
  store<i32>(at + CONNECTION, 0);
  return at;
}

/** As many slots as the table gets that is two thirds full. */
function larger(room: u32): u32 {
  return room * (room <= LARGE || room > VERY_LARGE + 1 ? 2 : 4);
}

function freeSlot(low: i32, high: i32, ports: u32): usize {
  let slot = hashOf(low, high, ports) & mask;
  while (load<i32>(slots + STRIDE * slot + VALUE) != 0) slot = (slot + 1) & mask;
  count++;
  return slots + STRIDE * slot;
}

/** Leaves out the slots that are gone and have no connection, and gives the others their places in a table of that many slots. */
function rebuild(room: u32): void {
  moves++;
  const old = slots;
  const end = slots + STRIDE * (mask + 1);
  slots = spare;
  spare = old;
  mask = room - 1;
  count = 0;
  memory.fill(slots, 0, STRIDE * room);
  for (let from = old; from < end; from += STRIDE) {
    const value = load<i32>(from + VALUE);
    if (value == 0 || (value == GONE && load<i32>(from + CONNECTION) <= 0)) continue;
    memory.copy(freeSlot(load<i32>(from), load<i32>(from + 4), load<u32>(from + 8)), from, STRIDE);
  }
}

/** Cheaper than `mix`: this runs for many packets. */
function hashOf(low: i32, high: i32, ports: u32): u32 {
  return finish((low * 0x9e3779b1) ^ (high * 0x85ebca77) ^ (ports * 0xc2b2ae3d));
}

// Packets come in trains: what was found for the last ones is kept by what IPv4's and TCP's headers say, so that most packets need no
// look at the large tables. Few enough places to stay in the processor's nearest cache.
const PLACES_LOG: u32 = 8;
/** Bytes of a place: both addresses and the ports, the slot or 0, both addresses' ids, whether the first is the key's smaller one. */
const PLACE: usize = 32;
let recent: usize = 0;
/** How often the slots had moved when all these places were filled. */
let recentMoves: u32 = 0;

/** Set by {@link flowOf}: the ids of the packet's addresses. */
export let source: i32 = 0;
export let destination: i32 = 0;

/** The slot of the packet's conversation, as {@link look} gives it; 0 where an address has no id. */
export function flowOf(): usize {
  if (p.version != 4 || p.vni != NONE) return lookUp();
  if (recentMoves != moves) forgetRecent();
  const from = load<u32>(p.sourceAt);
  const to = load<u32>(p.destinationAt);
  const sourcePort: u32 = p.sourcePort;
  const destinationPort: u32 = p.destinationPort;
  // Both ways have one place, which says what is true of the way from the smaller address.
  const isBack = from > to || (from == to && sourcePort > destinationPort);
  const low = isBack ? to : from;
  const high = isBack ? from : to;
  const ports = isBack ? (destinationPort << 16) | sourcePort : (sourcePort << 16) | destinationPort;
  const hash: u32 = low * 0x9e3779b1 + high * 0x85ebca77 + ports * 0xc2b2ae3d;
  const place = recent + PLACE * (hash >> (32 - PLACES_LOG));
  const known = load<usize>(place + 12);
  if (
    known != 0 &&
    load<u32>(place) == low &&
    load<u32>(place + 4) == high &&
    load<u32>(place + 8) == ports
  ) {
    source = load<i32>(place + (isBack ? 20 : 16));
    destination = load<i32>(place + (isBack ? 16 : 20));
    isForward = (load<u32>(place + 24) != 0) != isBack;
    return (current = known);
  }
  const slot = lookUp();
  if (slot == 0) return 0;
  if (recentMoves != moves) forgetRecent();
  store<u32>(place, low);
  store<u32>(place + 4, high);
  store<u32>(place + 8, ports);
  store<usize>(place + 12, slot);
  store<i32>(place + 16, isBack ? destination : source);
  store<i32>(place + 20, isBack ? source : destination);
  store<u32>(place + 24, isForward != isBack ? 1 : 0);
  return slot;
}

function lookUp(): usize {
  const from = lease(p.sourceAt, p.version);
  const to = lease(p.destinationAt, p.version);
  if (from < 0 || to < 0) return 0;
  source = from;
  destination = to;
  return look(from, p.sourcePort, to, p.destinationPort, p.vni);
}

function forgetRecent(): void {
  recentMoves = moves;
  memory.fill(recent, 0, PLACE << PLACES_LOG);
}
