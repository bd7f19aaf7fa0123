import { ascii, eachLine, find, hasAt, SPACE } from "../ascii.ts";

/** How a profile's text is read. */
export type LegacyForm = "heap" | "jemalloc" | "contention" | "count";

/** Where a profile begins in a text. */
export interface LegacyStart {
  readonly form: LegacyForm;
  /** Its first line, which says the form, and where that line begins. */
  readonly line: string;
  readonly offset: number;
}

const STARTS: readonly (readonly [pattern: RegExp, form: LegacyForm])[] = [
  [
    /^heap profile: *\d+: *\d+ *\[ *\d+: *\d+ *\] *@ *(?:heapz?_v2|heap|heapprofile|growthz?|fragmentationz?)(?:\/\d*)?$/,
    "heap",
  ],
  [/^heap_v2\/\d+$/, "jemalloc"],
  [/^--- (?:mutex|contention):$/, "contention"],
  [/^\S+ profile: total \d+$/, "count"],
];
const BEGINNINGS = [ascii("heap"), ascii("--- ")];
const PROFILE_TOTAL = ascii(" profile: total ");
const LONGEST_START = 200;

/** The profile that a line begins, if any. */
export function startAt(bytes: Uint8Array, offset: number, end: number): LegacyStart | undefined {
  if (end - offset > LONGEST_START) return undefined;
  const isLikely =
    BEGINNINGS.some((word) => hasAt(bytes, offset, end, word)) ||
    hasAt(bytes, find(bytes, SPACE, offset, end), end, PROFILE_TOTAL);
  if (!isLikely) return undefined;
  const line = String.fromCharCode(...bytes.subarray(offset, end)).trimEnd();
  const form = STARTS.find(([pattern]) => pattern.test(line))?.[1];
  return form && { form, line, offset };
}

/**
 * Where the first profile of a text begins. One of goroutines is taken only where there is no other: it is also read as
 * what it is.
 */
export function findStart(bytes: Uint8Array): LegacyStart | undefined {
  let first: LegacyStart | undefined;
  eachLine(bytes, (offset, end) => {
    const found = startAt(bytes, offset, end);
    if (!found || (first && isOfGoroutines(found))) return true;
    first = found;
    return isOfGoroutines(found);
  });
  return first;
}

/** Whether a profile counts goroutines. */
export const isOfGoroutines = ({ line }: LegacyStart): boolean => line.startsWith("goroutine profile:");
