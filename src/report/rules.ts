import type { Rule } from "../rules/index.ts";
import { COMPONENTS, rangeText } from "../rules/index.ts";
import { wrap } from "./wrap.ts";

/** A rule in plain data, as `inquest rules --format json` prints it. */
export interface DescribedRule {
  readonly id: string;
  readonly kind: Rule["kind"];
  readonly title: string;
  readonly description: string;
  /** Ids of the symptoms that a cause explains. */
  readonly explains: readonly string[];
  /** What a cause asks of the evidence, and what either answer is worth. */
  readonly tests: readonly {
    readonly statement: string;
    readonly axis: string;
    readonly holds: string | null;
    readonly fails: string | null;
    readonly command: string | null;
  }[];
  /** Known defects that it is about, with the versions that have them in words. */
  readonly fixes: readonly {
    readonly id: string;
    readonly defect: string;
    readonly versions: string;
  }[];
  readonly remedy: readonly string[];
  readonly references: readonly string[];
}

/** A rule without its code. */
export function describeRule(rule: Rule): DescribedRule {
  const tests = rule.kind === "cause" ? rule.tests : [];
  return {
    id: rule.id,
    kind: rule.kind,
    title: rule.title,
    description: rule.description,
    explains: rule.kind === "cause" ? rule.explains.map((symptom) => symptom.id) : [],
    tests: tests.map(({ statement, axis, holds, fails, ask }) => ({
      statement,
      axis,
      holds: holds ?? null,
      fails: fails ?? null,
      command: ask?.command ?? null,
    })),
    fixes: (rule.fixes ?? []).map((fix) => ({
      id: fix.id,
      defect: fix.defect,
      versions: `${COMPONENTS[fix.component].name} ${rangeText(fix)}`,
    })),
    remedy: rule.remedy,
    references: rule.references,
  };
}

/** Rules as text: a line each, or each at length. */
export function listRules(rules: readonly DescribedRule[], atLength: boolean): string {
  const width = Math.max(...rules.map((rule) => rule.id.length));
  if (!atLength) {
    return rules.map(({ id, kind, title }) => `${id.padEnd(width)}  ${kind.padEnd(7)}  ${title}\n`).join("");
  }
  return rules.map(explain).join("\n");
}

function explain(rule: DescribedRule): string {
  const lines = [`${rule.id} (${rule.kind})`, rule.title, "", wrap(rule.description, 100, "", "")];
  if (rule.explains.length > 0) lines.push("", `Explains ${rule.explains.join(", ")}.`);
  if (rule.tests.length > 0) {
    lines.push("", "It asks whether");
    for (const { statement, axis, holds, fails, command } of rule.tests) {
      const worth = [holds && `${holds} if so`, fails && `${fails} against if not`]
        .filter(Boolean)
        .join(", ");
      lines.push(
        wrap(`${statement} (${[axis, worth].filter((part) => part !== "").join(": ")})`, 100, "- ", "  "),
      );
      if (command !== null) lines.push(`    ${command}`);
    }
  }
  if (rule.fixes.length > 0) {
    const rows = rule.fixes.map(({ defect, versions }) => wrap(`${versions}: ${defect}`, 100, "- ", "  "));
    lines.push("", "Known defects", ...rows);
  }
  if (rule.remedy.length > 0)
    lines.push("", "Remedy", ...rule.remedy.map((text) => wrap(text, 100, "- ", "  ")));
  if (rule.references.length > 0) lines.push("", "See", ...rule.references.map((text) => `- ${text}`));
  return `${lines.join("\n")}\n`;
}
