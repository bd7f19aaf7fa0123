import { columnAt, stacks, starts } from "./decode";

/** A call of one node by another. */
@unmanaged
class Edge {
  weight: f64;
  /** One more than the last sample that it was counted in. */
  stamp: u32;
  /** 1 once a call was not inlined. */
  isCalled: u32;
  caller: i32;
  callee: i32;
}
const EDGE: usize = 32;

/** What a location is to the edges. */
@unmanaged
class Place {
  /** Its nodes that are shown: the innermost, and the outermost. */
  innermost: i32;
  outermost: i32;
  /** 1 where the outermost is wanted as a callee, 2 where it was inlined into one that isn't shown. */
  called: u32;
  /** Where its edges from one inlined function to the next begin and end in the list of these. */
  innerStart: u32;
  innerStop: u32;
  /** The caller that it last had, and that edge. Most locations are nearly always reached the same way. */
  lastCaller: i32;
  lastEdge: u32;
}
const PLACE: usize = 32;
const NONE: i32 = -1;

/** Places by code, and the edges within them. */
export let places: usize = 0;
export let inner: usize = 0;
/** Edges by number; number 0 is every node's call of itself, which isn't counted. */
export let edges: usize = 0;
/** One more than there are, and how many have room: one more is the sign that there are too many. */
export let edgeCount: u32 = 1;
export let mostEdges: u32 = 0;
/** An open-addressed table of edges, 0 for an empty slot: twice as many slots as edges, a power of two. */
export let slots: usize = 0;

/** The number of an edge; 0 where there is no room for another. */
export function edge(caller: i32, callee: i32): u32 {
  if (caller == callee) return 0;
  const mask = 2 * mostEdges - 1;
  let hash = ((<u32>caller + 1) * 0x9e37_79b1) ^ (<u32>callee * 0x85eb_ca6b);
  hash ^= hash >>> 15;
  for (; ; hash++) {
    const slot = slots + ((<usize>(hash & mask)) << 2);
    const number = load<u32>(slot);
    const known = changetype<Edge>(edges + <usize>(number != 0 ? number : edgeCount) * EDGE);
    if (number != 0) {
      if (known.caller == caller && known.callee == callee) return number;
      continue;
    }
    if (edgeCount >= mostEdges) {
      edgeCount = mostEdges + 1;
      return 0;
    }
    known.caller = caller;
    known.callee = callee;
    store<u32>(slot, edgeCount);
    return edgeCount++;
  }
}

/**
 * Counts the calls of the samples in the window, in each stack from the root.
 *
 * @param first which sample the first of them is
 */
export function addEdges(column: u32, first: u32, count: u32): void {
  const measured = columnAt(column);
  const table = places;
  for (let sample: u32 = 0; sample < count; sample++) {
    const value = load<f64>(measured + ((<usize>sample) << 3));
    if (value == 0) continue;
    const start = starts + ((<usize>sample) << 2);
    const leaf = stacks + ((<usize>load<u32>(start)) << 2);
    const stamp = first + sample + 1;
    // Only locations with a node that is shown are in these stacks: the next one towards the root is the caller's.
    let caller = NONE;
    // Of an edge that is there several times, the first tells whether it was inlined.
    for (let frame = stacks + ((<usize>load<u32>(start, 4)) << 2); frame > leaf;) {
      frame -= 4;
      const place = changetype<Place>(table + <usize>load<u32>(frame) * PLACE);
      if (place.called != 0 && caller != NONE) {
        if (place.lastCaller != caller) {
          place.lastCaller = caller;
          place.lastEdge = edge(caller, place.outermost);
        }
        add(place.lastEdge, stamp, value, place.called == 1);
      }
      for (let at = place.innerStart; at < place.innerStop; at++)
        add(load<u32>(inner + ((<usize>at) << 2)), stamp, value, false);
      caller = place.innermost;
    }
  }
}

function add(number: u32, stamp: u32, value: f64, isCalled: bool): void {
  const known = changetype<Edge>(edges + <usize>number * EDGE);
  if (known.stamp == stamp) return;
  known.stamp = stamp;
  known.weight += value;
  if (isCalled) known.isCalled = 1;
}
