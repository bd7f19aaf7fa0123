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
  /** By code: a head and a `Place` of the loops, the place as words. */
  readonly heads: readonly number[];
  readonly places: readonly number[];
  /** Caller and callee of each edge from one inlined function to the next. */
  readonly inner: readonly (readonly [caller: number, callee: number])[];
  /** Whether any callee is wanted. */
  readonly any: boolean;
}

const NONE = -1;
/** Bits of a head, see `wasm/pprof/edges.ts`. */
const HEAD_BITS = 3;
const CALLED = 1;
const INLINED = 2;
const INNER = 4;
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
  if (!edged.any) return [];
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
  const heads = [0];
  const places = Array.from({ length: PLACE }, () => 0);
  const inner: [number, number][] = [];
  let any = false;
  for (let location = 0; location < codes.length; location++) {
    const last = (start[location + 1] as number) - 1;
    const innerStart = inner.length;
    let caller = NONE;
    let outer = NONE;
    let how = 0;
    for (let at = last; at >= (start[location] as number); at--) {
      const node = nodes[at] as number;
      if (kept[node] !== 1) continue;
      if (watched[node] === 1) {
        any = true;
        if (caller === NONE) how = at === last ? CALLED : INLINED;
        else inner.push([caller, node]);
      }
      if (caller === NONE) outer = node;
      caller = node;
    }
    if (caller === NONE) continue;
    codes[location] = heads.length;
    heads.push((caller << HEAD_BITS) | how | (inner.length > innerStart ? INNER : 0));
    places.push(outer, innerStart, inner.length, NONE, 0, 0, 0, 0);
  }
  return { codes, heads, places, inner, any };
}

/** All calls of wanted callees, in a location from the function to what was inlined into it; `undefined` where the room isn't enough. */
function edgesWithin(
  room: number,
  profile: Profile,
  column: number,
  { codes, heads, places, inner }: Edged,
  least: number,
): CallEdge[] | undefined {
  const { window, windows } = profile.pass(column, codes, [
    heads.length * 4,
    places.length * 4,
    inner.length * 4,
    room * EDGE * 4,
    room * 2 * 4,
    room * 2 * 4,
  ]);
  const { loops, buffer } = window.memory;
  const [headsAt = 0, placesAt = 0, innerAt = 0, edgesAt = 0, endsAt = 0, slotsAt = 0] = window.tables;
  loops.heads.value = headsAt;
  loops.places.value = placesAt;
  loops.inner.value = innerAt;
  loops.edges.value = edgesAt;
  loops.ends.value = endsAt;
  loops.edgeCount.value = 1;
  loops.mostEdges.value = room;
  loops.slots.value = slotsAt;
  loops.slotCount.value = FIRST_SLOTS;
  new Uint32Array(buffer, slotsAt, FIRST_SLOTS).fill(0);
  new Int32Array(buffer, headsAt, heads.length).set(heads);
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
