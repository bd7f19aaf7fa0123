import { callNodes } from "./call-nodes.ts";
import type { GoroutineSet } from "./goroutine-set.ts";
import { magnitude } from "./int64.ts";
import { mergeProfiles } from "./merge-profiles.ts";
import type { Profile } from "./profile.ts";
import type { TraceOptions } from "./traces.ts";
import { viewSource } from "./view-source.ts";
import { compareBytes } from "./weigh.ts";

/** One snapshot of a process, by stack. */
export interface Snapshot {
  /** In nanoseconds since 1970; 0 where it isn't told. */
  readonly time: bigint;
  readonly type: string;
  readonly unit: string;
  /** What each stack weighs, by its functions' names, leaf first. */
  readonly stacks: ReadonlyMap<string, { readonly frames: readonly string[]; readonly value: bigint }>;
}

/** How a stack's weight went: it only grew (and did), it only shrank, it stayed, or it did both. */
export type Trend = "grows" | "shrinks" | "steady" | "varies";

/** A stack over time. */
export interface SeriesRow {
  /** Leaf first. */
  readonly frames: readonly string[];
  /** One a snapshot, 0 where the stack isn't there. */
  readonly values: readonly bigint[];
  /** The last value less the first. */
  readonly growth: bigint;
  readonly trend: Trend;
}

/** Snapshots of one process, stack by stack. */
export interface Series {
  readonly type: string;
  readonly unit: string;
  /** When each was taken; 0 where it isn't told. */
  readonly times: readonly bigint[];
  readonly totals: readonly bigint[];
  /** What grew most first, what shrank most last. */
  readonly rows: readonly SeriesRow[];
}

/**
 * A profile as a snapshot.
 *
 * @returns `undefined` where it has no such sample type
 */
export function profileSnapshot(profile: Profile, options: TraceOptions = {}): Snapshot | undefined {
  const source = viewSource(mergeProfiles([{ profile }]), options);
  if (!source) return undefined;
  const { column, profile: part, type, unit } = source;
  const { samples } = part;
  const { names, start, nodes } = callNodes(part, options);
  const stacks = new Map<string, { frames: readonly string[]; value: bigint }>();
  for (let sample = 0; sample < samples.count; sample++) {
    const stack = samples.locations.subarray(samples.stackStart[sample], samples.stackStart[sample + 1]);
    const frames = [...stack].flatMap((location) =>
      Array.from(nodes.subarray(start[location], start[location + 1]), (node) => names[node] ?? ""),
    );
    addStack(stacks, frames, samples.values[column]?.bigint(sample) ?? 0n);
  }
  return { time: profile.timeNanos, type, unit, stacks };
}

/** A set of goroutines as a snapshot. What they wait for is not asked: forms of dumps tell it in different words. */
export function goroutineSnapshot(set: GoroutineSet): Snapshot {
  const stacks = new Map<string, { frames: readonly string[]; value: bigint }>();
  for (const { frames, count } of set.groups) {
    addStack(
      stacks,
      frames.map(({ func }) => func),
      BigInt(count),
    );
  }
  return { time: 0n, type: "goroutine", unit: "count", stacks };
}

function addStack(
  stacks: Map<string, { frames: readonly string[]; value: bigint }>,
  frames: readonly string[],
  value: bigint,
): void {
  const key = frames.join("\n");
  const known = stacks.get(key);
  stacks.set(key, { frames: known?.frames ?? frames, value: (known?.value ?? 0n) + value });
}

/**
 * Snapshots over time: in the order of their times where all of them tell one, else in the order given.
 *
 * @returns `undefined` where there is none, or where they measure different things
 */
export function series(snapshots: readonly Snapshot[]): Series | undefined {
  const [first] = snapshots;
  if (!first || snapshots.some(({ type, unit }) => type !== first.type || unit !== first.unit))
    return undefined;
  const dated = snapshots.every(({ time }) => time !== 0n);
  const inOrder = dated
    ? snapshots.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    : snapshots;
  const frames = new Map(
    inOrder.flatMap(({ stacks }) => Array.from(stacks, ([key, stack]) => [key, stack.frames])),
  );
  const rows = Array.from(frames, ([key, stack]): SeriesRow => {
    const values = inOrder.map(({ stacks }) => stacks.get(key)?.value ?? 0n);
    return {
      frames: stack,
      values,
      growth: (values.at(-1) ?? 0n) - (values[0] ?? 0n),
      trend: trendOf(values),
    };
  });
  rows.sort((a, b) =>
    a.growth === b.growth
      ? compareBytes(a.frames.join("\n"), b.frames.join("\n"))
      : a.growth > b.growth
        ? -1
        : 1,
  );
  return {
    type: first.type,
    unit: first.unit,
    times: inOrder.map(({ time }) => time),
    totals: inOrder.map(({ stacks }) =>
      [...stacks.values()].reduce((sum, { value }) => sum + magnitude(value), 0n),
    ),
    rows,
  };
}

function trendOf(values: readonly bigint[]): Trend {
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? 0n));
  const [up, down] = [steps.some((step) => step > 0n), steps.some((step) => step < 0n)];
  if (up && down) return "varies";
  return up ? "grows" : down ? "shrinks" : "steady";
}
