import type { Axis, Rule, Weight } from "../rules/index.ts";
import { COMPONENTS, rangeText } from "../rules/index.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 100;

/** What an answer of a test is worth, for people. */
const IF_SO: Record<Weight, string> = {
  decisive: "settles it",
  strong: "speaks for it",
  weak: "is a hint",
};
const IF_NOT: Record<Weight, string> = {
  decisive: "rules it out",
  strong: "speaks against it",
  weak: "is a hint against it",
};

/** Where the evidence of a test lies, for people. */
const AXIS: Record<Axis, string> = {
  config: "by a setting",
  version: "by a version",
  counter: "by a counter",
  traffic: "by packets",
  state: "by what it was doing",
  time: "by how long it lasts",
  identity: "by who it is",
};

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
    readonly axis: Axis;
    readonly holds: Weight | null;
    readonly fails: Weight | null;
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
      versions: `${COMPONENTS[fix.component].name}, ${rangeText(fix)}`,
    })),
    remedy: rule.remedy,
    references: rule.references,
  };
}

/** Rules as text: a line each, or each at length. */
export function listRules(rules: readonly DescribedRule[], atLength: boolean, width = WIDTH): string {
  const idWidth = Math.max(...rules.map((rule) => rule.id.length));
  if (!atLength) {
    return rules
      .map(({ id, kind, title }) => `${id.padEnd(idWidth)}  ${kind.padEnd(7)}  ${title}\n`)
      .join("");
  }
  return rules.map((rule) => explain(rule, width)).join("\n");
}

function explain(rule: DescribedRule, width: number): string {
  const listed = (text: string): string => wrap(text, width, "- ", "  ");
  const lines = [
    `${rule.id} (${rule.kind})`,
    wrap(rule.title, width, "", ""),
    "",
    wrap(rule.description, width, "", ""),
  ];
  if (rule.explains.length > 0) lines.push("", wrap(`Explains ${rule.explains.join(", ")}.`, width, "", ""));
  if (rule.tests.length > 0) {
    lines.push("", "It asks whether");
    for (const { statement, axis, holds, fails, command } of rule.tests) {
      const worth = [
        ...(holds === null ? [] : [`yes ${IF_SO[holds]}`]),
        ...(fails === null ? [] : [`no ${IF_NOT[fails]}`]),
      ];
      lines.push(listed(statement), `    ${[AXIS[axis], ...worth].join("; ")}`);
      if (command !== null) lines.push(`    ask: ${command}`);
    }
  }
  if (rule.fixes.length > 0) {
    const rows = rule.fixes.map(({ defect, versions }) => listed(`${versions}: ${defect}`));
    lines.push("", "Known defects", ...rows);
  }
  if (rule.remedy.length > 0) lines.push("", "Remedy", ...rule.remedy.map(listed));
  if (rule.references.length > 0) lines.push("", "See", ...rule.references.map((text) => `- ${text}`));
  return `${lines.join("\n")}\n`;
}
