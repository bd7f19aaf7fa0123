import type { CommandModule } from "yargs";
import { InquestError } from "../bytes/index.ts";
import { describeRule, listRules, printableJson } from "../report/index.ts";
import { RULES } from "../rules/index.ts";
import type { Outcome } from "./outcome.ts";
import { EXIT } from "./outcome.ts";

interface RulesArgs {
  id: string | undefined;
  format: "text" | "json";
}

/** `inquest rules [ID]`. */
export function rulesCommand(outcome: Outcome): CommandModule<object, RulesArgs> {
  return {
    command: "rules [id]",
    describe: "List all rules, or explain one",
    builder: (argv) =>
      argv
        .positional("id", { type: "string", describe: "A rule, such as tcp/tw-recycle-nat" })
        .option("format", { choices: ["text", "json"] as const, default: "text" as const }),
    handler({ id, format }) {
      const rules = id === undefined ? RULES : RULES.filter((rule) => rule.id === id);
      if (rules.length === 0) throw new InquestError("misuse", `there is no rule ${id}`);
      const data = rules.map(describeRule);
      if (format === "json") process.stdout.write(`${printableJson(id === undefined ? data : data[0])}\n`);
      else process.stdout.write(listRules(data, id !== undefined));
      outcome.status = EXIT.analysed;
    },
  };
}
