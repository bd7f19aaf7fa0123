import type { ArgumentsCamelCase, Argv } from "yargs";
import type { Asked } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** One view of a kind of artifact, as a command below the kind's own. */
export function viewCommand<Args extends object>(
  asked: Asked,
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
      handler(args) {
        asked.run = async () => {
          await run(args);
          return EXIT.analysed;
        };
      },
    });
}
