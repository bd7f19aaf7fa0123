import type { CallNodes } from "./call-nodes.ts";
import { type CallEdge, EdgeSums } from "./edge-sums.ts";
import type { Profile } from "./profile.ts";

/** What the pass over the samples looks up, by location. */
interface Edged {
  /** 1 where it goes through a callee that is wanted. */
  readonly isWanted: Uint8Array;
  /** The innermost and the outermost node that are shown, or NONE. */
  readonly innermost: Int32Array;
  readonly outermost: Int32Array;
  /** 1 where the outermost is wanted as a callee, 2 where it was inlined into one that isn't shown. */
  readonly called: Uint8Array;
  /** Where its edges from one inlined function to the next begin in {@link inner}; one entry more than there are locations. */
  readonly innerStart: Uint32Array;
  readonly inner: Uint32Array;
}

const NONE = -1;

/**
 * The edges between nodes that are shown; callers that aren't are passed over, as pprof does. An edge counts once a
 * sample, a node's call of itself never.
 *
 * @param kept 1 for each node that is shown
 * @param least what an edge must weigh to be of interest
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
  const edges = new EdgeSums();
  const edged = edgedLocations(graph, kept, watched, edges);
  if (!edged.isWanted.includes(1)) return [];
  addEdges(profile, column, edged, edges);
  return edges.list(least);
}

function edgedLocations(
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  kept: Uint8Array,
  watched: Uint8Array,
  edges: EdgeSums,
): Edged {
  const locations = start.length - 1;
  const isWanted = new Uint8Array(locations);
  const innermost = new Int32Array(locations).fill(NONE);
  const outermost = new Int32Array(locations).fill(NONE);
  const called = new Uint8Array(locations);
  const innerStart = new Uint32Array(locations + 1);
  const inner: number[] = [];
  for (let location = 0; location < locations; location++) {
    const last = (start[location + 1] ?? 0) - 1;
    for (let at = last; at >= (start[location] ?? 0); at--) {
      const node = nodes[at] ?? 0;
      if (kept[node] !== 1) continue;
      const caller = innermost[location] ?? NONE;
      innermost[location] = node;
      if (caller === NONE) outermost[location] = node;
      if (watched[node] !== 1) continue;
      isWanted[location] = 1;
      if (caller === NONE) called[location] = at === last ? 1 : 2;
      else if (caller !== node) inner.push(edges.edge(caller, node));
    }
    innerStart[location + 1] = inner.length;
  }
  return { isWanted, innermost, outermost, called, innerStart, inner: Uint32Array.from(inner) };
}

/** All calls of wanted callees, in a location from the function to what was inlined into it. */
function addEdges(profile: Profile, column: number, edged: Edged, edges: EdgeSums): void {
  const { isWanted, innermost, outermost, called, innerStart, inner } = edged;
  // One loop over all windows in one function: the compiler then optimises it while it runs.
  for (const { count, first, stackStart, locations, values } of profile.sampleWindows(column)) {
    const measured = values[column]?.numbers;
    if (!measured) break;
    for (let sample = 0; sample < count; sample++) {
      const value = measured[sample] as number;
      if (value === 0) continue;
      const end = stackStart[sample + 1] as number;
      const begin = stackStart[sample] as number;
      // From the root: of an edge that is there several times, the first tells whether it was inlined.
      for (let frame = end - 1; frame >= begin; frame--) {
        const location = locations[frame] as number;
        if (isWanted[location] === 0) continue;
        if (called[location] !== 0) {
          // The caller is the next node towards the root that is shown.
          let caller = NONE;
          for (let outer = frame + 1; outer < end && caller === NONE; outer++) {
            caller = innermost[locations[outer] as number] as number;
          }
          const callee = outermost[location] as number;
          if (caller !== NONE && caller !== callee) {
            edges.add(edges.edge(caller, callee), first + sample, value, called[location] === 2);
          }
        }
        const last = innerStart[location + 1] as number;
        for (let at = innerStart[location] as number; at < last; at++) {
          edges.add(inner[at] as number, first + sample, value, true);
        }
      }
    }
  }
}
