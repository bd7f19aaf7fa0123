import type { NodeOptions } from "./call-nodes.ts";
import { descending } from "./int64.ts";
import { type NodeStacks, nodeStacks } from "./node-stacks.ts";
import type { Profile } from "./profile.ts";
import type { SourceOptions } from "./view-source.ts";
import { compareBytes } from "./weigh.ts";

/** What a flame graph is asked for. */
export interface FlameOptions extends SourceOptions, NodeOptions {
  /**
   * Share of the total below which a call is left out with all below it; its weight stays its caller's. 0.0001 when absent:
   * nothing that is narrower can be seen.
   */
  readonly nodeFraction?: number | undefined;
}

/** A function as it was called from one stack. */
export interface FlameNode {
  readonly name: string;
  /** What was measured in it and below, in the sample type's unit. */
  readonly value: bigint;
  /** What was measured in it, calls that were left out included. */
  readonly self: bigint;
  /** The absolute values of the samples that go through it: its width, where a base was taken away. */
  readonly weight: bigint;
  /** The heaviest first. */
  readonly children: readonly FlameNode[];
}

/** All stacks of a profile in one sample type, as a tree from the root. */
export interface Flame {
  readonly type: string;
  readonly unit: string;
  readonly total: bigint;
  /** Stands for the process; its children are where stacks begin. */
  readonly root: FlameNode;
}

const NODE_FRACTION = 0.0001;
/** Calls that are told apart: no graph of more can be looked at, and one of all frames of a profile may not fit into memory. */
const MOST_NODES = 2 ** 18;

/**
 * Sums a profile by stack, from the root to the leaf. Stacks end at a thousand frames, and a graph grows from the root to 262144
 * calls or so; what was measured below is the last call's own.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function flame(profile: Profile, options: FlameOptions = {}): Flame | undefined {
  const summed = nodeStacks(profile, options);
  if (!summed) return undefined;
  const { type, unit, stacks } = summed;
  const rows = Array.from({ length: stacks.count }, (_, row) => row);
  const whole = sumOf(summed, rows);
  const total = summed.total ?? whole.weight;
  const least = BigInt(Math.ceil(Number(total) * (options.nodeFraction ?? NODE_FRACTION)));
  const root: OpenNode = { name: "root", ...whole, self: whole.value, children: [] };
  // Only calls that are shown become nodes: there may be as many others as the profile has frames.
  let count = 1;
  for (let level: Pending[] = [{ node: root, rows, depth: 0 }]; level.length > 0;) {
    const below: Pending[] = [];
    for (const next of level) {
      if (count >= MOST_NODES) break;
      const children = grow(summed, next, least);
      count += children.length;
      for (const child of children) below.push(child);
    }
    level = below;
  }
  return { type, unit, total, root };
}

type OpenNode = Omit<FlameNode, "self" | "children"> & { self: bigint; children: OpenNode[] };

/** A node, the stacks that go through it, and how deep it stands in them. */
interface Pending {
  readonly node: OpenNode;
  readonly rows: readonly number[];
  readonly depth: number;
}

/** Gives a node its children; returns them with their stacks. */
function grow(summed: NodeStacks, { node, rows, depth }: Pending, least: bigint): Pending[] {
  const { names, stacks, values } = summed;
  const byCallee = new Map<number, number[]>();
  node.self = 0n;
  for (const row of rows) {
    const at = (stacks.start[row] as number) + depth;
    if (at === stacks.start[row + 1]) {
      node.self += values.bigint(row);
      continue;
    }
    const callee = stacks.frames[at] as number;
    const own = byCallee.get(callee);
    if (own) own.push(row);
    else byCallee.set(callee, [row]);
  }
  const children: Pending[] = [];
  for (const [callee, own] of byCallee) {
    const sum = sumOf(summed, own);
    if (sum.weight < least) node.self += sum.value;
    else {
      const child: OpenNode = { name: names[callee] ?? "", ...sum, self: sum.value, children: [] };
      children.push({ node: child, rows: own, depth: depth + 1 });
    }
  }
  children.sort(({ node: a }, { node: b }) => descending(a.weight, b.weight) || compareBytes(a.name, b.name));
  node.children = children.map((child) => child.node);
  return children;
}

function sumOf({ values, weights }: NodeStacks, rows: readonly number[]): { value: bigint; weight: bigint } {
  let [value, weight] = [0n, 0n];
  for (const row of rows) {
    value += values.bigint(row);
    weight += weights.bigint(row);
  }
  return { value, weight };
}
