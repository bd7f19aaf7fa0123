import { InquestError } from "../bytes/index.ts";
import { describeRule, listRules, printableJson } from "../report/index.ts";
import { RULES } from "../rules/index.ts";
import type { RulesArgs } from "./rules-command.ts";

/** Writes all rules, or one at length. */
export function runRules({ id, format }: RulesArgs): void {
  const rules = id === undefined ? RULES : RULES.filter((rule) => rule.id === id);
  if (rules.length === 0) throw new InquestError("misuse", `there is no rule ${id}`);
  const data = rules.map(describeRule);
  if (format === "json") process.stdout.write(`${printableJson(id === undefined ? data : data[0])}\n`);
  else process.stdout.write(listRules(data, id !== undefined));
}
