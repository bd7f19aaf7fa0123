import type { CommandModule } from "yargs";
import { last } from "./last.ts";
import type { Asked } from "./outcome.ts";

/** What the command line of `inquest inventory` says. */
export interface InventoryArgs {
  paths: string[];
  format: "text" | "json";
  output: string | undefined;
  quiet: boolean;
  color: boolean | undefined;
}

/** `inquest inventory PATH…`. */
export function inventoryCommand(asked: Asked): CommandModule<object, InventoryArgs> {
  return {
    command: "inventory <paths..>",
    describe: "What was found, as what, of which host; what could not be read, and what rules lack",
    builder: (argv) =>
      argv
        .positional("paths", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "What to list, as one case",
        })
        .option("format", {
          choices: ["text", "json"] as const,
          default: "text" as const,
          requiresArg: true,
          coerce: last<InventoryArgs["format"]>,
          describe: "Form of the inventory",
        })
        .option("output", {
          type: "string",
          requiresArg: true,
          coerce: last<string>,
          describe: "Write the inventory to a file",
        })
        .option("quiet", { type: "boolean", default: false, describe: "No progress on standard error" })
        .option("color", { type: "boolean", describe: "Colours; --no-color or NO_COLOR for none" }),
    handler(args) {
      asked.run = async () => {
        const { runInventory } = await import("./run-inventory.ts");
        return runInventory(args);
      };
    },
  };
}
