import type { CallNodes } from "./call-nodes.ts";
import { magnitude } from "./int64.ts";
import type { Profile } from "./profile.ts";

/** What each node of a call graph weighs, in one sample type. */
export interface NodeSums {
  /** By node: of samples whose leaf it is. */
  readonly flat: Float64Array;
  /** By node: of samples that it is in, however often. */
  readonly cum: Float64Array;
  /** Sum of all samples' absolute values. */
  readonly total: number;
  /** Whether any value is negative, as in a profile that was made by subtraction. */
  readonly negative: boolean;
  /** Sum of the samples that have no stack, which no node has. */
  readonly noStack: number;
  /** By node: whether any sample with a value other than 0 goes through it. */
  readonly seen: Uint8Array;
}

/** Bytes of a node's cum in the loops' memory, with what tells samples apart. */
const CUM = 16;

/**
 * Sums one column of a profile's values over its call graph, in one pass that keeps no sample.
 *
 * Sums are doubles: exact while {@link NodeSums.total} is below 2^53, rounded beyond.
 */
export function sumNodes(profile: Profile, graph: CallNodes, column: number): NodeSums {
  const { count } = graph;
  const { codes, starts, nodes } = codesOf(graph);
  const { window, windows } = profile.pass(column, codes, [
    (count + 1) * CUM,
    (count + 1) * 8,
    starts.length * 4,
    nodes.length * 4,
  ]);
  const { loops, buffer } = window.memory;
  const [cumsAt = 0, flatsAt = 0, startsAt = 0, nodesAt = 0] = window.tables;
  new Uint8Array(buffer, cumsAt, (count + 1) * CUM).fill(0);
  new Uint8Array(buffer, flatsAt, (count + 1) * 8).fill(0);
  loops.total.value = 0;
  loops.noStack.value = 0;
  loops.isNegative.value = 0;
  loops.cums.value = cumsAt;
  loops.flats.value = flatsAt;
  loops.firstSeveral.value = count + 1;
  loops.severalStarts.value = startsAt;
  loops.severalNodes.value = nodesAt;
  new Uint32Array(buffer, startsAt, starts.length).set(starts);
  new Uint32Array(buffer, nodesAt, nodes.length).set(nodes);
  for (const { first, count: samples } of windows) loops.sum(column, first, samples);
  // Code 0 is no node's.
  const cums = new Float64Array(buffer, cumsAt + CUM, 2 * count);
  const stamps = new Uint32Array(buffer, cumsAt + CUM, 4 * count);
  return {
    flat: new Float64Array(buffer, flatsAt + 8, count).slice(),
    cum: Float64Array.from({ length: count }, (_, node) => cums[2 * node] as number),
    total: loops.total.value,
    noStack: loops.noStack.value,
    negative: loops.isNegative.value !== 0,
    seen: Uint8Array.from({ length: count }, (_, node) => (stamps[4 * node + 2] === 0 ? 0 : 1)),
  };
}

/**
 * What stands for each location in the pass: one more than its node, where it has exactly one, as nearly all have; beyond
 * all nodes, a number for those with several, whose codes are in a list; 0 for one without.
 */
function codesOf({ count, start, nodes }: CallNodes): {
  readonly codes: Uint32Array;
  /** Where in {@link nodes} those of each number begin; one entry more than there are numbers. */
  readonly starts: readonly number[];
  readonly nodes: readonly number[];
} {
  const codes = new Uint32Array(start.length - 1);
  const starts = [0];
  const several: number[] = [];
  for (let location = 0; location < codes.length; location++) {
    const at = start[location] as number;
    const end = start[location + 1] as number;
    if (end - at === 1) codes[location] = (nodes[at] as number) + 1;
    else if (end - at > 1) {
      codes[location] = count + starts.length;
      for (let node = at; node < end; node++) several.push((nodes[node] as number) + 1);
      starts.push(several.length);
    }
  }
  return { codes, starts, nodes: several };
}

/** The same sums, exactly, for columns whose {@link NodeSums.total} passes 2^53. Slow; such columns are short. */
export function sumNodesExactly(
  profile: Profile,
  { count, start, nodes }: CallNodes,
  column: number,
): {
  readonly flat: readonly bigint[];
  readonly cum: readonly bigint[];
  readonly total: bigint;
  readonly noStack: bigint;
} {
  const flat = Array.from({ length: count }, () => 0n);
  const cum = Array.from({ length: count }, () => 0n);
  let [total, noStack] = [0n, 0n];
  for (const window of profile.sampleWindows(column)) {
    const values = window.values[column];
    if (!values) break;
    for (let sample = 0; sample < window.count; sample++) {
      const value = values.bigint(sample);
      if (value === 0n) continue;
      total += magnitude(value);
      const through = new Set<number>();
      const end = window.stackStart[sample + 1] ?? 0;
      for (let frame = window.stackStart[sample] ?? 0; frame < end; frame++) {
        const location = window.locations[frame] ?? 0;
        for (const node of nodes.subarray(start[location], start[location + 1])) through.add(node);
      }
      const [leaf] = through;
      if (leaf !== undefined) flat[leaf] = (flat[leaf] ?? 0n) + value;
      else noStack += value;
      for (const node of through) cum[node] = (cum[node] ?? 0n) + value;
    }
  }
  return { flat, cum, total, noStack };
}
