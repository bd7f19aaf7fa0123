import type { CommandModule } from "yargs";
import type { ReportArgs } from "./options.ts";
import { reportOptions } from "./options.ts";
import type { Asked } from "./outcome.ts";

/** What the command line of `inquest inventory` says. */
export interface InventoryArgs extends ReportArgs {
  paths: string[];
  rules: string[] | undefined;
}

/** `inquest inventory PATH…`. */
export function inventoryCommand(asked: Asked): CommandModule<object, InventoryArgs> {
  return {
    command: "inventory <paths..>",
    describe: "What was found, as what, of which host; what could not be read, and what rules lack",
    builder: (argv) =>
      reportOptions(
        argv.positional("paths", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "What to list, as one case",
        }),
        "inventory",
      ).option("rules", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Ask what the rules of these files lack, too: YAML, or modules",
      }),
    handler(args) {
      asked.run = async () => {
        const { runInventory } = await import("./run-inventory.ts");
        return runInventory(args);
      };
    },
  };
}
