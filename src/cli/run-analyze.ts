import { analyze } from "../analyze.ts";
import { renderJson, renderText } from "../report/index.ts";
import type { Report } from "../report/index.ts";
import type { Rule, Verdict } from "../rules/index.ts";
import type { AnalyzeArgs } from "./analyze-command.ts";
import { layout } from "./layout.ts";
import { inputOf } from "./input-of.ts";
import { EXIT } from "./outcome.ts";
import { progress } from "./progress.ts";
import { rulesWith } from "./rules-with.ts";
import { writeOutput } from "./write-output.ts";
import { unknownRule } from "./unknown-rule.ts";

/** Analyses what the command line names and writes the report; the exit status is returned. */
export async function runAnalyze(args: AnalyzeArgs): Promise<number> {
  const rules = await rulesWith(args.rules);
  const chosen = chosenRules(rules, args.only, args.skip);
  const { show, clear } = progress(args.quiet);
  const baseline = args.baseline === undefined ? undefined : inputOf(args.baseline);
  const whole = await analyze(args.paths.map(inputOf), { rules, baseline, onArtifact: show }).finally(clear);
  // All rules are asked: a cause can't be judged without its symptom.
  const report = { ...whole, findings: whole.findings.filter(({ rule }) => chosen.has(rule)) };
  const text = args.format === "json" ? renderJson(report) : renderText(report, layout(args));
  if (args.output === undefined) process.stdout.write(text);
  else writeOutput(args.output, text);
  return reaches(report, args) ? EXIT.findingsAtLimit : EXIT.analysed;
}

/** Ids of the rules whose findings are wanted. */
function chosenRules(
  rules: readonly Rule[],
  only: readonly string[] | undefined,
  skip: readonly string[] | undefined,
): Set<string> {
  const known = rules.map((rule) => rule.id);
  const ids = (list: readonly string[]): string[] => list.flatMap((item) => item.split(","));
  const unknown = ids([...(only ?? []), ...(skip ?? [])]).find((id) => !known.includes(id));
  if (unknown !== undefined) throw unknownRule(unknown, rules);
  const left = new Set(ids(skip ?? []));
  return new Set((only ? ids(only) : known).filter((id) => !left.has(id)));
}

const RANK: Record<Verdict, number> = { confirmed: 3, likely: 2, possible: 1, "ruled-out": 0 };

/** Audits don't count unless it is asked for: they are facts of configuration, not failures. */
function reaches({ findings }: Report, args: AnalyzeArgs): boolean {
  const { "fail-on": limit, "fail-on-audits": audits } = args;
  if (limit === undefined) return false;
  return findings.some((f) => (audits || f.kind !== "audit") && RANK[f.verdict] >= RANK[limit]);
}
