import type { CallNodes } from "./call-nodes.ts";
import { type CallEdge, EdgeSums } from "./edge-sums.ts";
import type { Profile } from "./profile.ts";

/** What the pass over the samples looks up, by the codes of the locations that it needs: those with a node that is shown. */
interface Edged {
  /** By location: its code, 0 for one that isn't needed. */
  readonly codes: Uint32Array;
  /** The innermost and the outermost node that are shown. */
  readonly innermost: readonly number[];
  readonly outermost: readonly number[];
  /** 1 where the outermost is wanted as a callee, 2 where it was inlined into one that isn't shown. */
  readonly called: readonly number[];
  /** Where its edges from one inlined function to the next begin in {@link inner}; the next one's begin is their end. */
  readonly innerStart: readonly number[];
  readonly inner: readonly number[];
  /** Whether any callee is wanted. */
  readonly any: boolean;
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
  if (!edged.any) return [];
  addEdges(profile, column, edged, edges);
  return edges.list(least);
}

function edgedLocations(
  { start, nodes }: Pick<CallNodes, "start" | "nodes">,
  kept: Uint8Array,
  watched: Uint8Array,
  edges: EdgeSums,
): Edged {
  const codes = new Uint32Array(start.length - 1);
  // Code 0 stands for no location.
  const innermost = [NONE];
  const outermost = [NONE];
  const called = [0];
  const innerStart = [0, 0];
  const inner: number[] = [];
  let any = false;
  for (let location = 0; location < codes.length; location++) {
    const last = (start[location + 1] as number) - 1;
    let caller = NONE;
    let outer = NONE;
    let how = 0;
    for (let at = last; at >= (start[location] as number); at--) {
      const node = nodes[at] as number;
      if (kept[node] !== 1) continue;
      if (watched[node] === 1) {
        any = true;
        if (caller === NONE) how = at === last ? 1 : 2;
        else inner.push(edges.edge(caller, node));
      }
      if (caller === NONE) outer = node;
      caller = node;
    }
    if (caller === NONE) continue;
    codes[location] = innermost.length;
    innermost.push(caller);
    outermost.push(outer);
    called.push(how);
    innerStart.push(inner.length);
  }
  return { codes, innermost, outermost, called, innerStart, inner, any };
}

/** All calls of wanted callees, in a location from the function to what was inlined into it. */
function addEdges(profile: Profile, column: number, edged: Edged, edges: EdgeSums): void {
  const { codes } = edged;
  const innermost = Int32Array.from(edged.innermost);
  const outermost = Int32Array.from(edged.outermost);
  const called = Uint8Array.from(edged.called);
  const innerStart = Uint32Array.from(edged.innerStart);
  const inner = Uint32Array.from(edged.inner);
  // By code: the caller that it last had, and that edge. Most locations are nearly always reached the same way.
  const lastCaller = new Int32Array(innermost.length).fill(NONE);
  const lastEdge = new Uint32Array(innermost.length);
  // One loop over all windows in one function: the compiler then optimises it while it runs.
  for (const { count, first, stackStart, locations, values } of profile.sampleWindows(column, codes)) {
    const measured = values[column]?.numbers;
    if (!measured) break;
    for (let sample = 0; sample < count; sample++) {
      const value = measured[sample] as number;
      if (value === 0) continue;
      const begin = stackStart[sample] as number;
      // Only locations with a node that is shown are in these stacks: the next one towards the root is the caller's.
      let caller = NONE;
      // From the root: of an edge that is there several times, the first tells whether it was inlined.
      for (let frame = (stackStart[sample + 1] as number) - 1; frame >= begin; frame--) {
        const code = locations[frame] as number;
        if (called[code] !== 0 && caller !== NONE) {
          if (lastCaller[code] !== caller) {
            lastCaller[code] = caller;
            lastEdge[code] = edges.edge(caller, outermost[code] as number);
          }
          edges.add(lastEdge[code] as number, first + sample, value, called[code] === 2);
        }
        const last = innerStart[code + 1] as number;
        for (let at = innerStart[code] as number; at < last; at++) {
          edges.add(inner[at] as number, first + sample, value, true);
        }
        caller = innermost[code] as number;
      }
    }
  }
}
