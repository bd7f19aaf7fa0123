import { plural, Problems, type ProblemTexts } from "../problems.ts";

const TEXTS = {
  "profile-cut": {
    effect: "partial",
    says: () => "the profile ends inside a sample; what stands before it was read",
  },
  "profile-concatenated": {
    effect: "partial",
    says: () => "a second profile follows the first; only the first was read",
  },
  "foreign-lines": {
    effect: "partial",
    says: (n) => `${plural(n, "line")} that belong to no sample of the profile; skipped`,
  },
  "total-mismatch": {
    effect: "partial",
    says: () => "the samples hold more or less than the first line says: something was cut or changed",
  },
  "no-memory-map": {
    effect: "partial",
    says: () => "the memory map that ends such a profile is absent: samples may be absent too",
  },
  "profile-limit": {
    effect: "partial",
    says: () => "the profile has more samples or locations than are read; the rest was left out",
  },
  "foreign-bytes": {
    effect: "partial",
    says: () => "the profile holds a record that is longer than the profile; what stands before it was read",
  },
} as const satisfies ProblemTexts<string>;

/** What can be wrong with a profile in another form than profile.proto. */
export type LegacyProblems = Problems<keyof typeof TEXTS>;

export function legacyProblems(): LegacyProblems {
  return new Problems(TEXTS);
}
