import type { Finding, Subject } from "../rules/index.ts";
import { subjectName } from "../rules/index.ts";

/** The symptoms whose cause is confirmed, or likely, as a text tells them apart. */
export type Explained = "confirmed" | "likely" | "open";

/** How sure the surest cause of a symptom is. */
export function explainedOf({ differential }: Finding): Explained {
  const verdict = differential?.[0]?.verdict;
  return verdict === "confirmed" || verdict === "likely" ? verdict : "open";
}

/** Whether the text tells the cause of a symptom: it doesn't where that is of a rule that was left out. */
export function isExplainedBy(finding: Finding, causes: ReadonlySet<string>): boolean {
  const lead = finding.differential?.[0]?.rule;
  return lead !== undefined && explainedOf(finding) !== "open" && causes.has(lead);
}

/**
 * The causes that have nothing left to explain: each of their symptoms has a confirmed one, and they are only possible.
 */
export function sparedOf(findings: readonly Finding[]): Set<Finding> {
  const keyOf = (rule: string, host: string | null, name: string): string =>
    JSON.stringify([rule, host, name]);
  const isExplained = new Map<string, boolean>();
  for (const finding of findings) {
    const { kind, rule, host, subject } = finding;
    if (kind !== "symptom") continue;
    const isConfirmed = explainedOf(finding) === "confirmed";
    for (const name of names(subject)) {
      const key = keyOf(rule, host, name);
      isExplained.set(key, isConfirmed && isExplained.get(key) !== false);
    }
  }
  const spared = findings.filter(({ kind, verdict, host, explains, subject }) => {
    if (kind !== "cause" || verdict !== "possible") return false;
    const name = subjectName(subject);
    const known = explains.flatMap((rule) => isExplained.get(keyOf(rule, host, name)) ?? []);
    return known.length > 0 && !known.includes(false);
  });
  return new Set(spared);
}

/** The names of a subject, and of those that are folded into it. */
function names(subject: Subject): Set<string> {
  const { alike } = subject;
  const others = Array.isArray(alike) ? (alike as readonly Subject[]) : [];
  return new Set([subject, ...others].map(subjectName));
}
