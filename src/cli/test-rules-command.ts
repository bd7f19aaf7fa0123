import type { CommandModule } from "yargs";
import type { Asked } from "./outcome.ts";

/** What the command line of `inquest test-rules` says. */
export interface TestRulesArgs {
  files: string[];
}

/** `inquest test-rules FILE…`. */
export function testRulesCommand(asked: Asked): CommandModule<object, TestRulesArgs> {
  return {
    command: "test-rules <files..>",
    describe: "Run rules of your own against the examples beside them",
    builder: (argv) =>
      argv
        .positional("files", {
          type: "string",
          array: true,
          demandOption: true,
          describe: "Files of rules: YAML with tests, or modules that export tests",
        })
        .epilogue(
          "Exit status: 0 all is as expected; 1 a rule says something else; 2 the request can't be done.",
        ),
    handler(args) {
      asked.run = async () => {
        const { runTestRules } = await import("./run-test-rules.ts");
        return runTestRules(args);
      };
    },
  };
}
