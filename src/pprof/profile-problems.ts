import { plural, Problems, type ProblemTexts } from "./problems.ts";

const TEXTS = {
  "profile-empty": { effect: "unread", says: () => "the profile is empty: 0 bytes" },
  "profile-unrecognised": {
    effect: "unread",
    says: () => "no field of a profile could be read: this is no profile.proto",
  },
  "profile-cut": {
    effect: "partial",
    says: () => "the profile ends inside a field; what stands before it was read",
  },
  "profile-corrupt": {
    effect: "partial",
    says: () => "the profile has bytes that are no protobuf field; what stands before them was read",
  },
  "profile-limit": {
    effect: "partial",
    says: () => "the profile is larger than the limit that was set; what stands before it was read",
  },
  "profile-concatenated": {
    effect: "partial",
    says: () => "a second profile follows the first (a second time_nanos); only the first was read",
  },
  "unexpected-wire-type": {
    effect: "partial",
    says: (n) => `${plural(n, "field")} of another wire type than profile.proto gives; skipped`,
  },
  "bad-string-table": {
    effect: "note",
    says: () => 'the first string is not "", as profile.proto demands; absent names read as that string',
  },
  "bad-string-index": {
    effect: "partial",
    says: (n) => `${plural(n, "reference")} to strings that the string table lacks; read as absent`,
  },
  "bad-mapping-id": {
    effect: "partial",
    says: (n) => `${plural(n, "location")} of mappings that are absent`,
  },
  "bad-function-id": {
    effect: "partial",
    says: (n) => `${plural(n, "line")} of functions that are absent; read as unknown`,
  },
  "many-lines": {
    effect: "partial",
    says: (n) => `${plural(n, "line")} of locations beyond the first thousand of each; left out`,
  },
  "bad-location-id": {
    effect: "partial",
    says: (n) => `${plural(n, "frame")} of locations that are absent; read as unknown`,
  },
  "duplicate-id": {
    effect: "partial",
    says: (n) =>
      `${plural(n, "mapping, function or location", "mappings, functions or locations")} with an id that another has; the first keeps it`,
  },
  "bad-message": {
    effect: "partial",
    says: (n) => `${plural(n, "message")} with a malformed field; what stands before it was read`,
  },
  "no-sample-type": {
    effect: "partial",
    says: () => "the profile has samples but no sample_type; their values have no name and no unit",
  },
  "many-sample-types": {
    effect: "partial",
    says: (n) => `${plural(n, "sample type")} more than are read; their values were left out`,
  },
  "bad-value-count": {
    effect: "partial",
    says: (n) =>
      `${plural(n, "sample")} with another number of values than sample types; absent values read as 0`,
  },
} as const satisfies ProblemTexts<string>;

/** What can be wrong with a profile. */
export type ProfileProblems = Problems<keyof typeof TEXTS>;

export function profileProblems(): ProfileProblems {
  return new Problems(TEXTS);
}
