import { describeRule, listRules, printableJson } from "../report/index.ts";
import { layout } from "./layout.ts";
import { rulesWith } from "./rules-with.ts";
import type { RulesArgs } from "./rules-command.ts";
import { unknownRule } from "./unknown-rule.ts";

/** Writes all rules, or one at length. */
export async function runRules({ id, format, rules: files }: RulesArgs): Promise<void> {
  const all = await rulesWith(files);
  const rules = id === undefined ? all : all.filter((rule) => rule.id === id);
  if (id !== undefined && rules.length === 0) throw unknownRule(id, all);
  const data = rules.map(describeRule);
  if (format === "json") process.stdout.write(`${printableJson(id === undefined ? data : data[0])}\n`);
  else
    process.stdout.write(
      listRules(data, id !== undefined, layout({ output: undefined, color: false }).width),
    );
}
