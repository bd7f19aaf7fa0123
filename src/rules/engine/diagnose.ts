import { compareText, groupBy, memo } from "../../bytes/index.ts";
import type { Case, ClusterEvidence } from "../../evidence/index.ts";
import { HostEvidence } from "../../evidence/index.ts";
import { RANK, decidingOf, differentialOf, unexplainedOf } from "./differential.ts";
import type { Evaluated } from "./evaluate-cause.ts";
import { evaluateCause, titleOf } from "./evaluate-cause.ts";
import type { Finding } from "./finding.ts";
import { evidenceFrom } from "./finding.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { fold } from "./fold.ts";
import type { Audit, Cause, Fault, Rule, Sighting, Subject, Symptom } from "./rule.ts";
import { sightingsOf } from "./sightings.ts";
import { union } from "./union.ts";

/** A symptom that was seen, and the evidence that its causes are asked of. */
interface Seen {
  readonly symptom: Symptom<unknown>;
  readonly sighting: Sighting<unknown>;
  readonly host: HostEvidence;
}

/**
 * Runs rules over a case: which symptoms each host and the cluster show, what may have caused each, then the state of the
 * hosts and of the cluster where no symptom was seen, and what is wrong whatever was seen.
 *
 * @returns findings in the report's order
 */
export function diagnose(evidence: Case, rules: readonly Rule[]): Finding[] {
  const symptoms = rules.filter((rule) => rule.kind === "symptom");
  const causes = rules.filter((rule) => rule.kind === "cause");
  const audits = rules.filter((rule) => rule.kind === "audit");
  const { clusters, hosts } = evidence;
  const inClusters = clusters.map((cluster) => {
    const ofNoHost = new HostEvidence(null, [], { cluster });
    return { cluster, ofNoHost, seen: seenInCluster(cluster, clusters, hosts, ofNoHost, symptoms) };
  });
  const shown = new Map(hosts.map((host) => [host, seenOn(host, symptoms)] as const));
  const echoed = new Echoes([...shown.values()].flat());
  const byHost = groupBy(
    inClusters.flatMap(({ seen, ofNoHost }) => seen.filter((each) => !echoed.has(each, ofNoHost))),
    ({ host }) => host,
  );
  const findings = hosts.flatMap((host) =>
    diagnoseHost(host, [...(shown.get(host) ?? []), ...(byHost.get(host) ?? [])], causes),
  );
  const ofClusters = inClusters.flatMap(({ cluster, ofNoHost }) => {
    const elsewhere = diagnoseSeen(byHost.get(ofNoHost) ?? [], causes);
    if (cluster.artifacts.length === 0) return elsewhere;
    const found = new Set([...findings, ...elsewhere].map(({ rule }) => rule));
    const state = causes
      .filter(({ id, of }) => of === "cluster" && !found.has(id))
      .flatMap((cause) => unprompted(cause, ofNoHost, { kind: "cluster", name: "the cluster" }));
    const faults = audits.flatMap((audit) =>
      Array.from(audit.inspect(cluster), (fault) => auditFinding(audit, fault)),
    );
    return [...elsewhere, ...state, ...faults].map((finding) => ofOne(cluster.name, finding));
  });
  return fold([...findings, ...ofClusters]).sort(byWeight);
}

/** What hosts show by themselves, which what repeats it in the cluster need not tell again. */
class Echoes {
  readonly #own: readonly Seen[];

  constructor(own: readonly Seen[]) {
    this.#own = own;
  }

  /** Whether something is the echo of what was seen where it happened. A host without a name may be any node. */
  has({ symptom, sighting, host }: Seen, ofNoHost: HostEvidence): boolean {
    if (sighting.isEcho !== true) return false;
    return this.#own.some(
      (own) =>
        own.symptom === symptom &&
        (own.host === host || (host === ofNoHost && (sighting.node === undefined || own.host.name === null))),
    );
  }
}

/** Of several clusters, what a finding is about says which it is in. */
const ofOne = (cluster: string | undefined, finding: Finding): Finding =>
  cluster === undefined ? finding : { ...finding, subject: { ...finding.subject, cluster } };

function seenOn(host: HostEvidence, symptoms: readonly Symptom<unknown>[]): Seen[] {
  return symptoms.flatMap((symptom) =>
    sightingsOf(symptom, host).map((sighting) => ({ symptom, sighting, host })),
  );
}

/** What the cluster tells, each with the host that it happened on, or with one that has no evidence of its own. */
function seenInCluster(
  cluster: ClusterEvidence,
  clusters: readonly ClusterEvidence[],
  hosts: readonly HostEvidence[],
  ofNoHost: HostEvidence,
  symptoms: readonly Symptom<unknown>[],
): Seen[] {
  if (cluster.artifacts.length === 0) return [];
  // A node of another cluster may have the same name.
  const own = clusters.length > 1 ? hosts.filter((host) => host.cluster === cluster) : hosts;
  const known = new Map<string | undefined, HostEvidence>([[undefined, ofNoHost]]);
  const hostNamed = (node: string | undefined): HostEvidence => {
    let host = known.get(node);
    if (!host) known.set(node, (host = hostOf(own, node) ?? ofNoHost));
    return host;
  };
  return symptoms.flatMap((symptom) =>
    Array.from(symptom.detectInCluster?.(cluster) ?? [], (sighting) => {
      return { symptom, sighting, host: hostNamed(sighting.node) };
    }),
  );
}

/** A node may be known by its short name here, and with its domain there. Where several hosts may be the node, none is. */
function hostOf(hosts: readonly HostEvidence[], node: string | undefined): HostEvidence | undefined {
  if (node === undefined) return undefined;
  const same = hosts.find(({ name }) => name === node);
  const [near, another] = hosts.filter(
    ({ name }) => name !== null && (name.startsWith(`${node}.`) || node.startsWith(`${name}.`)),
  );
  return same ?? (another ? undefined : near);
}

function diagnoseHost(
  host: HostEvidence,
  seen: readonly Seen[],
  causes: readonly Cause<unknown>[],
): Finding[] {
  const subject = { kind: "node", name: host.name ?? "this node" };
  const symptoms = new Set(seen.map(({ symptom }) => symptom));
  const idle = causes.filter(
    ({ of, explains }) => of !== "cluster" && !explains.some((symptom) => symptoms.has(symptom)),
  );
  return [...diagnoseSeen(seen, causes), ...idle.flatMap((cause) => unprompted(cause, host, subject))];
}

/** The symptoms that were seen, each with what may have caused it, and their causes. */
function diagnoseSeen(all: readonly Seen[], causes: readonly Cause<unknown>[]): Finding[] {
  const byCause = new Map<Cause<unknown>, Finding[]>();
  const causesOf = memo((symptom: Symptom<unknown>) =>
    causes.filter((cause) => cause.explains.includes(symptom)),
  );
  const symptoms = all.map((seen) => {
    const { symptom, sighting, host } = seen;
    const { subject, weight, data, when } = sighting;
    const about = { subject, weight, symptom: symptom.id, when };
    const evaluated = causesOf(symptom).flatMap((cause) => {
      const one = evaluateCause(cause, { host, seen: data }, about);
      if (!one) return [];
      const others = byCause.get(cause);
      if (others) others.push(one.finding);
      else byCause.set(cause, [one.finding]);
      return [one];
    });
    return symptomFinding(seen, evaluated);
  });
  return [...symptoms, ...[...byCause.values()].flatMap(mergeBySubject)];
}

/** What a cause has to say where no symptom of it was seen. */
function unprompted(cause: Cause<unknown>, host: HostEvidence, subject: Subject): Finding[] {
  const one = evaluateCause(
    cause,
    { host, seen: undefined },
    {
      subject,
      weight: 0,
      symptom: undefined,
      when: undefined,
    },
  );
  return one ? [one.finding] : [];
}

function auditFinding(audit: Audit, fault: Fault): Finding {
  return {
    rule: audit.id,
    kind: "audit",
    verdict: "confirmed",
    host: null,
    subject: fault.subject,
    title: audit.title,
    summary: fault.summary,
    evidence: fault.evidence.map((cite) => evidenceFrom("supports", cite)),
    missing: fault.missing ?? [],
    remedy: union(fault.advice?.remedy, audit.remedy),
    references: union(fault.advice?.references, audit.references),
    explains: [],
    weight: fault.weight,
  };
}

function symptomFinding({ symptom, sighting, host }: Seen, evaluated: readonly Evaluated[]): Finding {
  const decide = decidingOf(evaluated);
  const differential = differentialOf(evaluated);
  const unexplained = unexplainedOf(differential);
  const isExplained = differential.some(({ verdict }) => verdict !== "ruled-out");
  return {
    rule: symptom.id,
    kind: "symptom",
    verdict: "confirmed",
    host: host.name,
    subject: sighting.subject,
    ...titleOf(symptom.title, sighting.when),
    summary: sighting.summary,
    evidence: sighting.evidence.map((cite) => evidenceFrom("supports", cite)),
    missing: sighting.missing ?? [],
    remedy: union(sighting.advice?.remedy, symptom.remedy),
    references: union(sighting.advice?.references, symptom.references),
    explains: [],
    weight: sighting.weight,
    differential,
    ...(decide && { decide }),
    ...(unexplained && { unexplained }),
    ...(!isExplained &&
      (sighting.namesItsCause === true
        ? { namesItsCause: true as const }
        : { fingerprint: fingerprintOf(symptom.id, sighting) })),
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
      // Of several looks at one thing, the one that shows most of it speaks; what goes on with one of them is not over.
      const { when, ...rest } = finding.weight > other.weight ? finding : other;
      const going = [other, finding].find((each) => each.when === undefined);
      const told = going ? { ...rest, title: going.title } : { ...rest, ...(when !== undefined && { when }) };
      bySubject.set(key, { ...told, explains, weight });
    }
  }
  return [...bySubject.values()];
}

const KIND_RANK: Record<Finding["kind"], number> = { cause: 0, symptom: 1, audit: 2 };

/** Audits last; then by verdict; then causes before the symptoms that they explain, the weightier first. */
function byWeight(a: Finding, b: Finding): number {
  return (
    Number(a.kind === "audit") - Number(b.kind === "audit") ||
    RANK[a.verdict] - RANK[b.verdict] ||
    KIND_RANK[a.kind] - KIND_RANK[b.kind] ||
    b.weight - a.weight ||
    compareText(a.rule, b.rule) ||
    compareText(a.host ?? "", b.host ?? "") ||
    compareText(JSON.stringify(a.subject), JSON.stringify(b.subject))
  );
}
