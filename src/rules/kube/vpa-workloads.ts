import { groupBy, memo } from "../../bytes/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import { verticalAutoscalers } from "../../evidence/index.ts";
import type { Json, KubeObject, Pod, Recommendation, VerticalAutoscaler } from "../../kube/index.ts";
import { list, member, quantitiesOf, text } from "../../kube/index.ts";
import { nameOf } from "./named.ts";

/** What one container asks for, and what would do. */
export interface Sized {
  readonly requests: ReadonlyMap<string, number>;
  readonly recommended: Recommendation;
}

/** A workload with what a VerticalPodAutoscaler recommends for it. */
export interface VpaWorkload {
  readonly vpa: VerticalAutoscaler;
  /** Such as `Deployment shop/web`. */
  readonly name: string;
  /** By pod: its containers that have a recommendation. */
  readonly pods: readonly (readonly Sized[])[];
  /** The pod or the workload that the requests were read from. */
  readonly source: KubeObject;
}

/** The workloads that have a recommendation and whose requests are known: by their pods, else by their template and the number of replicas. */
export const vpaWorkloads = memo((cluster: ClusterEvidence): readonly VpaWorkload[] => {
  const autoscalers = verticalAutoscalers(cluster);
  if (autoscalers.length === 0) return [];
  const podsOf = groupBy(cluster.pods.filter(isRunning), (pod) => ownerOf(cluster, pod));
  const workloads = new Map(
    cluster.workloads.map((each) => [keyOf(each.kind, each.namespace, each.name), each] as const),
  );
  return autoscalers.flatMap((vpa) => {
    const { target, namespace, recommendations } = vpa;
    if (!target || recommendations.length === 0) return [];
    const name = `${target.kind} ${nameOf({ namespace, name: target.name })}`;
    const key = keyOf(target.kind, namespace, target.name);
    const running = podsOf.get(key) ?? [];
    const [first] = running;
    if (first) {
      const pods = running.map(({ object }) => sized(member(object.value, "spec"), recommendations));
      return [{ vpa, name, pods, source: first.object }];
    }
    const workload = workloads.get(key);
    if (!workload || workload.kind === "DaemonSet") return [];
    const one = sized(member(workload.object.value, "spec", "template", "spec"), recommendations);
    const pods = Array.from({ length: Math.min(workload.replicas ?? 1, MOST_PODS) }, () => one);
    return pods.length === 0 ? [] : [{ vpa, name, pods, source: workload.object }];
  });
});

/** A table doesn't show what a pod asks for. One that is being deleted gives it back anyway. */
const isRunning = ({ object, phase, deletionTimestamp }: Pod): boolean =>
  object.isWhole && (phase === "Running" || phase === "Pending") && deletionTimestamp === undefined;

const keyOf = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;

/** Its workload need not have been listed for its name to be known. */
function ownerOf(cluster: ClusterEvidence, pod: Pod): string | undefined {
  const owner = cluster.workloadOf(pod);
  if (owner) return keyOf(owner.kind, pod.namespace, owner.name);
  const { controller } = pod;
  if (!controller) return undefined;
  return controller.kind === "ReplicaSet"
    ? keyOf("Deployment", pod.namespace, controller.name.replace(/-[0-9a-z]+$/, ""))
    : keyOf(controller.kind, pod.namespace, controller.name);
}

/** More than a cluster holds. */
const MOST_PODS = 150_000;

function sized(spec: Json | undefined, recommendations: readonly Recommendation[]): Sized[] {
  return list(spec, "containers").flatMap((container) => {
    const recommended = recommendations.find((each) => each.container === text(container, "name"));
    const requests = quantitiesOf(member(container, "resources", "requests"));
    return recommended && requests.size > 0 ? [{ requests, recommended }] : [];
  });
}

/** By how much all pods' requests of a resource are above what is recommended; what is below counts nothing. */
export function reclaimable({ pods }: VpaWorkload, resource: string): number {
  let sum = 0;
  for (const pod of pods)
    for (const { requests, recommended } of pod) {
      const [asked, wanted] = [requests.get(resource), recommended.target.get(resource)];
      if (asked !== undefined && wanted !== undefined && asked > wanted) sum += asked - wanted;
    }
  return sum;
}

/** What all pods ask for of a resource, as far as there is a recommendation. */
export function requested({ pods }: VpaWorkload, resource: string): number {
  return pods
    .flat()
    .reduce(
      (sum, { requests, recommended }) =>
        sum + (recommended.target.has(resource) ? (requests.get(resource) ?? 0) : 0),
      0,
    );
}

/** The change for which the updater evicts pods that have run for twelve hours, though they ask for what is within bounds. */
const MOVES = 0.1;
/** Of fewer pods it evicts none, unless it is told to. */
const MIN_REPLICAS = 2;
/** Modes in which it evicts. */
const EVICTS = new Set(["Auto", "Recreate", "InPlaceOrRecreate"]);
const RESOURCES = ["cpu", "memory"];

/** How many pods the updater would restart although all that they ask for lies between the recommendation's own bounds. */
export function needlessRestarts({ vpa, pods }: VpaWorkload): number {
  if (!EVICTS.has(vpa.updateMode ?? "Auto") || pods.length < (vpa.minReplicas ?? MIN_REPLICAS)) return 0;
  return pods.filter((pod) => pod.length > 0 && pod.every(isWithin) && change(pod) >= MOVES).length;
}

const isWithin = ({ requests, recommended: { lowerBound, upperBound } }: Sized): boolean =>
  RESOURCES.every((resource) => {
    const asked = requests.get(resource);
    const [lower, upper] = [lowerBound.get(resource), upperBound.get(resource)];
    return (
      asked === undefined || (lower !== undefined && upper !== undefined && asked >= lower && asked <= upper)
    );
  });

/** The updater's measure: for each resource the difference of the pod's sums as a part of what it asks for. */
function change(pod: readonly Sized[]): number {
  return RESOURCES.reduce((total, resource) => {
    let [asked, wanted] = [0, 0];
    for (const { requests, recommended } of pod) {
      const own = requests.get(resource);
      const target = recommended.target.get(resource);
      if (own === undefined || target === undefined) continue;
      asked += own;
      wanted += target;
    }
    return asked === 0 ? total : total + Math.abs(wanted - asked) / asked;
  }, 0);
}
