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
  /** By node: whether any sample with a value other than 0 goes through it. */
  readonly seen: Uint8Array;
}

/**
 * Sums one column of a profile's values over its call graph, in one pass that keeps no sample.
 *
 * Sums are doubles: exact while {@link NodeSums.total} is below 2^53, rounded beyond.
 */
export function sumNodes(profile: Profile, { count, start, nodes }: CallNodes, column: number): NodeSums {
  const flat = new Float64Array(count);
  const cum = new Float64Array(count);
  const seen = new Uint8Array(count);
  // The last sample that a node was counted in: recursion counts once.
  const stamp = new Int32Array(count).fill(-1);
  let total = 0;
  let negative = false;
  for (const window of profile.sampleWindows()) {
    const values = window.values[column]?.numbers;
    if (!values) break;
    const { stackStart, locations, first } = window;
    for (let sample = 0; sample < window.count; sample++) {
      const value = values[sample] as number;
      if (value === 0) continue;
      if (value < 0) negative = true;
      total += value < 0 ? -value : value;
      const id = first + sample;
      const end = stackStart[sample + 1] as number;
      let leaf = true;
      for (let frame = stackStart[sample] as number; frame < end; frame++) {
        const location = locations[frame] as number;
        const last = start[location + 1] as number;
        for (let at = start[location] as number; at < last; at++) {
          const node = nodes[at] as number;
          if (leaf) {
            flat[node] = (flat[node] as number) + value;
            leaf = false;
          }
          if (stamp[node] === id) continue;
          stamp[node] = id;
          seen[node] = 1;
          cum[node] = (cum[node] as number) + value;
        }
      }
    }
  }
  return { flat, cum, total, negative, seen };
}

/** The same sums, exactly, for columns whose {@link NodeSums.total} passes 2^53. Slow; such columns are short. */
export function sumNodesExactly(
  profile: Profile,
  { count, start, nodes }: CallNodes,
  column: number,
): { readonly flat: readonly bigint[]; readonly cum: readonly bigint[]; readonly total: bigint } {
  const flat = Array.from({ length: count }, () => 0n);
  const cum = Array.from({ length: count }, () => 0n);
  let total = 0n;
  for (const window of profile.sampleWindows()) {
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
      for (const node of through) cum[node] = (cum[node] ?? 0n) + value;
    }
  }
  return { flat, cum, total };
}
