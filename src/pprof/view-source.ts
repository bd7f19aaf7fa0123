import { dropFrames } from "./drop-frames.ts";
import { filterProfile, FILTERS, type FilterOptions } from "./filter-profile.ts";
import { magnitude } from "./int64.ts";
import { labelsOf } from "./label-sets.ts";
import { BASE_LABEL, mergeProfiles } from "./merge-profiles.ts";
import type { Profile } from "./profile.ts";

/** What of a profile every view is asked for. */
export interface SourceOptions extends FilterOptions {
  /** A sample type's name or its number; the profile's default, else its last one, when absent. */
  readonly sampleIndex?: string | number | undefined;
  /** Shares are of what the filters leave, not of the whole profile. */
  readonly relative?: boolean | undefined;
}

/** One sample type of a profile, cut down to what a view shows. */
export interface ViewSource {
  readonly profile: Profile;
  readonly column: number;
  /** The sample type's name and unit. */
  readonly type: string;
  readonly unit: string;
  /** What shares are of, where that isn't all of {@link profile}: the profile before it was filtered, unless the view is relative. */
  readonly total: bigint | undefined;
  /** The filters that are active, as `name=expression`. */
  readonly filters: readonly string[];
}

/**
 * What a view is made of.
 *
 * @returns `undefined` where the profile has no such sample type
 */
export function viewSource(profile: Profile, options: SourceOptions): ViewSource | undefined {
  const column = sampleColumn(profile, options.sampleIndex);
  const type = column === undefined ? undefined : profile.sampleTypes[column];
  if (column === undefined || !type) return undefined;
  const filters = FILTERS.flatMap(([name, key]) => (options[key] ? [`${name}=${options[key]}`] : []));
  const about = { column, type: profile.string(type.type), unit: profile.string(type.unit), filters };
  const isPart = filters.length > 0 || (options.pruneFrom ?? "") !== "" || options.relative === true;
  if (!isPart) return { ...about, profile: dropFrames(profile), total: undefined };
  // pprof filters what it has merged: what cancels out is gone before.
  const whole = dropFrames(mergeProfiles([{ profile }]));
  const part = filterProfile(whole, options);
  return { ...about, profile: part, total: mergedTotal(options.relative === true ? part : whole, column) };
}

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

/**
 * The sum of a column's absolute values, of the base alone where one is marked, in a profile whose samples of one stack and
 * one set of labels are added up. Until they are, positive and negative ones that cancel out would count.
 */
export function mergedTotal(merged: Profile, column: number): bigint {
  const { samples, labels } = merged;
  const values = samples.values[column];
  const isBase = (sample: number): boolean =>
    labelsOf(labels, sample).some(
      ({ key, str }) => merged.string(key) === BASE_LABEL.key && merged.string(str) === BASE_LABEL.text,
    );
  let [total, base] = [0n, 0n];
  for (let sample = 0; sample < samples.count; sample++) {
    const value = magnitude(values?.bigint(sample) ?? 0n);
    total += value;
    if (isBase(sample)) base += value;
  }
  return base > 0n ? base : total;
}
