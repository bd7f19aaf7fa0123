import type { CallNodes } from "./call-nodes.ts";
import { callNodes, type NodeOptions } from "./call-nodes.ts";
import { sumNodes, sumNodesExactly } from "./node-sums.ts";
import type { Profile } from "./profile.ts";
import { mergedTotal, type SourceOptions, type ViewSource, viewSource } from "./view-source.ts";
import { mergeProfiles } from "./merge-profiles.ts";

/** What a view of functions is asked for. */
export interface ViewOptions extends SourceOptions, NodeOptions {
  /** Sorts by cum instead of flat. */
  readonly cum?: boolean | undefined;
  /** Leaves out what weighs less than nothing, where a base was taken away. */
  readonly dropNegative?: boolean | undefined;
  /** Most rows; all when absent or 0. */
  readonly nodeCount?: number | undefined;
  /** Share of the sum below which a function is dropped: 0.005 when absent. */
  readonly nodeFraction?: number | undefined;
  /** Share of the sum below which an edge doesn't count for the inline marks: 0.001 when absent. */
  readonly edgeFraction?: number | undefined;
}

/** What every view of functions says of the profile and of what it left out. */
export interface ViewTotals {
  /** The sample type's name and unit. */
  readonly type: string;
  readonly unit: string;
  /** Sum of the absolute values of all samples, those of one stack and one set of labels added up first. */
  readonly total: bigint;
  /** What was measured without a stack: it is part of the total and in no row. */
  readonly noStack: bigint;
  /** The filters that are active, as `name=expression`. */
  readonly filters: readonly string[];
  /** Functions that were dropped for weighing too little, and the cum that they did not pass. */
  readonly dropped: number;
  readonly droppedBelow: bigint;
  /** Functions that were left after that; more than are shown where their count is limited. */
  readonly nodes: number;
}

/** A profile's call graph, weighed and cut down to what a view shows. */
export interface Weighed extends ViewTotals {
  readonly source: ViewSource;
  readonly graph: CallNodes;
  /** The nodes that are shown, in order. */
  readonly shown: readonly number[];
  /** 1 for each node that edges are taken between. */
  readonly kept: Uint8Array;
  /** What an edge must weigh to count. */
  readonly edgeCutoff: number;
  flat(node: number): bigint;
  cum(node: number): bigint;
}

const NODE_FRACTION = 0.005;
const EDGE_FRACTION = 0.001;

/**
 * Sums a profile by function and chooses the functions to show, as pprof does.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function weigh(profile: Profile, options: ViewOptions): Weighed | undefined {
  const source = viewSource(profile, options);
  if (!source) return undefined;
  const graph = callNodes(source.profile, options);
  const { flat, cum, seen, total, noStack } = exactSums(source, graph);

  const present = [...seen.keys()].filter(
    (node) => seen[node] === 1 && isShown(flat[node] ?? 0, cum[node] ?? 0, options.dropNegative === true),
  );
  const sum = sumOf(flat, present);
  const nodeCutoff = share(sum, options.nodeFraction ?? NODE_FRACTION);
  const heavy = present.filter((node) => Number(weight(cum, node)) >= nodeCutoff);
  const [first, second] = options.cum === true ? [cum, flat] : [flat, cum];
  heavy.sort(
    (a, b) =>
      heavierFirst(weight(first, a), weight(first, b)) ||
      compareBytes(graph.names[a] ?? "", graph.names[b] ?? "") ||
      heavierFirst(weight(second, a), weight(second, b)),
  );
  const limit = options.nodeCount ?? 0;
  const shown = limit > 0 ? heavy.slice(0, limit) : heavy;
  // pprof takes edges from the whole graph unless it cut nodes for their weight or number.
  const isCut = shown.length < present.length;
  const kept = new Uint8Array(graph.count).fill(isCut ? 0 : 1);
  for (const node of shown) kept[node] = 1;
  return {
    type: source.type,
    unit: source.unit,
    total,
    noStack,
    filters: source.filters,
    dropped: present.length - heavy.length,
    droppedBelow: BigInt(share(Number(total), options.nodeFraction ?? NODE_FRACTION)),
    nodes: heavy.length,
    source,
    graph,
    shown,
    kept,
    edgeCutoff: share(sum, options.edgeFraction ?? EDGE_FRACTION),
    flat: (node) => at(flat, node),
    cum: (node) => at(cum, node),
  };
}

/** What a view says of itself, without what it was made with. */
export function totalsOf(view: ViewTotals): ViewTotals {
  const { type, unit, total, noStack, filters, dropped, droppedBelow, nodes } = view;
  return { type, unit, total, noStack, filters, dropped, droppedBelow, nodes };
}

const share = (sum: number, fraction: number): number => Math.abs(Math.trunc(sum * fraction));

function exactSums(
  { profile, total, column }: ViewSource,
  graph: CallNodes,
): { flat: Sums; cum: Sums; seen: Uint8Array; total: bigint; noStack: bigint } {
  const fast = sumNodes(profile, graph, column);
  const sums =
    fast.total < 2 ** 53
      ? { ...fast, total: BigInt(fast.total), noStack: BigInt(fast.noStack) }
      : sumNodesExactly(profile, graph, column);
  const unmerged = () => (fast.negative ? mergedTotal(mergeProfiles([{ profile }]), column) : sums.total);
  const { flat, cum, noStack } = sums;
  return { flat, cum, seen: fast.seen, total: total ?? unmerged(), noStack };
}

/** What cancels out is gone from pprof's graph, as if it had never been measured. */
function isShown(flat: number | bigint, cum: number | bigint, dropNegative: boolean): boolean {
  if (Number(flat) === 0 && Number(cum) === 0) return false;
  return !dropNegative || flat > 0 || (Number(flat) === 0 && cum > 0);
}

/** Sums by node, as doubles while those are exact. */
type Sums = Float64Array | readonly bigint[];

const at = (sums: Sums, node: number): bigint => BigInt(sums[node] ?? 0);

/** What a node weighs, whatever its sign. */
function weight(sums: Sums, node: number): number | bigint {
  const value = sums[node] ?? 0;
  return value < 0 ? -value : value;
}

const heavierFirst = (a: number | bigint, b: number | bigint): number => (a > b ? -1 : a < b ? 1 : 0);

/** The sum over some nodes, as a double. */
function sumOf(sums: Sums, nodes: readonly number[]): number {
  if (!(sums instanceof Float64Array)) return Number(nodes.reduce((all, node) => all + at(sums, node), 0n));
  let all = 0;
  for (const node of nodes) all += sums[node] as number;
  return all;
}

/**
 * Go compares strings by their UTF-8 bytes, JavaScript by UTF-16 units. The order is the same but for surrogates, which
 * stand for characters beyond all others and come before U+E000 as units.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return byteOrder(x) - byteOrder(y);
  }
  return a.length - b.length;
}

function byteOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
