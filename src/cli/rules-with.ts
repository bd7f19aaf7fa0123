import type { Rule } from "../rules/index.ts";
import { RULES } from "../rules/index.ts";

/** All rules of inquest, and those of files. */
export async function rulesWith(files: readonly string[] | undefined): Promise<readonly Rule[]> {
  if (files === undefined || files.length === 0) return RULES;
  const { loadRules } = await import("./load-rules.ts");
  const loaded = await loadRules(files);
  return [...RULES, ...loaded.flatMap(({ rules }) => rules)];
}
