import type { CallNodes } from "./call-nodes.ts";
import { callNodes } from "./call-nodes.ts";
import { magnitude } from "./int64.ts";
import { mergeProfiles } from "./merge-profiles.ts";
import { sumNodes, sumNodesExactly, totalOf } from "./node-sums.ts";
import type { Profile } from "./profile.ts";

/** What a view of functions is asked for. */
export interface ViewOptions {
  /** A sample type's name or its number; the profile's default, else its last one, when absent. */
  readonly sampleIndex?: string | number | undefined;
  /** Sorts by cum instead of flat. */
  readonly cum?: boolean;
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
  /** Functions that were dropped for weighing too little, and the cum that they did not pass. */
  readonly dropped: number;
  readonly droppedBelow: bigint;
  /** Functions that were left after that; more than are shown where their count is limited. */
  readonly nodes: number;
}

/** A profile's call graph, weighed and cut down to what a view shows. */
export interface Weighed extends ViewTotals {
  readonly graph: CallNodes;
  readonly column: number;
  /** The nodes that are shown, in order. */
  readonly shown: readonly number[];
  /** 1 for each of them. */
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
  const column = sampleColumn(profile, options.sampleIndex);
  const type = column === undefined ? undefined : profile.sampleTypes[column];
  if (column === undefined || !type) return undefined;
  const graph = callNodes(profile);
  const { flat, cum, seen, total } = exactSums(profile, graph, column);

  const present = [...seen.keys()].filter((node) => seen[node] === 1);
  const sum = Number(present.reduce((all, node) => all + at(flat, node), 0n));
  const nodeCutoff = share(sum, options.nodeFraction ?? NODE_FRACTION);
  const heavy = present.filter((node) => Number(magnitude(at(cum, node))) >= nodeCutoff);
  const [first, second] = options.cum === true ? [cum, flat] : [flat, cum];
  heavy.sort(
    (a, b) =>
      descending(magnitude(at(first, a)), magnitude(at(first, b))) ||
      compareBytes(graph.names[a] ?? "", graph.names[b] ?? "") ||
      descending(magnitude(at(second, a)), magnitude(at(second, b))),
  );
  const limit = options.nodeCount ?? 0;
  const shown = limit > 0 ? heavy.slice(0, limit) : heavy;
  const kept = new Uint8Array(graph.count);
  for (const node of shown) kept[node] = 1;
  return {
    type: profile.string(type.type),
    unit: profile.string(type.unit),
    total,
    dropped: present.length - heavy.length,
    droppedBelow: BigInt(share(Number(total), options.nodeFraction ?? NODE_FRACTION)),
    nodes: heavy.length,
    graph,
    column,
    shown,
    kept,
    edgeCutoff: share(sum, options.edgeFraction ?? EDGE_FRACTION),
    flat: (node) => at(flat, node),
    cum: (node) => at(cum, node),
  };
}

const share = (sum: number, fraction: number): number => Math.abs(Math.trunc(sum * fraction));

/** Which column a sample type's name or number means; a number past the end means none. */
export function sampleColumn(profile: Profile, index: string | number | undefined): number | undefined {
  const names = profile.sampleTypes.map(({ type }) => profile.string(type));
  if (names.length === 0) return undefined;
  if (typeof index === "number") return index >= 0 && index < names.length ? index : undefined;
  if (index !== undefined) {
    const named = names.indexOf(index);
    if (named !== -1) return named;
    return /^\d+$/.test(index) ? sampleColumn(profile, Number(index)) : undefined;
  }
  const byDefault = names.indexOf(profile.string(profile.defaultSampleType));
  return byDefault === -1 ? names.length - 1 : byDefault;
}

function exactSums(
  profile: Profile,
  graph: CallNodes,
  column: number,
): { flat: Sums; cum: Sums; seen: Uint8Array; total: bigint } {
  const fast = sumNodes(profile, graph, column);
  const sums =
    fast.total < 2 ** 53 ? { ...fast, total: BigInt(fast.total) } : sumNodesExactly(profile, graph, column);
  // Positive and negative samples of one stack and one set of labels cancel out, as they do when pprof loads a profile.
  const total = fast.negative ? totalOf(mergeProfiles([{ profile }]), column) : sums.total;
  return { flat: sums.flat, cum: sums.cum, seen: fast.seen, total };
}

/** Sums by node, as doubles while those are exact. */
type Sums = Float64Array | readonly bigint[];

const at = (sums: Sums, node: number): bigint => BigInt(sums[node] ?? 0);
const descending = (a: bigint, b: bigint): number => (a > b ? -1 : a < b ? 1 : 0);

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
