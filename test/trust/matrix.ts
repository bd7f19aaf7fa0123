import type { Rule } from "../../src/rules/index.ts";
import type { Verdicts } from "./samples.ts";

const HEAD = `# What each sample gets of each rule

The bundles in \`samples/\` against all rules, as their stories demand it: \`samples/expected.json\`, written by hand. The tests run every
bundle against every rule and fail on any verdict that isn't here, and on any that is here and isn't given. An empty cell is
silence. Written by \`node scripts/pages.mjs\` from that file.

**C** confirmed (of a symptom: seen) · **L** likely · **P** possible · **x** ruled out. Two letters: each is given to one subject.
`;

const LETTERS: Readonly<Record<string, string>> = {
  confirmed: "C",
  likely: "L",
  possible: "P",
  "ruled-out": "x",
};

const areaOf = (rule: string): string => rule.split("/")[0] ?? rule;
const letters = (verdicts: string | readonly string[] | undefined): string =>
  [verdicts ?? []]
    .flat()
    .map((verdict) => LETTERS[verdict] ?? "?")
    .join(" ");
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
/** The bare name of a rule of the table's own area breaks at its dashes in a narrow column. */
const link = (rule: string): string => `[${rule.slice(rule.indexOf("/") + 1)}](rules/${rule}.md)`;

/** docs/matrix.md: a table an area, its rules as columns' heads, the samples that show something there as rows; then the rules without a sample. */
export function renderMatrix(
  expected: Readonly<Record<string, Verdicts>>,
  rules: readonly Pick<Rule, "id" | "kind">[],
): string {
  const samples = Object.entries(expected);
  const named = new Set(samples.flatMap(([, verdicts]) => Object.keys(verdicts)));
  const parts = [HEAD];
  for (const area of new Set(rules.map(({ id }) => areaOf(id)))) {
    const columns = rules.filter(({ id }) => areaOf(id) === area && named.has(id));
    if (columns.length === 0) continue;
    const rows = samples.filter(([, verdicts]) => columns.some(({ id }) => id in verdicts));
    parts.push(
      `## ${area}\n`,
      [
        row(["Rule", "kind", ...rows.map(([sample]) => sample)]),
        row(["---", "---", ...rows.map(() => ":-:")]),
        ...columns.map(({ id, kind }) =>
          row([link(id), kind, ...rows.map(([, verdicts]) => letters(verdicts[id]))]),
        ),
      ].join("\n") + "\n",
    );
  }
  const silent = samples.filter(([, verdicts]) => Object.keys(verdicts).length === 0);
  parts.push(
    `## Samples that show nothing\n\nEvery rule is silent on ${silent.map(([sample]) => `\`${sample}\``).join(", ")}.\n`,
    `## Rules that no sample shows\n\nThey are silent on every sample here, and are held by tests of their own.\n`,
    rules
      .filter(({ id }) => !named.has(id))
      .map(({ id }) => `[${id}](rules/${id}.md)`)
      .join(",\n") + "\n",
  );
  return parts.join("\n");
}
