import { analyzeFiles } from "../rules/case.ts";
import { isCapture, sparse } from "./captures.ts";
import { changed } from "./contents.ts";
import type { Files } from "./samples.ts";
import { filesOf, onlyUnreadable } from "./samples.ts";
import type { Family, Sweep } from "./sweeps.ts";

const ORDER = ["ruled-out", "possible", "likely", "confirmed"];
/** In a table: what isn't said, and verdicts as in docs/matrix.md. */
const LETTERS = ["–", "x", "P", "L", "C"];

/** How sure a rule is where it is surest: -1 where it is silent, 3 where it confirms. */
async function surenessOf(files: Files, rules: readonly string[]): Promise<number[]> {
  if (Object.keys(files).length === 0) return rules.map(() => -1);
  const { findings } = await analyzeFiles(files).catch(onlyUnreadable);
  return rules.map((rule) =>
    Math.max(-1, ...findings.flatMap((one) => (one.rule === rule ? [ORDER.indexOf(one.verdict)] : []))),
  );
}

/** A sweep's verdicts: a row for each rule, a letter for each step. */
export async function measure({ rules, steps }: Sweep): Promise<Map<string, string>> {
  const columns: number[][] = [];
  for (const files of steps.values()) columns.push(await surenessOf(files(), rules));
  return new Map(
    rules.map((rule, i) => [rule, columns.map((column) => LETTERS[(column[i] ?? -1) + 1]).join(" ")]),
  );
}

/** The step at which a rule becomes surer than at the step before, if any. A cause that is ruled out is less than silence about it. */
export function rising(row: string): number {
  const letters = row.split(" ");
  const worth = (letter = "–"): number => Math.max(0, LETTERS.indexOf(letter) - 1);
  return letters.findIndex((letter, i) => i > 0 && worth(letter) > worth(letters[i - 1]));
}

const HEAD = `# How much evidence is enough

How sure each verdict stays when a sample's evidence goes bit by bit, so that anybody can see where it tips over, and that nothing
is confirmed by a crumb. Made by \`node scripts/pages.mjs sensitivity\`, which takes a minute; the tests hold rows of it.

**C** confirmed (of a symptom: seen) · **L** likely · **P** possible · **x** ruled out · **–** silent. Of several subjects the surest
counts. From the left to the right a row only falls: what is taken away spoke for nothing else.
`;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function table(
  rows: readonly { sample: string; steps: readonly string[]; measured: Map<string, string> }[],
): string {
  const steps = rows[0]?.steps ?? [];
  return [
    row(["Sample", "Rule", ...steps]),
    row(["---", "---", ...steps.map(() => ":-:")]),
    ...rows.flatMap(({ sample, measured }) =>
      [...measured].map(([rule, letters]) =>
        row([sample, `[${rule}](rules/${rule}.md)`, ...letters.split(" ")]),
      ),
    ),
    "",
  ].join("\n");
}

/** docs/sensitivity.md. */
export async function renderSensitivity(families: readonly Family[]): Promise<string> {
  const parts = [HEAD];
  for (const { title, about, sweeps } of families) {
    parts.push(`## ${title}\n\n${about}\n`);
    const byHead = new Map<string, Parameters<typeof table>[0][number][]>();
    for (const sweep of sweeps) {
      const steps = [...sweep.steps.keys()];
      const key = steps.join("|");
      const one = { sample: sweep.sample, steps, measured: await measure(sweep) };
      byHead.set(key, [...(byHead.get(key) ?? []), one]);
    }
    for (const rows of byHead.values()) parts.push(table(rows));
  }
  parts.push(await renderNoise());
  return parts.join("\n");
}

const WELL = "healthy";
const LOSSES = [0.002, 0.01, 0.02, 0.05, 0.1];
const SEEDS = 40;

/** What is said of a healthy node whose capture lacks a share of its packets: in how many of so many draws. */
export async function noise(lost: number, draws: number): Promise<Map<string, number>> {
  const files = Object.fromEntries(Object.entries(filesOf(WELL)).filter(([, body]) => isCapture(body)));
  const said = new Map<string, number>();
  for (let seed = 1; seed <= draws; seed++) {
    const { findings } = await analyzeFiles(changed(files, { capture: (file) => sparse(file, lost, seed) }));
    for (const one of new Set(findings.map(({ rule, verdict }) => `${rule} ${verdict}`)))
      said.set(one, (said.get(one) ?? 0) + 1);
  }
  return said;
}

/** What is said, in how many draws, by verdict: rivals that are ruled out say nothing of a healthy node. */
async function renderNoise(): Promise<string> {
  const rows: string[] = [];
  for (const lost of LOSSES) {
    const said = await noise(lost, SEEDS);
    const words = [...said]
      .filter(([what]) => !what.endsWith("ruled-out"))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, times]) => `${what} ${times}×`);
    rows.push(row([`${lost * 100} %`, words.join(", ") || "nothing"]));
  }
  return [
    `## Noise\n\nThe healthy node's capture of lookups and connections, of which a sniffer that can't keep up lost packets, ${SEEDS} draws each. A query whose answer is missing is seen to be without one; no cause of it may become likely, and nothing be said of TCP.\n`,
    row(["Lost", "What is said"]),
    row(["---", "---"]),
    ...rows,
    "",
  ].join("\n");
}
