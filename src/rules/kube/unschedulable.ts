import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { clusterEvents, eventsAbout, latestTimes } from "../../evidence/index.ts";
import type { KubeEvent, Pod } from "../../kube/index.ts";
import { conditionsOf } from "../../kube/index.ts";
import type { Sighting } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, seconds } from "../words.ts";
import { nameOf } from "./named.ts";
import type { Reason } from "./reasons.ts";
import { adviceOn, quoted, reasonsIn } from "./reasons.ts";

/** New pods wait for so long while a volume is bound, or a pod before them goes. */
const LONG = 60;
/** Without a listing of the pod. */
const MANY_TIMES = 3;

const REASONS: readonly Reason[] = [
  {
    pattern: /Insufficient (?:cpu|memory|ephemeral-storage)/,
    says: "requests",
    remedy:
      "Compare the pod's requests with what nodes have left (kubectl describe nodes, Allocated resources); lower requests that nobody uses, or add nodes.",
  },
  {
    pattern: /Insufficient (?!cpu|memory|ephemeral-storage)/,
    says: "devices",
    remedy: "See whether the device's plugin runs on the nodes, and what they tell as allocatable.",
  },
  {
    pattern: /Too many pods/,
    says: "pods",
    remedy:
      "The nodes have as many pods as they may (--max-pods): add nodes, or raise it where addresses suffice.",
  },
  {
    pattern: /node\.kubernetes\.io\/(?:unreachable|not-ready)/,
    says: "lost",
    remedy: "Nodes are not ready: look at their kubelets before anything else.",
  },
  {
    pattern: /node\.kubernetes\.io\/(?:disk|memory|pid)-pressure/,
    says: "pressure",
    remedy: "Nodes are short of disk, memory or processes: see what fills them.",
  },
  {
    pattern: /taint|PodToleratesNodeTaints/,
    says: "taints",
    remedy: "Give the pod a toleration for the taint, or nodes without it.",
    reference: "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/",
  },
  {
    pattern: /node affinity\/selector|node selector|MatchNodeSelector/,
    says: "selector",
    remedy: "Compare the pod's nodeSelector and nodeAffinity with the nodes' labels.",
  },
  {
    pattern: /volume node affinity conflict|NoVolumeZoneConflict/,
    says: "zone",
    remedy:
      "The pod's volume is bound to a zone or node where it finds no room: use WaitForFirstConsumer, and nodes in the volume's zone.",
    reference: "https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode",
  },
  {
    pattern: /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" not found/i,
    says: "claim",
    remedy: "Its claim is not bound: look at the claim's events, its StorageClass and the provisioner.",
  },
  {
    pattern: /anti-affinity|affinity rules|topology spread/,
    says: "spread",
    remedy:
      "Rules that keep pods apart or together leave no node: more replicas than nodes or zones can't be placed.",
  },
  {
    pattern: /free ports/,
    says: "ports",
    remedy: "The pod's hostPort is taken on each node: have no more replicas than nodes.",
  },
  {
    pattern: /were unschedulable|NodeUnschedulable/,
    says: "cordoned",
    remedy: "Nodes were cordoned: kubectl uncordon NODE, where that was forgotten.",
  },
];

/** What the scheduler says of so many nodes. */
interface Refusal {
  readonly nodes: number;
  readonly why: string;
}

/** A pod that the scheduler finds no node for. */
export const unschedulable = defineSymptom<readonly Refusal[]>({
  id: "kube/unschedulable",
  title: "the scheduler finds no node for a pod",
  description:
    "A pod has been waiting for a node for a minute or more. The scheduler says of each node why it won't do; the reasons are counted.",
  remedy: [],
  references: ["https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/"],
  *detectInCluster(cluster) {
    const listed = new Set<string>();
    for (const pod of cluster.pods) {
      listed.add(pod.name);
      if (pod.node !== undefined || (pod.phase !== undefined && pod.phase !== "Pending")) continue;
      const sighting = pod.deletionTimestamp === undefined ? ofPod(cluster, pod) : undefined;
      if (sighting) yield sighting;
    }
    yield* ofEvents(cluster, listed);
  },
});

const isRefusal = ({ reason, message }: KubeEvent): boolean =>
  reason === "FailedScheduling" && !isGone({ reason, message });

/** What the scheduler says of a pod that was deleted while it waited. */
const isGone = ({ reason, message }: Pick<KubeEvent, "reason" | "message">): boolean =>
  reason === "FailedScheduling" && message.startsWith("skip schedule deleting pod");

function ofPod(cluster: ClusterEvidence, pod: Pod): Sighting<readonly Refusal[]> | undefined {
  const condition = conditionsOf(pod.object.value).find(
    ({ type, status, reason }) => type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  const events = eventsAbout(cluster, pod);
  const refusals = events.filter(isRefusal);
  const artifact = cluster.artifactOf(pod.object);
  const latest = artifact && latestTimes(cluster).get(artifact);
  const waited =
    condition?.since === undefined || latest === undefined ? undefined : latest - condition.since;
  const longest = Math.max(waited ?? 0, ...refusals.map(({ lasted = 0 }) => lasted));
  const times = refusals.reduce((sum, { count: n = 1 }) => sum + n, 0);
  const message = condition?.message ?? refusals.at(-1)?.message;
  if (message === undefined) return undefined;
  // A table shows Pending of a pod whose events are from before it was placed.
  if (events.some(({ reason }) => reason === "Scheduled")) return undefined;
  if (waited !== undefined && longest < LONG) return undefined;
  if (!condition && times < MANY_TIMES && longest < LONG) return undefined;
  const cites = [
    ...(condition
      ? [cluster.cite(pod.object, `pod ${nameOf(pod)}: ${quoted(condition.message ?? "Unschedulable")}`)]
      : []),
    ...citesOf(cluster, refusals),
  ];
  return sighting(pod, message, cites, longest);
}

const citesOf = (cluster: ClusterEvidence, refusals: readonly KubeEvent[]): Cite[] =>
  refusals
    .slice(0, 3)
    .map((event) =>
      cluster.cite(event.object, `${count(event.count ?? 1, "time")}: ${quoted(event.message)}`),
    );

function sighting(
  pod: Pick<Pod, "namespace" | "name">,
  message: string,
  evidence: readonly Cite[],
  waited: number,
): Sighting<readonly Refusal[]> {
  const refusals = refusalsIn(message);
  const total = /^\d+\/(\d+) nodes are available/.exec(message)?.[1];
  const of = total === undefined ? "no node" : total === "1" ? "the only node" : `none of ${total} nodes`;
  const why =
    refusals.length === 0
      ? quoted(message)
      : refusals.map(({ nodes, why: each }) => `${nodes} × ${each}`).join(", ");
  const since = waited >= LONG ? `has waited ${seconds(waited)} for a node` : "waits for a node";
  return {
    subject: { kind: "pod", name: nameOf(pod), namespace: pod.namespace, pod: pod.name },
    summary: `Pod ${nameOf(pod)} ${since}; ${of} will do: ${why}.`,
    evidence,
    data: refusals,
    weight: Math.max(1, waited),
    namesItsCause: refusals.length > 0 || reasonsIn([message], REASONS).length > 0,
    advice: adviceOn(
      reasonsIn(refusals.length > 0 ? refusals.map(({ why: each }) => each) : [message], REASONS),
    ),
  };
}

/**
 * `0/4 nodes are available: 1 Insufficient cpu, 3 node(s) had taint {a: b}, that the pod didn't tolerate.`, and before Kubernetes 1.8
 * `… predicates:: Insufficient cpu (9), MatchNodeSelector (18).` What is said of preemption is no reason.
 */
export function refusalsIn(message: string): Refusal[] {
  const told = /(?:available: |predicates:+ )(.*)$/s.exec(message)?.[1] ?? "";
  const [reasons = ""] = told.split(/\.? preemption: /);
  return reasons
    .replace(/\.\s*$/, "")
    .split(/, (?=\d+ )|(?<=\)), /)
    .flatMap((each) => {
      const [, nodes, why] = /^(\d{1,6}) (.+)$/.exec(each) ?? [];
      if (nodes !== undefined && why !== undefined) return [{ nodes: Number(nodes), why }];
      const [, old, times] = /^(.+) \((\d{1,6})\)$/.exec(each) ?? [];
      return old === undefined ? [] : [{ nodes: Number(times), why: old }];
    });
}

/** Refusals that were told again and again, of pods that nobody listed. */
function* ofEvents(
  cluster: ClusterEvidence,
  listed: ReadonlySet<string>,
): Generator<Sighting<readonly Refusal[]>> {
  const told = new Set<string>();
  for (const { about } of clusterEvents(cluster).filter(isRefusal)) {
    const { name, namespace = "", uid } = about;
    if (name === undefined || listed.has(name) || told.has(`${namespace}/${name}`)) continue;
    told.add(`${namespace}/${name}`);
    const events = eventsAbout(cluster, { name, namespace, uid });
    const refusals = events.filter(isRefusal);
    const times = refusals.reduce((sum, { count: n = 1 }) => sum + n, 0);
    const longest = Math.max(...refusals.map(({ lasted = 0 }) => lasted));
    const last = refusals.at(-1);
    if (!last || events.some((event) => event.reason === "Scheduled" || isGone(event))) continue;
    if (times < MANY_TIMES || longest < LONG) continue;
    yield sighting({ namespace, name }, last.message, citesOf(cluster, refusals), longest);
  }
}
