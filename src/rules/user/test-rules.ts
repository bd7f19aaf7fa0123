import type { BundleInput } from "../../bundle/index.ts";
import { openBundle } from "../../bundle/index.ts";
import { InquestError, sourceOf } from "../../bytes/index.ts";
import { buildCase } from "../../evidence/index.ts";
import type { Finding, Rule, Verdict } from "../engine/index.ts";
import { diagnose, searchesOf } from "../engine/index.ts";
import type { ExampleEvidence, RuleExample } from "./rule-example.ts";

/** A verdict, or `silent` where there is no finding. */
export type Outcome = Verdict | "silent";

/** A rule that said something else than an example expects. */
export interface Difference {
  readonly rule: string;
  /** `unnamed` where the example doesn't name the rule: it may be silent or ruled out. */
  readonly expected: Outcome | "unnamed";
  readonly actual: Outcome;
  /** What it said. */
  readonly findings: readonly Finding[];
}

/** What became of an example. */
export interface ExampleResult {
  readonly name: string;
  /** None where all is as expected. */
  readonly differences: readonly Difference[];
  /** All that the rules found. */
  readonly findings: readonly Finding[];
  /** Artifacts of the example that no decoder and no search of the rules could use, with the reason. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

/** How {@link testRules} and {@link assertRules} run. */
export interface TestRulesOptions {
  /** What paths of bundles are relative to; the working directory when absent. */
  readonly folder?: string;
  /** Other rules that an example may expect a verdict of, such as `RULES`. */
  readonly known?: readonly Rule[];
}

const SUREST: readonly Outcome[] = ["confirmed", "likely", "possible", "ruled-out", "silent"];

/**
 * Runs rules against examples. Symptoms that causes explain come along by themselves.
 *
 * @throws {InquestError} `not-found` where a bundle isn't there; `misuse` where an example names a rule that is unknown
 */
export async function testRules(
  rules: readonly Rule[],
  examples: readonly RuleExample[],
  options: TestRulesOptions = {},
): Promise<ExampleResult[]> {
  const results: ExampleResult[] = [];
  for (const example of examples) results.push(await testExample(rules, example, options));
  return results;
}

/**
 * The same for test runners.
 *
 * @throws {RuleTestError} where a rule says something else than is expected
 */
export async function assertRules(
  rules: readonly Rule[],
  examples: readonly RuleExample[],
  options: TestRulesOptions = {},
): Promise<void> {
  const results = await testRules(rules, examples, options);
  if (results.some(({ differences }) => differences.length > 0)) throw new RuleTestError(results);
}

/** Rules that don't say what examples expect; runners show `expected` and `actual` side by side. */
export class RuleTestError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  /** Verdicts by example and rule. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly actual: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly results: readonly ExampleResult[];

  constructor(results: readonly ExampleResult[]) {
    const failed = results.filter(({ differences }) => differences.length > 0);
    super(failed.flatMap(explainExample).join("\n"));
    const by = (outcome: (difference: Difference) => string) =>
      Object.fromEntries(
        failed.map(({ name, differences }) => [
          name,
          Object.fromEntries(differences.map((each) => [each.rule, outcome(each)])),
        ]),
      );
    this.results = results;
    this.expected = by(({ expected }) => (expected === "unnamed" ? "silent" : expected));
    this.actual = by(({ actual }) => actual);
  }
}

async function testExample(
  rules: readonly Rule[],
  example: RuleExample,
  { folder = "", known = [] }: TestRulesOptions,
): Promise<ExampleResult> {
  const expected = new Map(Object.entries(example.expect));
  const others = known.filter(({ id }) => expected.has(id));
  const all = withSymptoms([...rules, ...others.filter((other) => !rules.some(({ id }) => id === other.id))]);
  const stranger = [...expected.keys()].find((id) => !all.some((rule) => rule.id === id));
  if (stranger !== undefined)
    throw new InquestError("misuse", `${example.name}: there is no rule ${stranger}`);
  const searches = searchesOf(all);
  const bundle = await openBundle(inputsOf(example, example.name, folder), { searches });
  const baseline =
    example.baseline &&
    (await openBundle(inputsOf(example.baseline, example.name, folder), { baseline: true, searches }));
  const findings = diagnose(buildCase(bundle, baseline), all);
  const differences = all.flatMap(({ id }): Difference[] => {
    const own = findings.filter(({ rule }) => rule === id);
    const actual = SUREST.find((outcome) => own.some(({ verdict }) => verdict === outcome)) ?? "silent";
    const outcome = expected.get(id);
    if (outcome === actual) return [];
    if (outcome === undefined) {
      const isTested = rules.some((rule) => rule.id === id);
      if (!isTested || actual === "silent" || actual === "ruled-out") return [];
    }
    return [{ rule: id, expected: outcome ?? "unnamed", actual, findings: own }];
  });
  const unread = bundle.artifacts
    .filter(({ status }) => status === "unread")
    .map(({ path, reason = "unread" }) => ({ path, reason }));
  return { name: example.name, differences, findings, unread };
}

/** Rules and the symptoms that they explain: without these a cause can't be judged. */
function withSymptoms(rules: readonly Rule[]): Rule[] {
  const explained = rules.flatMap((rule) => (rule.kind === "cause" ? rule.explains : []));
  return [...rules, ...new Set(explained.filter((symptom) => !rules.includes(symptom)))];
}

function inputsOf({ files = {}, bundle = [] }: ExampleEvidence, name: string, folder: string): BundleInput[] {
  const encoder = new TextEncoder();
  const inputs = [
    ...Object.entries(files).map(([path, content]) => ({
      name: path,
      source: sourceOf(typeof content === "string" ? encoder.encode(content) : content),
    })),
    ...[bundle].flat().map((path) => (folder === "" || path.startsWith("/") ? path : `${folder}/${path}`)),
  ];
  if (inputs.length === 0) throw new InquestError("misuse", `${name}: an example needs files or a bundle`);
  return inputs;
}

/** What is wrong with an example, and what speaks for and against: a line each. */
export function explainExample({ name, differences, findings, unread }: ExampleResult): string[] {
  const lines = [`${name}:`];
  for (const { rule, expected, actual, findings: own } of differences) {
    const wanted = expected === "unnamed" ? "silent or ruled-out, for it isn't named," : expected;
    lines.push(`  ${rule}: expected ${wanted} and is ${actual}`, ...own.flatMap(explainFinding));
    const symptoms = findings.filter(({ differential }) =>
      differential?.some((rival) => rival.rule === rule),
    );
    for (const { rule: symptom, differential = [] } of symptoms)
      lines.push(
        `    ${symptom}: ${differential.map((rival) => `${rival.rule} ${rival.verdict}`).join(", ")}`,
      );
    if (actual === "silent") {
      const seen = findings.filter(({ kind }) => kind === "symptom").map((finding) => finding.rule);
      lines.push(
        seen.length === 0 ? "    no symptom was seen" : `    symptoms that were seen: ${seen.join(", ")}`,
      );
    }
  }
  if (differences.length > 0)
    for (const { path, reason } of unread) lines.push(`  ${path} was not read: ${reason}`);
  return lines;
}

function explainFinding({ verdict, host, summary, evidence, missing }: Finding): string[] {
  return [
    `    ${verdict}${host === null ? "" : ` on ${host}`}: ${summary}`,
    ...evidence.map(({ effect, text, artifact, where }) => {
      const line = typeof where?.["line"] === "number" ? `:${where["line"]}` : "";
      return `      ${effect === "supports" ? "for" : "against"}: ${text} (${artifact}${line})`;
    }),
    ...missing.map(({ text, command }) => `      open: ${text}: ${command}`),
  ];
}
