import { groupBy } from "../bytes/index.ts";
import { type CallEdge, callEdges } from "./call-edges.ts";
import type { Profile } from "./profile.ts";
import { re2 } from "./re2.ts";
import type { ViewOptions, ViewTotals } from "./weigh.ts";
import { compareBytes, totalsOf, weigh } from "./weigh.ts";

/** A caller or callee of a function. */
export interface TreeEdge {
  readonly name: string;
  /** What was measured below the function by way of this call, in the sample type's unit; rounded beyond 2^53. */
  readonly weight: number;
  /** Whether each of its calls was inlined. */
  readonly inlined: boolean;
}

/** A function with who calls it and whom it calls. */
export interface TreeNode {
  readonly name: string;
  readonly flat: bigint;
  readonly cum: bigint;
  /** The heaviest first. */
  readonly callers: readonly TreeEdge[];
  readonly callees: readonly TreeEdge[];
}

/** Functions with their callers and callees, as `go tool pprof -tree` lists them. */
export interface Tree extends ViewTotals {
  readonly rows: readonly TreeNode[];
}

/** Most functions unless the caller says otherwise, as in pprof. */
const NODE_COUNT = 80;

/**
 * Sums a profile by function and by call. A call by a function that isn't shown counts for the nearest caller that is.
 *
 * @param options.nodeCount 80 when absent, all when 0
 * @returns `undefined` where the profile has no such sample type
 */
export function tree(profile: Profile, options: ViewOptions = {}): Tree | undefined {
  const weighed = weigh(profile, { ...options, nodeCount: options.nodeCount ?? NODE_COUNT });
  if (!weighed) return undefined;
  const { source, graph, shown, kept, edgeCutoff } = weighed;
  const name = (node: number): string => graph.names[node] ?? "";
  const isShown = new Set(shown);
  // pprof drops light calls by their callees, so that those of functions whose own samples cancel out stay.
  const edges = callEdges(source.profile, graph, source.column, kept, 0).filter(
    ({ callee, weight }) => Math.abs(weight) >= edgeCutoff || !isShown.has(callee),
  );
  edges.sort(
    (a, b) =>
      Math.abs(b.weight) - Math.abs(a.weight) ||
      compareBytes(name(a.caller), name(b.caller)) ||
      compareBytes(name(a.callee), name(b.callee)),
  );
  const callers = groupBy(edges, ({ callee }) => callee);
  const callees = groupBy(edges, ({ caller }) => caller);
  const rows = shown.map((node) => ({
    name: name(node),
    flat: weighed.flat(node),
    cum: weighed.cum(node),
    callers: (callers.get(node) ?? []).map((edge) => treeEdge(name(edge.caller), edge)),
    callees: (callees.get(node) ?? []).map((edge) => treeEdge(name(edge.callee), edge)),
  }));
  return { ...totalsOf(weighed), rows };
}

/**
 * The functions whose names match, in a tree from which nothing was dropped: what `go tool pprof -peek` shows.
 *
 * @param name a regular expression in RE2's syntax, which matches anywhere in a name
 * @returns the whole tree, which its header speaks of, and the matching rows of it
 */
export function peek(
  profile: Profile,
  name: string,
  options: Omit<ViewOptions, "nodeCount" | "nodeFraction" | "edgeFraction"> = {},
): { readonly tree: Tree; readonly rows: readonly TreeNode[] } | undefined {
  const all = tree(profile, { ...options, nodeCount: 0, nodeFraction: 0, edgeFraction: 0 });
  const matcher = re2(name, "the functions' name");
  return all && { tree: all, rows: all.rows.filter((row) => matcher.test(row.name)) };
}

const treeEdge = (name: string, { weight, inlined }: CallEdge): TreeEdge => ({ name, weight, inlined });
