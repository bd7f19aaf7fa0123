import { columnAt, stacks, starts } from "./decode";

/** What a call of one node by another weighs. */
@unmanaged
class Edge {
  weight: f64;
  /** One more than the last sample that it was counted in. */
  stamp: u32;
  /** 1 once a call was not inlined. */
  isCalled: u32;
}
const EDGE: usize = 16;

/** A location that is a wanted callee, or has one within it. */
@unmanaged
class Place {
  /** Its outermost node that is shown. */
  outermost: u32;
  /** 1 where that one is wanted as a callee, 2 where it was inlined into one that isn't shown. */
  called: u32;
  /** Where its edges from one inlined function to the next begin and end in the list of these. */
  innerStart: u32;
  innerStop: u32;
  /** The caller that it last had, and that edge. Most locations are nearly always reached the same way. */
  lastCaller: u32;
  lastEdge: u32;
}
const PLACE: usize = 32;
const NONE: u32 = -1;

/** By code: the innermost of a location's nodes that are shown. */
export let innermost: usize = 0;
/** By code, which is below that of all other locations: places, and the edges within them. */
export let places: usize = 0;
export let placeCount: u32 = 0;
export let inner: usize = 0;
/** Edges by number, and the caller and callee of each. Number 0 is every node's call of itself, which isn't counted. */
export let edges: usize = 0;
export let ends: usize = 0;
/** One more than there are, and how many have room: one more than that is the sign that there are too many. */
export let edgeCount: u32 = 0;
export let mostEdges: u32 = 0;
/** An open-addressed table of edges, 0 for an empty slot, of which a power of two is in use; there is room for two slots an edge. */
export let slots: usize = 0;
export let slotCount: u32 = 0;

/** Bytes of frames that are looked at together. */
const BLOCK: usize = 64 * 4;

/** The number of an edge; 0 where there is no room for another. */
export function edge(caller: u32, callee: u32): u32 {
  if (caller == callee) return 0;
  const pair = ((<u64>callee) << 32) | caller;
  let slot = slotOf(pair);
  for (;;) {
    const known = load<u32>(slot);
    if (known == 0) break;
    if (load<u64>(ends + ((<usize>known) << 3)) == pair) return known;
    slot = after(slot);
  }
  if (edgeCount >= mostEdges) {
    edgeCount = mostEdges + 1;
    return 0;
  }
  const number = edgeCount++;
  const made = changetype<Edge>(edges + <usize>number * EDGE);
  made.weight = 0;
  made.stamp = 0;
  made.isCalled = 0;
  store<u64>(ends + ((<usize>number) << 3), pair);
  store<u32>(slot, number);
  if (edgeCount * 2 > slotCount) rehash();
  return number;
}

function rehash(): void {
  slotCount *= 2;
  memory.fill(slots, 0, (<usize>slotCount) << 2);
  for (let number: u32 = 1; number < edgeCount; number++) {
    let slot = slotOf(load<u64>(ends + ((<usize>number) << 3)));
    while (load<u32>(slot) != 0) slot = after(slot);
    store<u32>(slot, number);
  }
}

/** Where a pair of nodes is looked for first, and where next. */
function slotOf(pair: u64): usize {
  const hash = <u32>((pair * 0x9e37_79b9_7f4a_7c15) >>> 32);
  return slots + ((<usize>(hash & (slotCount - 1))) << 2);
}
function after(slot: usize): usize {
  const next = slot + 4;
  return next == slots + ((<usize>slotCount) << 2) ? slots : next;
}

/**
 * Counts the calls of the samples in the window, in each stack from the root.
 *
 * @param first which sample the first of them is
 */
export function addEdges(column: u32, first: u32, count: u32): void {
  const measured = columnAt(column);
  const limit = i32x4.splat(placeCount);
  for (let sample: u32 = 0; sample < count; sample++) {
    const value = load<f64>(measured + ((<usize>sample) << 3));
    if (value == 0) continue;
    const start = starts + ((<usize>sample) << 2);
    const leaf = stacks + ((<usize>load<u32>(start)) << 2);
    const root = stacks + ((<usize>load<u32>(start, 4)) << 2);
    const stamp = first + sample + 1;
    // Places are found without branches, which would be guessed wrongly too often: a bit for each frame of a block.
    for (let end = root; end > leaf;) {
      const block = end - leaf > BLOCK ? end - BLOCK : leaf;
      let found: u64 = 0;
      for (let at = block, bit: u64 = 0; at < end; at += 16, bit += 4)
        found |= (<u64>i32x4.bitmask(i32x4.lt_u(v128.load(at), limit))) << bit;
      found &= (<u64>-1) >>> (64 - ((<u64>(end - block)) >>> 2));
      // Of an edge that is there several times, the first from the root tells whether it was inlined.
      while (found != 0) {
        const index = 63 - clz(found);
        found ^= (<u64>1) << index;
        const frame = block + ((<usize>index) << 2);
        // Only locations with a node that is shown are in these stacks: the next one towards the root is the caller's.
        const caller = frame + 4 < root ? load<u32>(innermost + ((<usize>load<u32>(frame, 4)) << 2)) : NONE;
        enter(load<u32>(frame), caller, stamp, value);
      }
      end = block;
    }
  }
}

/** Counts the calls into and within a location. */
function enter(code: u32, caller: u32, stamp: u32, value: f64): void {
  const place = changetype<Place>(places + <usize>code * PLACE);
  if (place.called != 0 && caller != NONE) {
    if (place.lastCaller != caller) {
      place.lastCaller = caller;
      place.lastEdge = edge(caller, place.outermost);
    }
    add(place.lastEdge, stamp, value, place.called == 1);
  }
  for (let at = place.innerStart; at < place.innerStop; at++)
    add(load<u32>(inner + ((<usize>at) << 2)), stamp, value, false);
}

function add(number: u32, stamp: u32, value: f64, isCalled: bool): void {
  const known = changetype<Edge>(edges + <usize>number * EDGE);
  if (known.stamp == stamp) return;
  known.stamp = stamp;
  known.weight += value;
  if (isCalled) known.isCalled = 1;
}
