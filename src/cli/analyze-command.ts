import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import type { Argv, CommandModule } from "yargs";
import { analyze } from "../analyze.ts";
import type { BundleInput } from "../bundle/index.ts";
import { InquestError } from "../bytes/index.ts";
import { renderJson, renderText } from "../report/index.ts";
import type { Report } from "../report/index.ts";
import type { Rule, Verdict } from "../rules/index.ts";
import { RULES } from "../rules/index.ts";
import { progress } from "./progress.ts";
import type { Outcome } from "./outcome.ts";
import { EXIT, STANDARD_INPUT } from "./outcome.ts";

interface AnalyzeArgs {
  paths: string[];
  format: "text" | "json";
  output: string | undefined;
  only: string[] | undefined;
  skip: string[] | undefined;
  "fail-on": "confirmed" | "likely" | "possible" | undefined;
  quiet: boolean;
  color: boolean | undefined;
}

/** `inquest analyze PATH…`, and `inquest PATH…`. */
export function analyzeCommand(outcome: Outcome): CommandModule<object, AnalyzeArgs> {
  return {
    command: ["analyze <paths..>", "$0"],
    describe: "Diagnose bundles: folders, tar or tar.gz archives, single artifacts, - for standard input",
    builder: (argv) => options(argv),
    async handler(args) {
      outcome.status = await runAnalyze(args);
    },
  };
}

function options(argv: Argv<object>): Argv<AnalyzeArgs> {
  return argv
    .positional("paths", {
      type: "string",
      array: true,
      demandOption: true,
      describe: "What to analyse, as one case",
    })
    .option("format", {
      choices: ["text", "json"] as const,
      default: "text" as const,
      describe: "Form of the report",
    })
    .option("output", { type: "string", requiresArg: true, describe: "Write the report to a file" })
    .option("only", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "Judge by these rules alone",
    })
    .option("skip", { type: "string", array: true, requiresArg: true, describe: "Leave these rules out" })
    .option("fail-on", {
      choices: ["confirmed", "likely", "possible"] as const,
      describe: "Exit with 1 when a finding is at least this sure",
    })
    .option("quiet", { type: "boolean", default: false, describe: "No progress on standard error" })
    .option("color", { type: "boolean", describe: "Colours; --no-color or NO_COLOR for none" });
}

async function runAnalyze(args: AnalyzeArgs): Promise<number> {
  const rules = chosenRules(args.only, args.skip);
  const { show, clear } = progress(args.quiet);
  const report = await analyze(args.paths.map(input), { rules, onArtifact: show }).finally(clear);
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
