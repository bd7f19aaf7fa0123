import { describe, expect, it } from "vitest";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { buildCase } from "../../src/evidence/index.ts";
import type { Answer, Cause, Finding, Rule } from "../../src/rules/index.ts";
import { RULES, cantTell, diagnose, searchesOf } from "../../src/rules/index.ts";
import { EXPECTED, filesOf } from "./samples.ts";

const ORDER = ["ruled-out", "possible", "likely", "confirmed"];
const SILENT = -1;

/** How sure a cause is of each thing that it is about; what isn't reported stands below what is ruled out. */
function surenessOf(findings: readonly Finding[], rule: string): Map<string, number> {
  const all = new Map<string, number>();
  for (const finding of findings) {
    if (finding.rule !== rule) continue;
    const { host, subject } = finding;
    const { alike = [], count: _, ...own } = subject;
    // What is folded into one finding is told apart again; a culprit stands for its symptoms, and is left out where it is ruled out.
    for (const one of [own, ...(alike as object[])])
      all.set(JSON.stringify([host, one]), ORDER.indexOf(finding.verdict));
  }
  return all;
}

const CAN_TELL_NOTHING: Answer = cantTell();

/** A cause one of whose tests answers what it is made to. */
const answering = (cause: Cause<unknown>, at: number, answer: (given: Answer) => Answer): Cause<unknown> => ({
  ...cause,
  tests: cause.tests.map((test, i) =>
    i === at ? { ...test, answer: (about) => answer(test.answer(about)) } : test,
  ),
});

describe.each(Object.keys(EXPECTED))("answers taken away in sample %s", (sample) => {
  it("never raise a cause where they held, nor lower it where they failed", async () => {
    const inputs = Object.entries(filesOf(sample)).map(([name, body]) => ({ name, source: sourceOf(body) }));
    const evidence = buildCase(await openBundle(inputs, { searches: searchesOf(RULES) }));
    const wrong: string[] = [];
    for (const cause of RULES.filter((rule: Rule) => rule.kind === "cause")) {
      const symptoms = cause.explains;
      const judge = (one: Cause<unknown>): Map<string, number> =>
        surenessOf(diagnose(evidence, [...symptoms, one]), cause.id);
      const given = new Set<string>();
      const watched = cause.tests.reduce(
        (wrapped, _, at) =>
          answering(wrapped, at, (answer) => {
            given.add(`${at} ${answer.is}`);
            return answer;
          }),
        cause,
      );
      const before = judge(watched);
      for (const at of cause.tests.keys()) {
        for (const is of ["holds", "fails"] as const) {
          if (!given.has(`${at} ${is}`)) continue;
          const after = judge(
            answering(cause, at, (answer) => (answer.is === is ? CAN_TELL_NOTHING : answer)),
          );
          for (const key of new Set([...before.keys(), ...after.keys()])) {
            const [was, now] = [before.get(key) ?? SILENT, after.get(key) ?? SILENT];

            const what = `${cause.id}: ${cause.tests[at]?.statement} (${is}) about ${key}`;
            if (is === "holds" ? now > was : now < was) wrong.push(`${what}: ${was} became ${now}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
