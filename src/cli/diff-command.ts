import type { CommandModule } from "yargs";
import { last } from "./last.ts";
import type { Asked } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What the command line of `inquest diff` says. */
export interface DiffArgs {
  before: string;
  after: string;
  format: "text" | "json";
  limit: number;
  output: string | undefined;
  quiet: boolean;
  color: boolean | undefined;
}

/** `inquest diff BEFORE AFTER`. */
export function diffCommand(asked: Asked): CommandModule<object, DiffArgs> {
  return {
    command: "diff <before> <after>",
    describe: "What changed between two bundles: findings, settings, counters, stacks, traffic, objects",
    builder: (argv) =>
      argv
        .positional("before", {
          type: "string",
          demandOption: true,
          describe: "The earlier, or healthy, bundle",
        })
        .positional("after", { type: "string", demandOption: true, describe: "The later, or sick, bundle" })
        .option("format", {
          choices: ["text", "json"] as const,
          default: "text" as const,
          requiresArg: true,
          coerce: last<DiffArgs["format"]>,
          describe: "Form of the comparison",
        })
        .option("limit", {
          type: "number",
          default: 20,
          requiresArg: true,
          coerce: last<number>,
          describe: "Changes of each matter that the text shows; 0 for all",
        })
        .option("output", {
          type: "string",
          requiresArg: true,
          coerce: last<string>,
          describe: "Write the comparison to a file",
        })
        .option("quiet", { type: "boolean", default: false, describe: "No progress on standard error" })
        .option("color", { type: "boolean", describe: "Colours; --no-color or NO_COLOR for none" }),
    handler(args) {
      asked.run = async () => {
        const { runDiff } = await import("./run-diff.ts");
        await runDiff(args);
        return EXIT.analysed;
      };
    },
  };
}
