import type { Case, ClusterEvidence } from "../../evidence/index.ts";
import { HostEvidence } from "../../evidence/index.ts";
import { evaluateCause } from "./evaluate-cause.ts";
import type { Finding } from "./finding.ts";
import { fold } from "./fold.ts";
import type { Cause, Rule, Sighting, Symptom } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

/**
 * Runs rules over a case, host by host: which symptoms are seen, then what may have caused each, then the hosts' own
 * state where no symptom was seen.
 *
 * @returns findings in the report's order
 */
export function diagnose(evidence: Case, rules: readonly Rule[]): Finding[] {
  const symptoms = rules.filter((rule) => rule.kind === "symptom");
  const causes = rules.filter((rule) => rule.kind === "cause");
  const findings = evidence.hosts.flatMap((host) => diagnoseHost(host, symptoms, causes));
  findings.push(...diagnoseCluster(evidence.cluster, causes, findings));
  return fold(findings).sort(byWeight);
}

function diagnoseHost(
  host: HostEvidence,
  symptoms: readonly Symptom<unknown>[],
  causes: readonly Cause<unknown>[],
): Finding[] {
  const seen = symptoms.map((symptom) => ({ symptom, sightings: [...symptom.detect(host)] }));
  const found = seen.flatMap(({ symptom, sightings }) =>
    sightings.map((s) => symptomFinding(symptom, s, host)),
  );
  for (const cause of causes) {
    const explained = seen.filter(
      ({ symptom, sightings }) => sightings.length > 0 && cause.explains.includes(symptom),
    );
    const evaluated = explained.flatMap(({ symptom, sightings }) =>
      sightings.map((s) =>
        evaluateCause(
          cause,
          { host, seen: s.data },
          { subject: s.subject, weight: s.weight, symptom: symptom.id },
        ),
      ),
    );
    if (explained.length === 0 && cause.of !== "cluster") {
      const subject = { kind: "node", name: host.name ?? "this node" };
      evaluated.push(
        evaluateCause(cause, { host, seen: undefined }, { subject, weight: 0, symptom: undefined }),
      );
    }
    found.push(...mergeBySubject(evaluated.filter((finding) => finding !== undefined)));
  }
  return found;
}

/** What the cluster's objects say by themselves, of causes that no host's symptom has brought up. */
function diagnoseCluster(
  cluster: ClusterEvidence,
  causes: readonly Cause<unknown>[],
  found: readonly Finding[],
): Finding[] {
  if (cluster.artifacts.length === 0) return [];
  const host = new HostEvidence(null, [], { cluster });
  const subject = { kind: "cluster", name: "the cluster" };
  return causes
    .filter(({ id, of }) => of === "cluster" && found.every(({ rule }) => rule !== id))
    .flatMap(
      (cause) =>
        evaluateCause(cause, { host, seen: undefined }, { subject, weight: 0, symptom: undefined }) ?? [],
    );
}

function symptomFinding(symptom: Symptom<unknown>, sighting: Sighting<unknown>, host: HostEvidence): Finding {
  return {
    rule: symptom.id,
    kind: "symptom",
    verdict: "confirmed",
    host: host.name,
    subject: sighting.subject,
    title: symptom.title,
    summary: sighting.summary,
    evidence: sighting.evidence.map((cite) => ({ effect: "supports", ...cite })),
    missing: sighting.missing ?? [],
    remedy: [...(sighting.advice?.remedy ?? []), ...symptom.remedy],
    references: [...(sighting.advice?.references ?? []), ...symptom.references],
    explains: [],
    weight: sighting.weight,
  };
}

/**
 * One subject may show several symptoms of one cause: that is one finding, as sure as its surest, and it explains the
 * symptoms of which it is that sure.
 */
function mergeBySubject(findings: readonly Finding[]): Finding[] {
  const bySubject = new Map<string, Finding>();
  for (const finding of findings) {
    const key = JSON.stringify(finding.subject);
    const other = bySubject.get(key);
    if (!other) bySubject.set(key, finding);
    else if (RANK[finding.verdict] < RANK[other.verdict]) bySubject.set(key, finding);
    else if (finding.verdict === other.verdict) {
      const explains = [...new Set([...other.explains, ...finding.explains])].sort();
      const weight = Math.max(other.weight, finding.weight);
      bySubject.set(key, { ...other, explains, weight });
    }
  }
  return [...bySubject.values()];
}

const RANK: Record<Verdict, number> = { confirmed: 0, likely: 1, possible: 2, "ruled-out": 3 };
const KIND_RANK: Record<Finding["kind"], number> = { cause: 0, symptom: 1, audit: 2 };

/** Audits last; then by verdict; then causes before the symptoms that they explain, the weightier first. */
function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.kind === "audit") - Number(b.kind === "audit") ||
    RANK[a.verdict] - RANK[b.verdict] ||
    KIND_RANK[a.kind] - KIND_RANK[b.kind] ||
    b.weight - a.weight ||
    compare(a.rule, b.rule) ||
    compare(a.host ?? "", b.host ?? "") ||
    compare(JSON.stringify(a.subject), JSON.stringify(b.subject))
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
