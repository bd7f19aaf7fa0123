import { memo } from "../../bytes/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import { clusterEvents, clusterNodes, eventsAbout, latestTimes } from "../../evidence/index.ts";
import type { KubeEvent, Pod } from "../../kube/index.ts";
import { ageOf, list, member } from "../../kube/index.ts";
import { count, seconds, timeOf } from "../words.ts";

/** A pod that should be gone by so long may still wait for its volumes, or for a kubelet that is busy. */
const LONG_OVERDUE = 300;
/** Two tables have a pod that terminates: its age grew by so much between them. */
const LONG_BETWEEN = 600;
/** A kubelet that tries so often, for so long, has no pod before it that just takes its time. */
const MANY_TRIES = 10;
const LONG_TRIES = 600;
/** Without any listing of the pod: nobody tries so often for a pod that ends. */
export const VERY_MANY_TRIES = 50;
export const VERY_LONG_TRIES = 3600;

/** A pod that was deleted and is still there. */
export interface TerminatingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
  /** As it was listed last; absent where only its events were. */
  readonly pod: Pod | undefined;
  readonly node: string | undefined;
  /** Seconds for which it has stayed too long at least; `undefined` where nothing listed tells. */
  readonly overdue: number | undefined;
  /** `undefined` where what lists it shows none. */
  readonly finalizers: readonly string[] | undefined;
  /** Whether each of its containers has ended; `undefined` where nobody says. */
  readonly isEnded: boolean | undefined;
  readonly events: readonly KubeEvent[];
  /** How it is known that it stays, in words. */
  readonly because: string;
}

/** Pods that stay long after they were to be gone, by whatever lists them. */
export const terminatingPods: (cluster: ClusterEvidence) => readonly TerminatingPod[] = memo((cluster) => [
  ...cluster.pods.flatMap((pod) => stuckPod(cluster, pod) ?? []),
  ...ofEventsAlone(cluster),
]);

/** Kills of the whole pod: `Need to kill Pod` of older kubelets, `Stopping container` of newer ones. */
export const isKill = ({ reason, message }: KubeEvent): boolean =>
  reason === "Killing" && /Need to kill pod|^Stopping container /i.test(message);

function stuckPod(cluster: ClusterEvidence, pod: Pod): TerminatingPod | undefined {
  const events = eventsAbout(cluster, pod);
  const stay = pod.object.isWhole ? stayOf(cluster, pod, events) : shownStayOf(cluster, pod, events);
  if (stay === undefined) return undefined;
  const { value, isWhole } = pod.object;
  const statuses = list(value, "status", "containerStatuses");
  const finalizers = list(value, "metadata", "finalizers").filter((each) => typeof each === "string");
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    pod,
    node: pod.node,
    finalizers: isWhole ? finalizers : undefined,
    isEnded:
      statuses.length === 0
        ? undefined
        : statuses.every((each) => member(each, "state", "terminated") !== undefined),
    events,
    ...stay,
  };
}

/** Pods that were deleted and keep finalizers, each listed alone, so that nothing tells for how long. */
export const heldPods: (cluster: ClusterEvidence) => readonly Pod[] = memo((cluster) => {
  const alone = new Set(cluster.podListings.flatMap(({ pods }) => (pods.length === 1 ? pods : [])));
  return cluster.pods.filter((pod) => {
    const { object, deletionTimestamp: until } = pod;
    if (!object.isWhole || until === undefined || !alone.has(pod)) return false;
    if (list(object.value, "metadata", "finalizers").length === 0) return false;
    const artifact = cluster.artifactOf(object);
    const latest = artifact && latestTimes(cluster).get(artifact);
    // A listing with a later time tells that it has been for a moment, or for long.
    return latest === undefined || latest <= until;
  });
});

type Stay = Pick<TerminatingPod, "overdue" | "because">;

/** By the time at which it was to be gone, and the latest at which it was listed or spoken of. */
function stayOf(cluster: ClusterEvidence, pod: Pod, events: readonly KubeEvent[]): Stay | undefined {
  const { deletionTimestamp: until, object } = pod;
  if (until === undefined) return undefined;
  const artifact = cluster.artifactOf(object);
  const listed = artifact && latestTimes(cluster).get(artifact);
  const spoken = events.reduce(
    (latest, { last }) => Math.max(latest, last ?? latest),
    Number.NEGATIVE_INFINITY,
  );
  const latest = Math.max(listed ?? Number.NEGATIVE_INFINITY, spoken);
  const overdue = latest - until;
  if (overdue >= LONG_OVERDUE) {
    const how = listed === latest ? "was listed" : "had an event";
    return {
      overdue,
      because: `it was to be gone by ${timeOf(until)}, and ${how} ${seconds(overdue)} later`,
    };
  }
  // Descriptions and tables of events tell ages.
  return triedStay(events);
}

/** By what a table or a description shows of it. */
function shownStayOf(cluster: ClusterEvidence, pod: Pod, events: readonly KubeEvent[]): Stay | undefined {
  const { shown } = pod.object;
  const lasts = /^Terminating \(lasts (\S+)\)$/.exec(shown.get("Status") ?? "")?.[1];
  const described = ageOf(lasts);
  if (described !== undefined && lasts !== undefined) {
    if (described < LONG_OVERDUE) return undefined;
    return { overdue: described, because: `it has been terminating for ${lasts} beyond its time` };
  }
  if (!isShownTerminating(pod)) return undefined;
  const between = agesOf(cluster, pod);
  if (between >= LONG_BETWEEN)
    return { overdue: undefined, because: `two tables, ${seconds(between)} apart, show it terminating` };
  const tried = triedStay(events);
  if (tried) return tried;
  const node = clusterNodes(cluster).find(({ name }) => name === pod.node);
  if (node?.isReady !== false) return undefined;
  return { overdue: undefined, because: `it is terminating on node ${node.name}, which is not ready` };
}

/** A pod whose node was lost is shown as Unknown while it is deleted. */
function isShownTerminating({ object }: Pod): boolean {
  const status = object.shown.get("STATUS") ?? object.shown.get("Status") ?? "";
  return /^(?:Terminating|Unknown)\b/.test(status);
}

/** How a StatefulSet names its pods. */
const ORDINAL = /-\d{1,10}$/;

/** Seconds between the first and the last table that show it terminating. */
function agesOf(cluster: ClusterEvidence, { namespace, name }: Pod): number {
  const rows = (rowsByName(cluster).get(name) ?? []).filter(
    (pod) => pod.namespace === namespace && isShownTerminating(pod),
  );
  // A StatefulSet's pod comes back by its name, and other clusters have one of that name, too: an address tells that it is the same.
  const [address] = rows[0]?.addresses ?? [];
  if (ORDINAL.test(name) && (address === undefined || rows.some(({ addresses }) => addresses[0] !== address)))
    return 0;
  const ages = rows.flatMap(({ object }) => ageOf(object.shown.get("AGE")) ?? []);
  if (ages.length < 2) return 0;
  return Math.max(...ages) - Math.min(...ages);
}

const rowsByName: (cluster: ClusterEvidence) => ReadonlyMap<string, readonly Pod[]> = memo((cluster) => {
  const known = new Map<string, Pod[]>();
  for (const { pods } of cluster.podListings) {
    for (const pod of pods) {
      if (pod.object.isWhole) continue;
      const others = known.get(pod.name);
      if (others) others.push(pod);
      else known.set(pod.name, [pod]);
    }
  }
  return known;
});

/** What a kubelet tells that gets no further with a pod. */
const isFailure = ({ reason }: KubeEvent): boolean => reason === "FailedKillPod" || reason === "FailedSync";

/** Of a pod that terminates: what its kubelet tries in vain. */
function triedStay(events: readonly KubeEvent[]): Stay | undefined {
  const often = ({ count: times = 0, lasted = 0 }: KubeEvent): boolean =>
    times >= MANY_TRIES && lasted >= LONG_TRIES;
  const kill = events.find((event) => isKill(event) && often(event));
  if (kill) return { overdue: kill.lasted, because: `the kubelet has tried to kill it ${triesText(kill)}` };
  const failure = events.find((event) => isFailure(event) && often(event));
  if (!failure) return undefined;
  return {
    overdue: undefined,
    because: `the kubelet has failed with it (${failure.reason}) ${triesText(failure)}`,
  };
}

/** Such as `735 times in 15 hours`. */
export const triesText = ({ count: times = 1, lasted = 0 }: KubeEvent): string =>
  `${count(times, "time")} in ${seconds(lasted)}`;

/** Kills without end of a pod that nobody listed. */
function* ofEventsAlone(cluster: ClusterEvidence): Generator<TerminatingPod> {
  const listed = new Set(cluster.pods.map(({ name }) => name));
  const told = new Set<string>();
  for (const event of clusterEvents(cluster)) {
    const { name, namespace = "", uid } = event.about;
    if (!isKill(event) || name === undefined || listed.has(name)) continue;
    if ((event.count ?? 0) < VERY_MANY_TRIES || (event.lasted ?? 0) < VERY_LONG_TRIES) continue;
    const key = `${namespace}/${name}`;
    if (told.has(key)) continue;
    told.add(key);
    yield {
      namespace,
      name,
      uid,
      pod: undefined,
      node: event.host,
      overdue: event.lasted,
      finalizers: undefined,
      isEnded: undefined,
      events: eventsAbout(cluster, { name, namespace, uid }),
      because: `the kubelet has tried to kill it ${triesText(event)}`,
    };
  }
}
