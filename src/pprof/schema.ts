import { BYTES, VARINT } from "./wire.ts";

/** Field numbers of profile.proto (google/pprof, proto/profile.proto), by message. */
export const PROFILE = {
  sampleType: 1,
  sample: 2,
  mapping: 3,
  location: 4,
  function: 5,
  string: 6,
  dropFrames: 7,
  keepFrames: 8,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  comment: 13,
  defaultSampleType: 14,
  docUrl: 15,
} as const;

/** The highest field number of a profile that is known. */
export const LAST_FIELD = 15;

export const SAMPLE = { location: 1, value: 2, label: 3 } as const;
export const LABEL = { key: 1, str: 2, num: 3, numUnit: 4 } as const;
export const MAPPING = { id: 1, start: 2, limit: 3, offset: 4, filename: 5, buildId: 6 } as const;
export const LOCATION = { id: 1, mapping: 2, address: 3, line: 4 } as const;
export const LINE = { function: 1, line: 2 } as const;
export const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4, startLine: 5 } as const;
export const VALUE_TYPE = { type: 1, unit: 2 } as const;

/** The wire type of each field of a profile, by number. */
const WIRES: readonly number[] = [
  -1,
  BYTES,
  BYTES,
  BYTES,
  BYTES,
  BYTES,
  BYTES,
  VARINT,
  VARINT,
  VARINT,
  VARINT,
  BYTES,
  VARINT,
  VARINT,
  VARINT,
  VARINT,
];

/** Whether a profile's field may stand with this wire type. Comments are repeated numbers, so they may be packed. */
export function isWireOf(field: number, wire: number): boolean {
  return field > LAST_FIELD || WIRES[field] === wire || (field === PROFILE.comment && wire === BYTES);
}
