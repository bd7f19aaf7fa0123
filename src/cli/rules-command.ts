import type { CommandModule } from "yargs";
import { last } from "./last.ts";
import type { Asked } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

/** What the command line of `inquest rules` says. */
export interface RulesArgs {
  id: string | undefined;
  format: "text" | "json";
  rules: string[] | undefined;
}

/** `inquest rules [ID]`. */
export function rulesCommand(asked: Asked): CommandModule<object, RulesArgs> {
  return {
    command: "rules [id]",
    describe: "List all rules, or explain one",
    builder: (argv) =>
      argv
        .positional("id", { type: "string", describe: "A rule, such as tcp/tw-recycle-nat" })
        .option("format", {
          choices: ["text", "json"] as const,
          default: "text" as const,
          requiresArg: true,
          coerce: last<RulesArgs["format"]>,
        })
        .option("rules", {
          type: "string",
          array: true,
          requiresArg: true,
          describe: "List the rules of these files too: YAML, or modules",
        }),
    handler(args) {
      asked.run = async () => {
        const { runRules } = await import("./run-rules.ts");
        await runRules(args);
        return EXIT.analysed;
      };
    },
  };
}
