import { type CallEdge, callEdges } from "./call-edges.ts";
import type { CallNodes } from "./call-nodes.ts";
import type { Profile } from "./profile.ts";

/** Whether a function stood in its callers only inlined, sometimes, or never. */
export type InlineMark = "" | "(inline)" | "(partial-inline)";

/**
 * pprof's marks, which it takes from the edges between the nodes that are shown: an edge is inlined where each call
 * of it was, and counts only from `cutoff` on.
 *
 * @param kept 1 for each node that is shown
 */
export function inlineMarks(
  profile: Profile,
  graph: CallNodes,
  column: number,
  kept: Uint8Array,
  cutoff: number,
): InlineMark[] {
  const watched = inlinedNodes(graph);
  return marksOf(callEdges(profile, graph, column, kept, cutoff, watched), graph.count);
}

function marksOf(edges: readonly CallEdge[], count: number): InlineMark[] {
  const inlined = new Uint8Array(count);
  const called = new Uint8Array(count);
  for (const edge of edges) (edge.inlined ? inlined : called)[edge.callee] = 1;
  return Array.from(inlined, (is, node) =>
    is === 0 ? "" : called[node] === 1 ? "(partial-inline)" : "(inline)",
  );
}

/** 1 for each node that stands inlined somewhere: no other can have a mark. */
function inlinedNodes({ count, start, nodes }: CallNodes): Uint8Array {
  const inlined = new Uint8Array(count);
  for (let location = 1; location + 1 < start.length; location++) {
    const outermost = (start[location + 1] as number) - 1;
    for (let at = start[location] as number; at < outermost; at++) inlined[nodes[at] as number] = 1;
  }
  return inlined;
}
