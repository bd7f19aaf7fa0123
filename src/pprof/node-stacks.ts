import { callNodes, type NodeOptions } from "./call-nodes.ts";
import { Int64Sums } from "./int64.ts";
import type { Profile } from "./profile.ts";
import { StackTable } from "./stack-table.ts";
import { type SourceOptions, viewSource } from "./view-source.ts";

/** Frames of a stack that are told apart; what lies deeper counts for the last of them. Go's own profiles end at 128. */
const DEEPEST = 1000;

/** The stacks of a profile, by the nodes that they go through. */
export interface NodeStacks {
  readonly type: string;
  readonly unit: string;
  /** What shares are of; `undefined` where it is all that was measured. */
  readonly total: bigint | undefined;
  /** By node. */
  readonly names: readonly string[];
  /** Stacks from the root to the leaf, each once. */
  readonly stacks: StackTable;
  /** By stack: what was measured in it. */
  readonly values: Int64Sums;
  /** By stack: the absolute values of its samples. */
  readonly weights: Int64Sums;
}

/**
 * Sums a profile by stack.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function nodeStacks(profile: Profile, options: SourceOptions & NodeOptions): NodeStacks | undefined {
  const source = viewSource(profile, options);
  if (!source) return undefined;
  const { column, type, unit, total } = source;
  const { names, start, nodes } = callNodes(source.profile, options);
  const stacks = new StackTable();
  const [values, weights] = [new Int64Sums(), new Int64Sums()];
  const path = new Uint32Array(DEEPEST);
  for (const window of source.profile.sampleWindows(column)) {
    const own = window.values[column];
    if (!own) break;
    for (let sample = 0; sample < window.count; sample++) {
      const value = own.numbers[sample] as number;
      if (value === 0) continue;
      let depth = 0;
      const from = window.stackStart[sample] as number;
      for (let frame = (window.stackStart[sample + 1] as number) - 1; frame >= from; frame--) {
        const location = window.locations[frame] as number;
        const first = start[location] as number;
        for (let at = (start[location + 1] as number) - 1; at >= first && depth < DEEPEST; at--) {
          path[depth++] = nodes[at] as number;
        }
      }
      const row = stacks.add(path, depth, 0);
      values.add(row, own, sample, false);
      weights.add(row, own, sample, value < 0);
    }
  }
  return { type, unit, total, names, stacks, values, weights };
}
