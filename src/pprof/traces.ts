import { callNodes, type NodeOptions } from "./call-nodes.ts";
import { labelsOf } from "./label-sets.ts";
import { labelUnits } from "./label-units.ts";
import { mergeProfiles } from "./merge-profiles.ts";
import { cleanPath } from "./node-info.ts";
import type { Profile } from "./profile.ts";
import { type SourceOptions, mergedTotal, viewSource } from "./view-source.ts";

/** One function of a stack. */
export interface TraceFrame {
  readonly name: string;
  readonly inlined: boolean;
}

/** A label of a sample, its values as pprof would keep them: texts, or numbers of one unit. */
export interface TraceLabel {
  readonly key: string;
  readonly texts: readonly string[];
  readonly numbers: readonly bigint[];
  /** Of the numbers; the key itself, or bytes, where the profile gives none. */
  readonly unit: string;
}

/** A stack with what was measured in it. */
export interface Trace {
  /** Leaf first. */
  readonly frames: readonly TraceFrame[];
  /** In the sample type's unit. */
  readonly value: bigint;
  readonly labels: readonly TraceLabel[];
}

/** What a view of stacks is asked for. */
export interface TraceOptions extends SourceOptions, NodeOptions {}

/** All stacks of a profile in one sample type, as `go tool pprof -traces` lists them. */
export interface Traces {
  readonly type: string;
  readonly unit: string;
  /** Sum of the absolute values of all traces, those without a stack included. */
  readonly total: bigint;
  /**
   * In the profile's order; samples of one stack and one set of labels are one trace. Each is made when it is asked for: together they
   * may be many times the profile.
   */
  readonly traces: Iterable<Trace>;
}

/**
 * The stacks of a profile, sample after sample.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function traces(profile: Profile, options: TraceOptions = {}): Traces | undefined {
  const source = viewSource(mergeProfiles([{ profile }]), options);
  if (!source) return undefined;
  const { column, type, unit, profile: part } = source;
  const { samples } = part;
  const { names, start, nodes } = callNodes(part, options, cleanPath);
  const unitOf = labelUnits(profile);
  const framesAt = Array.from({ length: start.length - 1 }, (_, location): TraceFrame[] => {
    const own = nodes.subarray(start[location], start[location + 1]);
    return Array.from(own, (node, i) => ({ name: names[node] ?? "", inlined: i < own.length - 1 }));
  });
  return {
    type,
    unit,
    total: source.total ?? mergedTotal(part, column),
    traces: {
      *[Symbol.iterator]() {
        for (let sample = 0; sample < samples.count; sample++) {
          const [from, to] = [samples.stackStart[sample], samples.stackStart[sample + 1]];
          const stack = samples.locations.subarray(from, to);
          yield {
            frames: Array.from(stack, (location) => framesAt[location] ?? []).flat(),
            value: samples.values[column]?.bigint(sample) ?? 0n,
            labels: traceLabels(part, sample, unitOf),
          };
        }
      },
    },
  };
}

function traceLabels(profile: Profile, sample: number, unitOf: (key: string) => string): TraceLabel[] {
  const byKey = new Map<string, { key: string; texts: string[]; numbers: bigint[]; unit: string }>();
  for (const { key, str, num } of labelsOf(profile.labels, sample)) {
    const name = profile.string(key);
    const label = byKey.get(name) ?? { key: name, texts: [], numbers: [], unit: unitOf(name) };
    if (str === 0) label.numbers.push(num);
    else label.texts.push(profile.string(str));
    byKey.set(name, label);
  }
  return [...byKey.values()];
}
