import { InquestError } from "../bytes/index.ts";
import type { Header, ValueType } from "./header.ts";
import { labelsOf } from "./label-sets.ts";
import { locationRows } from "./merge-locations.ts";
import { ProfileBuilder } from "./profile-builder.ts";
import type { Profile } from "./profile.ts";

/** A profile on its way into another. */
export interface Part {
  readonly profile: Profile;
  /** Its values are taken away, as those of a base. */
  readonly negate?: boolean;
  /** What each sample type's values are multiplied by, see {@link ratiosTo}. */
  readonly ratios?: readonly number[] | undefined;
  /** Its samples get pprof's label of a base, so that nothing cancels out and totals are of the base. */
  readonly marked?: boolean;
}

/** The label that pprof gives to the samples of a `-diff_base`. */
export const BASE_LABEL = { key: "pprof::base", text: "true" } as const;

/**
 * One profile of several: values of one stack and one set of labels are added up. Stacks are one where pprof takes
 * them for one: at one place of one binary, wherever it was mapped, with the same lines.
 *
 * The time is that of the earliest, absent where a later one has none; the duration is the sum; texts that a profile has once are the first one's.
 *
 * @throws {InquestError} `misuse` where they don't measure the same
 */
export function mergeProfiles(parts: readonly [Part, ...Part[]]): Profile {
  const [{ profile: first }] = parts;
  for (const { profile } of parts) assertAlike(first, profile);
  const builder = new ProfileBuilder(first.sampleTypes.length);
  for (const part of parts) addPart(builder, part);
  const diagnostics = parts.length === 1 ? [] : parts.flatMap(({ profile }) => profile.noticed);
  return builder.build(
    mergedHeader(
      builder,
      parts.map(({ profile }) => profile),
    ),
    diagnostics,
  );
}

/** What makes a profile's sums those of a base, by sample type: to compare shares rather than amounts. */
export function ratiosTo(base: Profile, profile: Profile): number[] {
  const [wanted, own] = [sumsOf(base), sumsOf(profile)];
  return own.map((sum, column) => (sum === 0n ? 0 : Number(wanted[column] ?? 0n) / Number(sum)));
}

function sumsOf(profile: Profile): bigint[] {
  const sums = profile.sampleTypes.map(() => 0n);
  for (const { count, values } of profile.sampleWindows()) {
    for (const [column, own] of values.entries()) {
      for (let sample = 0; sample < count; sample++) sums[column] = (sums[column] ?? 0n) + own.bigint(sample);
    }
  }
  return sums;
}

function addPart(builder: ProfileBuilder, part: Part): void {
  const { negate = false, marked = false, ratios } = part;
  // What is one sample is rounded once.
  const profile = ratios === undefined ? part.profile : mergeProfiles([{ profile: part.profile }]);
  const toRow = locationRows(builder, profile);
  const mark = marked
    ? [
        {
          key: builder.strings.add(BASE_LABEL.key),
          str: builder.strings.add(BASE_LABEL.text),
          num: 0n,
          numUnit: 0,
        },
      ]
    : [];
  const unlabelled = builder.labels.add(mark);
  const labels = profile.labels;
  const hasLabels = (labels.start[profile.sampleCount] ?? 0) > 0;
  const text = (index: number): number => builder.strings.add(profile.string(index));
  let stack = new Uint32Array(256);
  for (const { count, first, stackStart, locations, values } of profile.sampleWindows()) {
    for (let sample = 0; sample < count; sample++) {
      const from = stackStart[sample] as number;
      const depth = (stackStart[sample + 1] as number) - from;
      if (depth > stack.length) stack = new Uint32Array(depth * 2);
      for (let i = 0; i < depth; i++) stack[i] = toRow(locations[from + i] as number);
      const set = hasLabels
        ? builder.labels.add([
            ...labelsOf(labels, first + sample).map(({ key, str, num, numUnit }) => ({
              key: text(key),
              str: text(str),
              num,
              numUnit: text(numUnit),
            })),
            ...mark,
          ])
        : unlabelled;
      if (ratios === undefined) builder.addRow(stack, depth, set, values, sample, negate);
      else {
        const scaled = values.map((own, i) => scaledBy(own.bigint(sample), ratios[i] ?? 0));
        builder.add(stack, depth, set, negate ? scaled.map((value) => -value) : scaled);
      }
    }
  }
}

/** A value times a ratio, in whole units; halves away from zero, as Go rounds. */
function scaledBy(value: bigint, ratio: number): bigint {
  const scaled = Number(value) * ratio;
  return BigInt(scaled < 0 ? -Math.round(-scaled) : Math.round(scaled));
}

function mergedHeader({ strings }: ProfileBuilder, profiles: readonly Profile[]): Header {
  const [first] = profiles;
  const text = (profile: Profile | undefined, index: number | undefined): number =>
    strings.add(profile?.string(index ?? 0) ?? "");
  const type = ({ type: name, unit }: ValueType): ValueType => ({
    type: text(first, name),
    unit: text(first, unit),
  });
  const defaults = profiles.find(({ defaultSampleType }) => defaultSampleType !== 0);
  return {
    sampleTypes: first?.sampleTypes.map(type) ?? [],
    defaultSampleType: text(defaults, defaults?.defaultSampleType),
    periodType: first?.periodType && type(first.periodType),
    period: profiles.reduce((longest, { period }) => (period > longest ? period : longest), 0n),
    timeNanos: profiles.reduce(
      (earliest, { timeNanos: time }) => (earliest === 0n || time < earliest ? time : earliest),
      0n,
    ),
    durationNanos: profiles.reduce((sum, { durationNanos }) => sum + durationNanos, 0n),
    comments: [...new Set(profiles.flatMap((one) => one.comments.map((index) => text(one, index))))],
    dropFrames: text(first, first?.dropFrames),
    keepFrames: text(first, first?.keepFrames),
    docUrl: text(first, first?.docUrl),
  };
}

function assertAlike(a: Profile, b: Profile): void {
  const [one, other] = [typesOf(a), typesOf(b)];
  if (one === other) return;
  throw new InquestError(
    "misuse",
    `profiles that measure different things can't be joined: ${one} and ${other}`,
  );
}

const typesOf = (profile: Profile): string =>
  profile.sampleTypes.map(({ type, unit }) => `${profile.string(type)}/${profile.string(unit)}`).join(", ");
