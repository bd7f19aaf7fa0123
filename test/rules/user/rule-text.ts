import { sourceOf } from "../../../src/bytes/index.ts";
import { analyze } from "../../../src/analyze.ts";
import type { Report } from "../../../src/report/index.ts";
import { RULES, parseRules } from "../../../src/rules/index.ts";
import type { Rule } from "../../../src/rules/index.ts";

/** A symptom on a log's word SICK, for causes that are to be tested. */
export const SICK = `
  - symptom: own/sick
    title: it is sick
    description: The log says so.
    when: { text: { contains: SICK, paths: [app.log] } }
`;

/** A rule file with that symptom and a cause of one test. */
export const withTest = (test: string): string =>
  `rules:${SICK}
  - cause: own/why
    title: why it is sick
    description: What made it sick.
    explains: [own/sick]
    tests:
      - statement: the test holds
        ${test.trim().replaceAll("\n", "\n        ")}
`;

export const rulesOf = (text: string): readonly Rule[] => parseRules(text, { known: RULES }).rules;

/** Analyses files that exist only here by rules of a file alone. */
export async function judge(text: string, files: Readonly<Record<string, string>>): Promise<Report> {
  const inputs = Object.entries(files).map(([name, content]) => ({
    name,
    source: sourceOf(new TextEncoder().encode(content)),
  }));
  return analyze(inputs, { rules: rulesOf(text) });
}

/** The verdict of `own/why` in a case in which the symptom was seen on node-a; `silent` where there is none. */
export async function verdictOn(test: string, files: Readonly<Record<string, string>>): Promise<string> {
  const report = await judge(withTest(test), { "node-a/app.log": "SICK\n", ...files });
  const findings = report.findings.filter(({ rule, host }) => rule === "own/why" && host !== "node-b");
  return findings.map(({ verdict }) => verdict).join(" ") || "silent";
}

/** What reading a text throws; `undefined` where it is right. */
export function errorOf(text: string, path?: string): unknown {
  try {
    parseRules(text, { known: RULES, ...(path !== undefined && { path }) });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What is wrong with a text. */
export function messageOf(text: string): string {
  const error = errorOf(text);
  return error instanceof Error ? error.message : String(error);
}
