import type { CallNodes } from "./call-nodes.ts";
import { type EdgeSum, EdgeSums } from "./edge-sums.ts";
import type { Profile } from "./profile.ts";

/** A call of one node by another, as it weighs in one sample type. */
export type CallEdge = EdgeSum;

/** What the pass over the samples looks up. */
interface Edged {
  readonly start: Uint32Array;
  readonly nodes: Uint32Array;
  /** By location: 1 where it goes through a callee that is wanted. */
  readonly isWanted: Uint8Array;
  /** By location: the innermost node that is shown, or NONE. */
  readonly innermost: Int32Array;
  readonly kept: Uint8Array;
  readonly watched: Uint8Array;
}

const NONE = -1;

/**
 * The edges between nodes that are shown; callers that aren't are passed over, as pprof does. An edge counts once a
 * sample, a node's call of itself never.
 *
 * @param kept 1 for each node that is shown
 * @param watched 1 for each callee that is wanted; all that are shown when absent
 */
export function callEdges(
  profile: Profile,
  graph: Pick<CallNodes, "start" | "nodes">,
  column: number,
  kept: Uint8Array,
  watched: Uint8Array = kept,
): CallEdge[] {
  const { start, nodes } = graph;
  const locations = start.length - 1;
  const isWanted = new Uint8Array(locations);
  const innermost = new Int32Array(locations).fill(NONE);
  for (let location = 0; location < locations; location++) {
    for (let at = (start[location + 1] ?? 0) - 1; at >= (start[location] ?? 0); at--) {
      const node = nodes[at] ?? 0;
      if (kept[node] !== 1) continue;
      innermost[location] = node;
      if (watched[node] === 1) isWanted[location] = 1;
    }
  }
  if (!isWanted.includes(1)) return [];
  const edges = new EdgeSums();
  addEdges(profile, column, { start, nodes, isWanted, innermost, kept, watched }, edges);
  return edges.list();
}

/** All calls of wanted callees, in a location from the function to what was inlined into it. */
function addEdges(profile: Profile, column: number, edged: Edged, edges: EdgeSums): void {
  const { start, nodes, isWanted, innermost, kept, watched } = edged;
  // One loop over all windows in one function: the compiler then optimises it while it runs.
  for (const { count, first, stackStart, locations, values } of profile.sampleWindows()) {
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
        // The caller of the location's outermost function: the next one towards the root that is shown.
        let caller = NONE;
        for (let outer = frame + 1; outer < end && caller === NONE; outer++) {
          caller = innermost[locations[outer] as number] as number;
        }
        const from = start[location] as number;
        const outermost = (start[location + 1] as number) - 1;
        for (let at = outermost; at >= from; at--) {
          const node = nodes[at] as number;
          if (kept[node] === 0) continue;
          if (caller !== NONE && caller !== node && watched[node] === 1) {
            edges.add(caller, node, first + sample, value, at !== outermost);
          }
          caller = node;
        }
      }
    }
  }
}
