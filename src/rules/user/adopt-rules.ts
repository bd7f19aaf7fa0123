import { InquestError } from "../../bytes/index.ts";
import type { Cause, Rule, Symptom } from "../engine/index.ts";
import type { RuleExample } from "./rule-example.ts";

/** What each kind of rule must have besides its texts. */
const METHODS: Readonly<Record<Rule["kind"], readonly string[]>> = {
  symptom: ["detect"],
  cause: ["summary"],
  audit: ["inspect"],
};
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Takes in the rules that a module exports. Causes that explain a known symptom, which another copy of this package may have made, are led to
 * the one that is known by its id.
 *
 * @param path what errors call the module
 * @param exported a rule, or a list of rules
 * @throws {InquestError} `misuse` where something else was exported, or an id is taken
 */
export function adoptRules(exported: unknown, path: string, known: readonly Rule[] = []): Rule[] {
  const fail = (message: string): never => {
    throw new InquestError("misuse", `${path}: ${message}`, { path });
  };
  const listed: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (exported === undefined || listed.length === 0)
    return fail(
      "its default export must be a rule, or a list of rules, made with defineSymptom, defineCause or defineAudit",
    );
  const rules = listed.map((each, i) =>
    checked(each, (what) => fail(`rule ${i + 1} of its default export ${what}`)),
  );
  const ids = new Set(known.map(({ id }) => id));
  for (const { id } of rules) {
    if (ids.has(id)) fail(`there is a rule ${id} already: choose another id`);
    ids.add(id);
  }
  const symptoms = new Map(
    [...known, ...rules].flatMap((rule) => (rule.kind === "symptom" ? [[rule.id, rule] as const] : [])),
  );
  return rules.map((rule) => {
    if (rule.kind !== "cause") return rule;
    const explains: Symptom<unknown>[] = rule.explains.map(
      (symptom): Symptom<unknown> =>
        symptoms.get(symptom.id) ??
        fail(`${rule.id} explains ${symptom.id}, which is no symptom that is known here`),
    );
    return { ...rule, explains };
  });
}

/** Any value as a rule, if it is one. */
function checked(value: unknown, fail: (what: string) => never): Rule {
  if (typeof value !== "object" || value === null || !("kind" in value)) return fail("is no rule");
  const rule = value as Readonly<Record<string, unknown>>;
  const methods = Object.hasOwn(METHODS, String(rule["kind"]))
    ? METHODS[rule["kind"] as Rule["kind"]]
    : undefined;
  if (!methods) return fail("is no rule");
  const { id } = rule;
  if (typeof id !== "string" || !ID.test(id))
    return fail(
      `has the id ${JSON.stringify(id)}; it must be an area and a name, such as shop/slow-payments`,
    );
  for (const key of ["title", "description"])
    if (typeof rule[key] !== "string") return fail(`(${id}) has no ${key}`);
  for (const key of ["remedy", "references"])
    if (!isTexts(rule[key])) return fail(`(${id}) needs a list of texts as ${key}`);
  for (const key of methods)
    if (typeof rule[key] !== "function") return fail(`(${id}) has no function ${key}`);
  // What is left is checked where it matters: the causes' own parts.
  if (rule["kind"] === "cause")
    checkCause(rule as unknown as Cause<unknown>, (what) => fail(`(${id}) ${what}`));
  return value as Rule;
}

function checkCause(
  cause: { readonly explains: unknown; readonly tests: unknown },
  fail: (what: string) => never,
): void {
  const { explains, tests } = cause;
  if (!Array.isArray(explains) || explains.length === 0 || !explains.every((each) => hasId(each)))
    fail("must explain symptoms: the symptoms themselves, as symptomOf gives those of inquest");
  if (!Array.isArray(tests) || tests.length === 0 || !tests.every((test) => isTest(test)))
    fail("needs tests, each with a statement, an axis and a function answer");
}

const hasId = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string";

function isTest(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { statement, axis, answer } = value as Readonly<Record<string, unknown>>;
  return typeof statement === "string" && typeof axis === "string" && typeof answer === "function";
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === "string");

/** Takes in the examples that a module exports as `tests`. */
export function adoptExamples(exported: unknown, path: string): RuleExample[] {
  if (exported === undefined) return [];
  const isExample = (value: unknown): value is RuleExample =>
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "expect" in value &&
    typeof value.expect === "object" &&
    value.expect !== null;
  if (Array.isArray(exported) && exported.every(isExample)) return exported;
  throw new InquestError(
    "misuse",
    `${path}: its export tests must be a list, each with a name, files or a bundle, and expect`,
    { path },
  );
}

/**
 * A symptom among rules, such as `symptomOf(RULES, "tcp/syn-unanswered")`: for the causes that explain it.
 *
 * @throws {InquestError} `misuse` where there is none
 */
export function symptomOf(rules: readonly Rule[], id: string): Symptom<unknown> {
  const rule = rules.find((each) => each.id === id);
  if (rule?.kind === "symptom") return rule;
  throw new InquestError("misuse", `there is no symptom ${id}`);
}
