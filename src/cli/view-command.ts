import type { ArgumentsCamelCase, Argv } from "yargs";
import type { Outcome } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** One view of a kind of artifact, as a command below the kind's own. */
export function viewCommand<Args extends object>(
  outcome: Outcome,
  command: string,
  describe: string,
  builder: (argv: Argv<object>) => Argv<Args>,
  run: (args: ArgumentsCamelCase<Args>) => Promise<void>,
): (argv: Argv) => Argv {
  return (argv) =>
    argv.command({
      command,
      describe,
      builder,
      async handler(args) {
        await run(args);
        outcome.status = EXIT.analysed;
      },
    });
}
