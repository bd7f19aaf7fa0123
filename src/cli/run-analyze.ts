import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { analyze } from "../analyze.ts";
import type { BundleInput } from "../bundle/index.ts";
import { InquestError } from "../bytes/index.ts";
import { renderJson, renderText } from "../report/index.ts";
import type { Report } from "../report/index.ts";
import type { Rule, Verdict } from "../rules/index.ts";
import { RULES } from "../rules/index.ts";
import type { AnalyzeArgs } from "./analyze-command.ts";
import { EXIT, STANDARD_INPUT } from "./outcome.ts";
import { progress } from "./progress.ts";

/** Analyses what the command line names and writes the report; the exit status is returned. */
export async function runAnalyze(args: AnalyzeArgs): Promise<number> {
  const rules = chosenRules(args.only, args.skip);
  const { show, clear } = progress(args.quiet);
  const baseline = args.baseline === undefined ? undefined : input(args.baseline);
  const report = await analyze(args.paths.map(input), { rules, baseline, onArtifact: show }).finally(clear);
  const text = args.format === "json" ? renderJson(report) : renderText(report, layout(args));
  if (args.output === undefined) process.stdout.write(text);
  else writeReport(args.output, text);
  return reaches(report, args["fail-on"]) ? EXIT.findingsAtLimit : EXIT.analysed;
}

function input(path: string): BundleInput {
  return path === STANDARD_INPUT
    ? { name: "-", source: { size: undefined, stream: () => process.stdin } }
    : path;
}

function chosenRules(only: readonly string[] | undefined, skip: readonly string[] | undefined): Rule[] {
  for (const id of [...(only ?? []), ...(skip ?? [])]) {
    if (!RULES.some((rule) => rule.id === id)) throw new InquestError("misuse", `there is no rule ${id}`);
  }
  return RULES.filter((rule) => (only?.includes(rule.id) ?? true) && !(skip?.includes(rule.id) ?? false));
}

function layout({ output, color }: AnalyzeArgs): Parameters<typeof renderText>[1] {
  const toTerminal = output === undefined && process.stdout.isTTY;
  const noColor = (process.env["NO_COLOR"] ?? "") !== "";
  return {
    ...(toTerminal && { width: Math.min(process.stdout.columns, 120) }),
    ...((color ?? (toTerminal && !noColor)) && {
      paint: (style, text) => styleText(style, text, { validateStream: false }),
    }),
  };
}

function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new InquestError("misuse", `the report can't be written to ${path}`, { path, cause: error });
  }
}

const RANK: Record<Verdict, number> = { confirmed: 3, likely: 2, possible: 1, "ruled-out": 0 };

/** Audits don't count: they are facts of configuration, not failures. */
function reaches({ findings }: Report, limit: AnalyzeArgs["fail-on"]): boolean {
  if (limit === undefined) return false;
  return findings.some((f) => f.kind !== "audit" && RANK[f.verdict] >= RANK[limit]);
}
