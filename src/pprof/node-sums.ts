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

/**
 * Sums one column of a profile's values over its call graph, in one pass that keeps no sample. This loop and the one that
 * decodes samples are what large profiles cost.
 *
 * Sums are doubles: exact while {@link NodeSums.total} is below 2^53, rounded beyond.
 */
export function sumNodes(profile: Profile, graph: CallNodes, column: number): NodeSums {
  const { count, start, nodes } = graph;
  const { codes, several } = codesOf(graph);
  const flat = new Float64Array(count + 1);
  // Cum and the last sample that a node was counted in, for recursion counts once: side by side, they are one cache line.
  const cums = new Float64Array(2 * count + 2);
  for (let node = 0; node <= count; node++) cums[2 * node + 1] = -1;
  let total = 0;
  let noStack = 0;
  let negative = false;
  for (const { first, count: samples, stackStart, locations, values } of profile.sampleWindows(
    column,
    codes,
  )) {
    const measured = values[column]?.numbers;
    if (!measured) break;
    for (let sample = 0; sample < samples; sample++) {
      const value = measured[sample] as number;
      if (value === 0) continue;
      if (value < 0) negative = true;
      total += value < 0 ? -value : value;
      const id = first + sample;
      const begin = stackStart[sample] as number;
      const end = stackStart[sample + 1] as number;
      if (begin === end) {
        noStack += value;
        continue;
      }
      const leaf = locations[begin] as number;
      const leafNode =
        leaf <= count ? leaf : (nodes[start[several[leaf - count - 1] as number] as number] as number) + 1;
      flat[leafNode] = (flat[leafNode] as number) + value;
      for (let frame = begin; frame < end; frame++) {
        const code = locations[frame] as number;
        if (code <= count) {
          if (cums[2 * code + 1] === id) continue;
          cums[2 * code + 1] = id;
          cums[2 * code] = (cums[2 * code] as number) + value;
          continue;
        }
        const location = several[code - count - 1] as number;
        const last = start[location + 1] as number;
        for (let at = start[location] as number; at < last; at++) {
          const inner = (nodes[at] as number) + 1;
          if (cums[2 * inner + 1] === id) continue;
          cums[2 * inner + 1] = id;
          cums[2 * inner] = (cums[2 * inner] as number) + value;
        }
      }
    }
  }
  const seen = Uint8Array.from({ length: count }, (_, node) => (cums[2 * node + 3] === -1 ? 0 : 1));
  const cum = Float64Array.from({ length: count }, (_, node) => cums[2 * node + 2] as number);
  return { flat: flat.subarray(1), cum, total, noStack, negative, seen };
}

/**
 * What stands for each location in the pass: one more than its node, where it has exactly one, as nearly all have; beyond
 * all nodes, one more than its place among the locations with several; 0 for one without.
 */
function codesOf({ count, start, nodes }: CallNodes): {
  readonly codes: Uint32Array;
  readonly several: readonly number[];
} {
  const codes = new Uint32Array(start.length - 1);
  const several: number[] = [];
  for (let location = 0; location < codes.length; location++) {
    const at = start[location] as number;
    const here = (start[location + 1] as number) - at;
    if (here === 1) codes[location] = (nodes[at] as number) + 1;
    else if (here > 1) codes[location] = count + several.push(location);
  }
  return { codes, several };
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
