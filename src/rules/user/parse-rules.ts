import type { Audit, Rule, Symptom } from "../engine/index.ts";
import { defineAudit } from "../engine/index.ts";
import { compileCause } from "./compile-cause.ts";
import { compileObject } from "./compile-object.ts";
import { compileSymptom } from "./compile-symptom.ts";
import type { WrittenAudit, WrittenRule } from "./form.ts";
import { ruleFile } from "./form.ts";
import { answersOf, citeField } from "./object-fields.ts";
import type { Problem } from "./problems.ts";
import { RulesError } from "./problems.ts";
import { readYaml } from "./read-yaml.ts";
import type { RuleExample } from "./rule-example.ts";
import { exampleOf } from "./rule-example.ts";
import type { Placed, Report } from "./shape.ts";
import { template } from "./template.ts";

/** How {@link parseRules} reads. */
export interface ParseRulesOptions {
  /** What errors call the text; `rules.yaml` when absent. */
  readonly path?: string;
  /** Rules that there are already, such as `RULES`: their symptoms may be explained, and their ids are taken. */
  readonly known?: readonly Rule[];
}

/** The rules of a file, and the examples that stand beside them. */
export interface RuleFile {
  readonly rules: readonly Rule[];
  readonly examples: readonly RuleExample[];
}

/**
 * Reads rules that were written in YAML. They are made of the same parts as rules that are written as code, and are judged by the same engine.
 *
 * @throws {RulesError} an `InquestError` (`misuse`) that names everything that is wrong, each with its line and column
 */
export function parseRules(written: string, options: ParseRulesOptions = {}): RuleFile {
  const text = written.replace(/^\uFEFF/, "");
  const { path = "rules.yaml", known = [] } = options;
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const { node, problems: unread } = readYaml(text);
  const file = node && ruleFile.read(node, 0, report);
  if (!file || problems.length > 0) throw new RulesError(path, text, [...unread, ...problems]);
  const ids = new Map<string, "inquest" | "own">(known.map(({ id }) => [id, "inquest"]));
  for (const rule of file.rules) takeId(idOf(rule), ids, report);
  const rules = compile(file.rules, known, report);
  const examples = (file.tests ?? []).flatMap(
    (example) => exampleOf(example, (id) => ids.has(id), report) ?? [],
  );
  if (problems.length > 0) throw new RulesError(path, text, problems);
  return { rules, examples };
}

function idOf(rule: WrittenRule): Placed<string> {
  if ("symptom" in rule) return rule.symptom;
  return "cause" in rule ? rule.cause : rule.audit;
}

function takeId(
  { value, offset }: Placed<string>,
  ids: Map<string, "inquest" | "own">,
  report: Report,
): void {
  const other = ids.get(value);
  if (other === undefined) ids.set(value, "own");
  else
    report({
      message:
        other === "own"
          ? `there are two rules ${value} in this file`
          : `there is a rule ${value} already: choose another id`,
      offset,
    });
}

function compile(written: readonly WrittenRule[], known: readonly Rule[], report: Report): Rule[] {
  const kinds = new Map<string, Rule["kind"]>(known.map(({ id, kind }) => [id, kind]));
  const symptoms = new Map<string, { symptom: Symptom<unknown>; names: ReadonlySet<string> }>();
  for (const rule of known)
    if (rule.kind === "symptom") symptoms.set(rule.id, { symptom: rule, names: new Set() });
  // Causes may stand before the symptoms that they explain.
  for (const rule of written) {
    const id = idOf(rule).value;
    kinds.set(id, "symptom" in rule ? "symptom" : "cause" in rule ? "cause" : "audit");
    const compiled = "symptom" in rule ? compileSymptom(rule, report) : undefined;
    if (compiled) symptoms.set(id, compiled);
  }
  return written.flatMap((rule): Rule[] => {
    if ("symptom" in rule) return [symptoms.get(rule.symptom.value)?.symptom ?? []].flat();
    if ("audit" in rule) return [compileAudit(rule, report) ?? []].flat();
    const explained = rule.explains.flatMap(({ value, offset }) => {
      const one = symptoms.get(value);
      const kind = kinds.get(value);
      if (kind === undefined) report({ message: `there is no symptom ${value}`, offset });
      else if (kind !== "symptom")
        report({
          message: `${value} is ${kind === "audit" ? "an" : "a"} ${kind}: only symptoms are explained`,
          offset,
        });
      return one ?? [];
    });
    const names = new Set(explained.flatMap((each) => [...each.names]));
    return [
      compileCause(
        rule,
        explained.map(({ symptom }) => symptom),
        names,
        report,
      ),
    ];
  });
}

const AUDIT_NAMES: ReadonlySet<string> = new Set(["value", "name", "namespace"]);

function compileAudit(written: WrittenAudit, report: Report): Audit | undefined {
  const field = compileObject(written.object, report);
  const say = written.summary && template(written.summary, AUDIT_NAMES, report);
  if (!field) return undefined;
  return defineAudit({
    id: written.audit.value,
    title: written.title,
    description: written.description,
    remedy: written.remedy ?? [],
    references: written.references ?? [],
    inspect: (cluster) =>
      answersOf(cluster, field).flatMap((answer) => {
        if (answer.is !== true) return [];
        const { kind, name = "", namespace } = answer.object;
        const cite = citeField(cluster, answer, field);
        const values = new Map([
          ["name", name],
          ["namespace", namespace ?? ""],
          ["value", String(answer.value ?? "")],
        ]);
        const named = namespace === undefined ? name : `${namespace}/${name}`;
        return [
          {
            subject: { kind: kind.toLowerCase(), name: named },
            summary: say?.(values) ?? `${cite.text}.`,
            evidence: [cite],
            weight: 1,
          },
        ];
      }),
  });
}
