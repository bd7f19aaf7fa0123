import type { Argv, CommandModule } from "yargs";
import { last } from "./last.ts";
import type { ReportArgs } from "./options.ts";
import { reportOptions } from "./options.ts";
import type { Asked } from "./outcome.ts";

/** What the command line of `inquest analyze` says. */
export interface AnalyzeArgs extends ReportArgs {
  paths: string[];
  baseline: string | undefined;
  rules: string[] | undefined;
  only: string[] | undefined;
  skip: string[] | undefined;
  "fail-on": "confirmed" | "likely" | "possible" | undefined;
  "fail-on-audits": boolean;
}

/** `inquest analyze PATH…`, and `inquest PATH…`. */
export function analyzeCommand(asked: Asked): CommandModule<object, AnalyzeArgs> {
  return {
    command: ["analyze <paths..>", "$0"],
    describe:
      "Diagnose bundles: folders, tar, tar.gz, tar.xz or zip archives, single artifacts, - for standard input",
    builder: (argv) => options(argv),
    handler(args) {
      asked.run = async () => {
        // Help and usage errors need none of what the analysis loads.
        const { runAnalyze } = await import("./run-analyze.ts");
        return runAnalyze(args);
      };
    },
  };
}

function options(argv: Argv<object>): Argv<AnalyzeArgs> {
  const paths = argv.positional("paths", {
    type: "string",
    array: true,
    demandOption: true,
    describe: "What to analyse, as one case",
  });
  return reportOptions(paths, "report")
    .option("baseline", {
      type: "string",
      requiresArg: true,
      coerce: last<string>,
      describe: "A healthy or earlier bundle to compare with",
    })
    .option("rules", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "Judge by the rules of these files too: YAML, or modules",
    })
    .option("only", {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "Judge by these rules alone",
    })
    .option("skip", { type: "string", array: true, requiresArg: true, describe: "Leave these rules out" })
    .option("fail-on", {
      choices: ["confirmed", "likely", "possible"] as const,
      requiresArg: true,
      coerce: last<NonNullable<AnalyzeArgs["fail-on"]>>,
      describe: "Exit with 1 when a finding is at least this sure",
    })
    .option("fail-on-audits", {
      type: "boolean",
      default: false,
      describe: "Let --fail-on count audits too",
    });
}
