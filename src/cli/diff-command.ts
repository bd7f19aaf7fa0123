import type { CommandModule } from "yargs";
import type { ReportArgs } from "./options.ts";
import { count, reportOptions } from "./options.ts";
import type { Asked } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What the command line of `inquest diff` says. */
export interface DiffArgs extends ReportArgs {
  before: string;
  after: string;
  later: string[];
  limit: number;
}

/** `inquest diff BEFORE AFTER`, and `inquest diff FIRST SECOND THIRD…`. */
export function diffCommand(asked: Asked): CommandModule<object, DiffArgs> {
  return {
    command: "diff <before> <after> [later..]",
    describe: "What changed between two bundles: findings, settings, counters, stacks, traffic, objects",
    builder: (argv) =>
      reportOptions(
        argv
          .positional("before", {
            type: "string",
            demandOption: true,
            describe: "The earlier, or healthy, bundle",
          })
          .positional("after", {
            type: "string",
            demandOption: true,
            describe: "The later, or sick, bundle",
          })
          .positional("later", {
            type: "string",
            array: true,
            default: [],
            describe: "Bundles that follow: what became of each number from one to the next",
          }),
        "comparison",
      ).option("limit", {
        ...count("limit", "Changes of each matter that the text shows; 0 for all"),
        default: 20,
      }),
    handler(args) {
      asked.run = async () => {
        const { runDiff } = await import("./run-diff.ts");
        await runDiff(args);
        return EXIT.analysed;
      };
    },
  };
}
