import { InquestError } from "../bytes/index.ts";
import { describeRule, listRules, printableJson } from "../report/index.ts";
import { rulesWith } from "./rules-with.ts";
import type { RulesArgs } from "./rules-command.ts";

/** Writes all rules, or one at length. */
export async function runRules({ id, format, rules: files }: RulesArgs): Promise<void> {
  const all = await rulesWith(files);
  const rules = id === undefined ? all : all.filter((rule) => rule.id === id);
  if (rules.length === 0) throw new InquestError("misuse", `there is no rule ${id}`);
  const data = rules.map(describeRule);
  if (format === "json") process.stdout.write(`${printableJson(id === undefined ? data : data[0])}\n`);
  else process.stdout.write(listRules(data, id !== undefined));
}
