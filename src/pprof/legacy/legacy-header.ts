import type { Header } from "../header.ts";
import type { TextTable } from "../text-table.ts";

type Type = readonly [type: string, unit: string];

/** What a profile says of itself that isn't profile.proto: what it measures, and from one sample to the next how much. */
export function legacyHeader(
  strings: TextTable,
  sampleTypes: readonly Type[],
  periodType: Type,
  period: bigint,
  durationNanos = 0n,
): Header {
  const valueType = ([type, unit]: Type) => ({ type: strings.add(type), unit: strings.add(unit) });
  return {
    sampleTypes: sampleTypes.map(valueType),
    defaultSampleType: 0,
    periodType: valueType(periodType),
    period,
    timeNanos: 0n,
    durationNanos,
    comments: [],
    dropFrames: 0,
    keepFrames: 0,
    docUrl: 0,
  };
}
