import { descending, magnitude } from "./int64.ts";
import { scaledLabel } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import { traces } from "./traces.ts";
import type { SourceOptions } from "./view-source.ts";
import { compareBytes } from "./weigh.ts";

/** A value of a label, and what was measured under it. */
export interface TagValue {
  /** A text, or a number with its unit. */
  readonly name: string;
  readonly value: bigint;
}

/** A label with its values. */
export interface Tag {
  readonly key: string;
  /** Sum over all values; a sample with several values of one key counts for each. */
  readonly total: bigint;
  /** The heaviest first. */
  readonly values: readonly TagValue[];
}

/** What was measured under each label, as `go tool pprof -tags` lists it. */
export interface Tags {
  readonly type: string;
  readonly unit: string;
  /** By key. */
  readonly tags: readonly Tag[];
}

/**
 * Sums a profile by its samples' labels.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function tags(profile: Profile, options: SourceOptions = {}): Tags | undefined {
  const view = traces(profile, options);
  if (!view) return undefined;
  const sums = new Map<string, Map<string, bigint>>();
  for (const { value, labels, frames } of view.traces) {
    // pprof leaves samples without a stack out of its tags, though its totals count them.
    if (frames.length === 0) continue;
    for (const { key, texts, numbers, unit } of labels) {
      const values = sums.get(key) ?? new Map<string, bigint>();
      sums.set(key, values);
      const names = [...texts, ...numbers.map((number) => scaledLabel(Number(number), unit, "minimum"))];
      for (const name of names) values.set(name, (values.get(name) ?? 0n) + value);
    }
  }
  const byWeight = (a: TagValue, b: TagValue): number =>
    descending(magnitude(a.value), magnitude(b.value)) || compareBytes(a.name, b.name);
  const all = [...sums].map(([key, values]) => ({
    key,
    total: [...values.values()].reduce((sum, value) => sum + value, 0n),
    values: Array.from(values, ([name, value]) => ({ name, value })).sort(byWeight),
  }));
  return { type: view.type, unit: view.unit, tags: all.sort((a, b) => compareBytes(a.key, b.key)) };
}
