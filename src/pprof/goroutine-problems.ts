import { plural, Problems, type ProblemTexts } from "./problems.ts";

const TEXTS = {
  "no-goroutines": { effect: "unread", says: () => "no goroutine could be read: there is no header of one" },
  "goroutine-cut": {
    effect: "partial",
    says: () => "the text ends inside its last goroutine, which is counted with what can be read of it",
  },
  "dump-full": {
    effect: "partial",
    says: () =>
      "the dump is 64 MiB long, where net/http/pprof stops: there may be any number of goroutines more",
  },
  "count-mismatch": {
    effect: "partial",
    says: () =>
      "the stacks hold fewer or more goroutines than the first line says: something was cut or changed",
  },
  "several-dumps": {
    effect: "note",
    says: (n) => `the text holds ${n + 1} dumps; the one with the most goroutines was read`,
  },
  "system-stacks": {
    effect: "note",
    says: (n) =>
      `${plural(n, "thread")} printed a system stack (goroutine 0), which is no goroutine; left out`,
  },
  "stack-unavailable": {
    effect: "note",
    says: (n) =>
      `${plural(n, "goroutine was", "goroutines were")} running on another thread, so Go printed no stack`,
  },
  "foreign-lines": {
    effect: "note",
    says: (n) => `${plural(n, "line")} between frames that belong to no goroutine; skipped`,
  },
  "text-limit": {
    effect: "partial",
    says: () => "the text is larger than the limit; what stands before it was read",
  },
} as const satisfies ProblemTexts<string>;

/** Counts what is wrong with a text of goroutines. */
export function goroutineProblems(): Problems<keyof typeof TEXTS> {
  return new Problems(TEXTS);
}
