import type { CallNodes } from "./call-nodes.ts";
import type { Profile } from "./profile.ts";

/** A call of one node by another, as it weighs in one sample type. */
export interface CallEdge {
  readonly caller: number;
  readonly callee: number;
  readonly weight: number;
  /** Whether each of its calls was inlined. */
  readonly inlined: boolean;
}

/** What the pass over the samples looks up, by the codes of the locations that it needs: those with a node that is shown. */
interface Edged {
  /** By location: its code, 0 for one that isn't needed. */
  readonly codes: Uint32Array;
  /** By code: the innermost of its nodes that are shown. */
  readonly innermost: readonly number[];
  /** By code, which is below that of all other locations: a `Place` of the loops, as words. */
  readonly places: readonly number[];
  /** Caller and callee of each edge from one inlined function to the next. */
  readonly inner: readonly (readonly [caller: number, callee: number])[];
}

const NONE = -1;
/** Words of a place and of an edge in the loops' memory. */
const PLACE = 8;
const EDGE = 4;
/** Edges that there is room for at first, as a power of two: a program that was sampled often has some dozen thousand. */
const LEAST_ROOM = 12;
const MOST_ROOM = 20;
const FIRST_SLOTS = 1024;

/**
 * The edges between nodes that are shown; callers that aren't are passed over, as pprof does. An edge counts once a
 * sample, a node's call of itself never.
 *
 * @param kept 1 for each node that is shown
 * @param least what an edge must weigh to be of interest, whatever its sign
 * @param watched 1 for each callee that is wanted; all that are shown when absent
 */
export function callEdges(
  profile: Profile,
  graph: Pick<CallNodes, "start" | "nodes">,
  column: number,
  kept: Uint8Array,
  least: number,
  watched: Uint8Array = kept,
): CallEdge[] {
  const edged = edgedLocations(graph, kept, watched);
  if (edged.places.length === PLACE) return [];
  // The loops' memory doesn't grow: where there are more edges than have room, all is done again with more of it.
  const first = Math.min(Math.max(LEAST_ROOM, Math.ceil(Math.log2(profile.sampleCount + 1))), MOST_ROOM);
  for (let room = 2 ** first; ; room *= 4) {
    const edges = edgesWithin(room, profile, column, edged, least);
    if (edges) return edges;
  }
}

function edgedLocations(
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  kept: Uint8Array,
  watched: Uint8Array,
): Edged {
  const codes = new Uint32Array(start.length - 1);
  // Code 0 stands for no location.
  const innermost = [0];
  const places = Array.from({ length: PLACE }, () => 0);
  const inner: [number, number][] = [];
  const others: number[] = [];
  const othersInnermost: number[] = [];
  for (let location = 0; location < codes.length; location++) {
    const last = (start[location + 1] as number) - 1;
    const innerStart = inner.length;
    let caller = NONE;
    let outer = NONE;
    let called = 0;
    for (let at = last; at >= (start[location] as number); at--) {
      const node = nodes[at] as number;
      if (kept[node] !== 1) continue;
      if (watched[node] === 1) {
        if (caller === NONE) called = at === last ? 1 : 2;
        else inner.push([caller, node]);
      }
      if (caller === NONE) outer = node;
      caller = node;
    }
    if (caller === NONE) continue;
    if (called === 0 && inner.length === innerStart) {
      others.push(location);
      othersInnermost.push(caller);
      continue;
    }
    codes[location] = innermost.length;
    innermost.push(caller);
    places.push(outer, called, innerStart, inner.length, NONE, 0, 0, 0);
  }
  for (const [at, location] of others.entries()) codes[location] = innermost.length + at;
  return { codes, innermost: [...innermost, ...othersInnermost], places, inner };
}

/** All calls of wanted callees, in a location from the function to what was inlined into it; `undefined` where the room isn't enough. */
function edgesWithin(
  room: number,
  profile: Profile,
  column: number,
  { codes, innermost, places, inner }: Edged,
  least: number,
): CallEdge[] | undefined {
  const { window, windows } = profile.pass(column, codes, [
    innermost.length * 4,
    places.length * 4,
    inner.length * 4,
    room * EDGE * 4,
    room * 2 * 4,
    room * 2 * 4,
  ]);
  const { loops, buffer } = window.memory;
  const [innermostAt = 0, placesAt = 0, innerAt = 0, edgesAt = 0, endsAt = 0, slotsAt = 0] = window.tables;
  loops.innermost.value = innermostAt;
  loops.places.value = placesAt;
  loops.placeCount.value = places.length / PLACE;
  loops.inner.value = innerAt;
  loops.edges.value = edgesAt;
  loops.ends.value = endsAt;
  loops.edgeCount.value = 1;
  loops.mostEdges.value = room;
  loops.slots.value = slotsAt;
  loops.slotCount.value = FIRST_SLOTS;
  new Uint32Array(buffer, slotsAt, FIRST_SLOTS).fill(0);
  new Uint32Array(buffer, innermostAt, innermost.length).set(innermost);
  new Int32Array(buffer, placesAt, places.length).set(places);
  const numbers = new Uint32Array(buffer, innerAt, inner.length);
  for (const [at, [caller, callee]] of inner.entries()) numbers[at] = loops.edge(caller, callee);
  for (const { first, count } of windows) {
    loops.addEdges(column, first, count);
    if (loops.edgeCount.value > room) break;
  }
  const count = loops.edgeCount.value;
  if (count > room) return undefined;
  const weights = new Float64Array(buffer, edgesAt, count * 2);
  const words = new Uint32Array(buffer, edgesAt, count * EDGE);
  const ends = new Uint32Array(buffer, endsAt, count * 2);
  const edges: CallEdge[] = [];
  for (let edge = 1; edge < count; edge++) {
    const weight = weights[2 * edge] as number;
    if (words[EDGE * edge + 2] === 0 || Math.abs(weight) < least) continue;
    const inlined = words[EDGE * edge + 3] === 0;
    edges.push({ caller: ends[2 * edge] as number, callee: ends[2 * edge + 1] as number, weight, inlined });
  }
  return edges;
}
