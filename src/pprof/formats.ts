import { type Diagnostic, type Format, gunzip, isGzip, readAll } from "../bytes/index.ts";
import { goroutineProblems } from "./goroutine-problems.ts";
import type { GoroutineSet } from "./goroutine-set.ts";
import { isGoroutineText, parseGoroutineText } from "./goroutine-text.ts";
import { goroutinesIn } from "./goroutines-in.ts";
import { DEFAULT_MAX_BYTES, parseProfile } from "./parse-profile.ts";
import type { Profile } from "./profile.ts";
import { looksLikeProfile, readProfile } from "./read-profile.ts";

/** Most bytes of a text that are read. net/http/pprof stops at 64 MiB; a log may hold several dumps. */
const MOST_TEXT = 2 ** 30;

/** Profiles in any form but goroutines as text; {@link goroutinesOf} tells whether one is of goroutines. */
export const profileFormat: Format<"pprof", Profile> = {
  kind: "pprof",
  recognise: (head) => looksLikeProfile(head),
  async decode(source) {
    // One byte more than is decoded tells that there is more.
    const { bytes } = await readAll(source, DEFAULT_MAX_BYTES + 1);
    return readProfile(bytes) ?? parseProfile(bytes);
  },
};

/** Goroutines in Go's text forms. */
export const goroutineFormat: Format<"goroutines", GoroutineSet> = {
  kind: "goroutines",
  recognise: isGoroutineText,
  occursIn: goroutinesIn,
  async decode(source) {
    const { bytes, complete } = await readAll(source, MOST_TEXT);
    const { bytes: text, diagnostics } = isGzip(bytes)
      ? gunzip(bytes, MOST_TEXT)
      : { bytes, diagnostics: [] };
    const set = parseGoroutineText(text);
    return { ...set, diagnostics: [...limitReached(complete), ...diagnostics, ...set.diagnostics] };
  },
};

function limitReached(complete: boolean): Diagnostic[] {
  const problems = goroutineProblems();
  if (!complete) problems.add("text-limit", MOST_TEXT);
  return problems.diagnostics();
}
