import { callNodes } from "./call-nodes.ts";
import type { GoroutineSet } from "./goroutine-set.ts";
import { descending, magnitude } from "./int64.ts";
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
  /** One stack may come several times. */
  readonly stacks: readonly SnapshotStack[];
}

/** What a stack weighs. */
export interface SnapshotStack {
  /** Names of its functions, leaf first. */
  readonly frames: readonly string[];
  readonly value: bigint;
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
  const framesAt = Array.from({ length: start.length - 1 }, (_, location) =>
    Array.from(nodes.subarray(start[location], start[location + 1]), (node) => names[node] ?? ""),
  );
  const stacks = Array.from({ length: samples.count }, (_, sample): SnapshotStack => {
    const stack = samples.locations.subarray(samples.stackStart[sample], samples.stackStart[sample + 1]);
    return {
      frames: Array.from(stack, (location) => framesAt[location] ?? []).flat(),
      value: samples.values[column]?.bigint(sample) ?? 0n,
    };
  });
  return { time: profile.timeNanos, type, unit, stacks };
}

/** A set of goroutines as a snapshot. What they wait for is not asked: forms of dumps tell it in different words. */
export function goroutineSnapshot(set: GoroutineSet): Snapshot {
  const stacks = set.groups.map(({ frames, count }) => ({
    frames: frames.map(({ func }) => func),
    value: BigInt(count),
  }));
  return { time: 0n, type: "goroutine", unit: "count", stacks };
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
  const inOrder = dated ? snapshots.toSorted((a, b) => descending(b.time, a.time)) : snapshots;
  const rows = sumStacks(inOrder).map(({ frames, values }): SeriesRow => ({
    frames,
    values,
    growth: (values.at(-1) ?? 0n) - (values[0] ?? 0n),
    trend: trendOf(values),
  }));
  rows.sort((a, b) => descending(a.growth, b.growth) || compareStacks(a.frames, b.frames));
  return {
    type: first.type,
    unit: first.unit,
    times: inOrder.map(({ time }) => time),
    totals: inOrder.map((_, at) => rows.reduce((sum, { values }) => sum + magnitude(values[at] ?? 0n), 0n)),
    rows,
  };
}

/** What each stack weighs in each snapshot. Names are numbered: whole stacks' texts may be many times their profiles. */
function sumStacks(snapshots: readonly Snapshot[]): { frames: readonly string[]; values: bigint[] }[] {
  const numbers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  };
  const sums = new Map<string, { frames: readonly string[]; values: bigint[] }>();
  for (const [at, { stacks }] of snapshots.entries()) {
    for (const { frames, value } of stacks) {
      const key = frames.map(numberOf).join(" ");
      const sum = sums.get(key) ?? { frames, values: snapshots.map(() => 0n) };
      sum.values[at] = (sum.values[at] ?? 0n) + value;
      sums.set(key, sum);
    }
  }
  return [...sums.values()];
}

function compareStacks(a: readonly string[], b: readonly string[]): number {
  for (const [at, name] of a.entries()) {
    const order = at < b.length ? compareBytes(name, b[at] ?? "") : 1;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function trendOf(values: readonly bigint[]): Trend {
  const steps = values.slice(1).map((value, i) => value - (values[i] ?? 0n));
  const [up, down] = [steps.some((step) => step > 0n), steps.some((step) => step < 0n)];
  if (up && down) return "varies";
  return up ? "grows" : down ? "shrinks" : "steady";
}
