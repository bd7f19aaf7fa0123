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
  /** By code: a `Place` of the loops, as words. */
  readonly places: readonly number[];
  /** Caller and callee of each edge from one inlined function to the next. */
  readonly inner: readonly (readonly [caller: number, callee: number])[];
  /** Whether any callee is wanted. */
  readonly any: boolean;
}

const NONE = -1;
/** Words of a place and of an edge in the loops' memory. */
const PLACE = 8;
const EDGE = 8;
/** Edges that there is room for at first. A program has some dozen thousand, and each is 40 bytes. */
const FIRST_ROOM = 1 << 16;

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
  for (let room = FIRST_ROOM; ; room *= 4) {
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
        if (caller === NONE) how = at === last ? 1 : 2;
        else inner.push([caller, node]);
      }
      if (caller === NONE) outer = node;
      caller = node;
    }
    if (caller === NONE) continue;
    codes[location] = places.length / PLACE;
    places.push(caller, outer, how, innerStart, inner.length, NONE, 0, 0);
  }
  return { codes, places, inner, any };
}

/** All calls of wanted callees, in a location from the function to what was inlined into it; `undefined` where the room isn't enough. */
function edgesWithin(
  room: number,
  profile: Profile,
  column: number,
  { codes, places, inner }: Edged,
  least: number,
): CallEdge[] | undefined {
  const { window, windows } = profile.pass(column, codes, [
    places.length * 4,
    inner.length * 4,
    room * EDGE * 4,
    2 * room * 4,
  ]);
  const { loops, buffer } = window;
  const [placesAt = 0, innerAt = 0, edgesAt = 0, slotsAt = 0] = window.tables;
  loops.places.value = placesAt;
  loops.inner.value = innerAt;
  loops.edges.value = edgesAt;
  loops.mostEdges.value = room;
  loops.slots.value = slotsAt;
  new Int32Array(buffer, placesAt, places.length).set(places);
  const numbers = new Uint32Array(buffer, innerAt, inner.length);
  for (const [at, [caller, callee]] of inner.entries()) numbers[at] = loops.edge(caller, callee);
  for (const { first, count } of windows) {
    loops.addEdges(column, first, count);
    if (loops.edgeCount.value > room) break;
  }
  const count = loops.edgeCount.value;
  if (count > room) return undefined;
  const weights = new Float64Array(buffer, edgesAt, (count * EDGE) / 2);
  const words = new Int32Array(buffer, edgesAt, count * EDGE);
  const edges: CallEdge[] = [];
  for (let at = EDGE; at < words.length; at += EDGE) {
    const weight = weights[at / 2] as number;
    const [, , stamp = 0, isCalled, caller = 0, callee = 0] = words.subarray(at, at + EDGE);
    if (stamp !== 0 && Math.abs(weight) >= least)
      edges.push({ caller, callee, weight, inlined: isCalled === 0 });
  }
  return edges;
}
