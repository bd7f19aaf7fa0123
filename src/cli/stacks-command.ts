import type { Argv, CommandModule } from "yargs";
import { InquestError } from "../bytes/index.ts";
import { formatOption, flag, several, text } from "./options.ts";
import type { Asked } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What the command line of `inquest stacks` says. */
export interface StacksArgs {
  paths: string[];
  format: "text" | "json";
  pid: number[] | undefined;
  state: string[] | undefined;
  comm: string | undefined;
  blocked: boolean;
}

/** `inquest stacks PATH…`: stacks of tasks by themselves, for people who look. */
export function stacksCommand(asked: Asked): CommandModule<object, StacksArgs> {
  return {
    command: "stacks <paths..>",
    describe: "Show kernel and user stacks by themselves: who waits where, and for whom",
    builder: (argv) => stacksOptions(argv),
    handler(args) {
      asked.run = async () => {
        // Help and usage errors need none of what the view loads.
        const { runStacks } = await import("./run-stacks.ts");
        await runStacks(args);
        return EXIT.analysed;
      };
    },
  };
}

function stacksOptions(argv: Argv<object>): Argv<StacksArgs> {
  return formatOption(argv)
    .positional("paths", {
      type: "string",
      array: true,
      demandOption: true,
      describe:
        "Bundles, folders, files of /proc, kernel logs, ps listings, thread dumps; - for standard input",
    })
    .option("pid", {
      ...several("Only this thread, or all threads of this process; again for further ones"),
      coerce: (given: string | string[]) => [given].flat().map(pidOf),
    })
    .option("state", {
      ...several("Only tasks in this state, as D; again for further ones"),
      coerce: (given: string | string[]) => [given].flat().flatMap(stateOf),
    })
    .option("comm", text("Only tasks with this in their name"))
    .option("blocked", flag("Only tasks that are stuck"));
}

function pidOf(given: string): number {
  if (/^\d{1,10}$/.test(given)) return Number(given);
  throw new InquestError("misuse", "--pid needs the id of a process or thread");
}

function stateOf(given: string): string[] {
  if (/^[RSDTtXZIWPK](?:,?[RSDTtXZIWPK])*$/.test(given))
    return given.split("").filter((letter) => letter !== ",");
  throw new InquestError("misuse", "--state needs letters as ps and /proc print them: R S D T t Z X I P");
}
