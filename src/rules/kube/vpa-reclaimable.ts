import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import type { Fault } from "../engine/index.ts";
import { defineAudit } from "../engine/index.ts";
import { count, percent, size } from "../words.ts";
import type { VpaWorkload } from "./vpa-workloads.ts";
import { needlessRestarts, reclaimable, requested, vpaWorkloads } from "./vpa-workloads.ts";

/** Less is not worth a change: cores, and bytes. */
const LITTLE_CPU = 0.1;
const LITTLE_MEMORY = 64 * 2 ** 20;
/** Of what a workload asks for. */
const SHARE = 0.1;

/** Requests above what a VerticalPodAutoscaler recommends. */
export const vpaReclaimable = defineAudit({
  id: "kube/vpa-reclaimable",
  title: "pods ask for more than their VerticalPodAutoscaler recommends",
  description:
    "Requests less the recommendation's target, of every pod of a workload that has a VerticalPodAutoscaler, and in total: what could be given back. And workloads whose pods would be restarted " +
    "for a change inside the recommendation's own bounds: the updater evicts for a change of a tenth what has run for twelve hours.",
  remedy: [
    "Set the requests in the workload's template to the recommendation's target, or let the VerticalPodAutoscaler do so (updateMode Initial doesn't restart pods).",
    'Where pods would be restarted for little, set updateMode: Initial or "Off", or raise the updater\'s --pod-update-threshold.',
  ],
  references: [
    "https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler",
    "https://github.com/kubernetes/autoscaler/pull/3962",
  ],
  *inspect(cluster) {
    const all = vpaWorkloads(cluster);
    const saving = all.filter(hasSaving);
    if (saving.length > 1) yield totalOf(saving);
    for (const workload of all) yield* faultsOf(cluster, workload);
  },
});

const hasSaving = (workload: VpaWorkload): boolean =>
  isMuch(workload, "cpu", LITTLE_CPU) || isMuch(workload, "memory", LITTLE_MEMORY);

function isMuch(workload: VpaWorkload, resource: string, least: number): boolean {
  const saved = reclaimable(workload, resource);
  return saved >= least && saved >= SHARE * requested(workload, resource);
}

const cores = (amount: number): string => `${Number(amount.toFixed(2))} cores`;

function savingText(workloads: readonly VpaWorkload[]): string {
  const sum = (of: (workload: VpaWorkload) => number): number =>
    workloads.reduce((total, each) => total + of(each), 0);
  const [cpu, memory] = [sum((each) => reclaimable(each, "cpu")), sum((each) => reclaimable(each, "memory"))];
  const [allCpu, allMemory] = [
    sum((each) => requested(each, "cpu")),
    sum((each) => requested(each, "memory")),
  ];
  return [
    ...(cpu > 0 ? [`${cores(cpu)} of ${cores(allCpu)} (${percent(cpu, allCpu)})`] : []),
    ...(memory > 0
      ? [`${size(memory)} of ${size(allMemory)} of memory (${percent(memory, allMemory)})`]
      : []),
  ].join(" and ");
}

function totalOf(workloads: readonly VpaWorkload[]): Fault {
  return {
    subject: { kind: "cluster", name: "the cluster" },
    summary: `${count(workloads.length, "workload")} could give back ${savingText(workloads)} that they ask for together.`,
    evidence: [],
    weight: workloads.reduce((total, each) => total + worth(each), 0),
  };
}

function* faultsOf(cluster: ClusterEvidence, workload: VpaWorkload): Generator<Fault> {
  const { name, pods } = workload;
  const evidence = citesOf(cluster, workload);
  if (hasSaving(workload))
    yield {
      subject: { kind: "workload", name },
      summary: `${name} asks for more than is recommended: ${count(pods.length, "pod")} could give back ${savingText([workload])}.`,
      evidence,
      weight: worth(workload),
    };
  const restarts = needlessRestarts(workload);
  if (restarts === 0) return;
  const once = restarts === 1 ? "it has" : "they have";
  yield {
    subject: { kind: "pods", name: `pods of ${name}` },
    summary: `${restarts} of ${count(pods.length, "pod")} of ${name} would be restarted for a change inside the recommendation's own bounds, once ${once} run for twelve hours.`,
    evidence,
    weight: restarts / 1000,
  };
}

/** Cores and gigabytes. */
const worth = (workload: VpaWorkload): number =>
  reclaimable(workload, "memory") / 2 ** 30 + reclaimable(workload, "cpu");

function citesOf(cluster: ClusterEvidence, { vpa, pods, source }: VpaWorkload): Cite[] {
  const amounts = (of: ReadonlyMap<string, number>): string =>
    [...of]
      .map(([resource, amount]) =>
        resource === "memory" ? size(amount) : resource === "cpu" ? cores(amount) : `${resource} ${amount}`,
      )
      .join(", ");
  const [first = []] = pods;
  const asked = first.map(
    ({ requests, recommended }) => `container ${recommended.container} asks for ${amounts(requests)}`,
  );
  const told = vpa.recommendations.map(
    ({ container, target, lowerBound, upperBound }) =>
      `container ${container}: target ${amounts(target)}, from ${amounts(lowerBound)} to ${amounts(upperBound)}`,
  );
  return [
    cluster.cite(source, `${source.kind} ${source.name}: ${asked.join("; ")}`),
    cluster.cite(
      vpa.object,
      `VerticalPodAutoscaler ${vpa.name} (updateMode ${vpa.updateMode ?? "Auto, by default"}): ${told.join("; ")}`,
    ),
  ];
}
