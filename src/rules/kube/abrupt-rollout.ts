import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import type { ServingContainer, Workload } from "../../kube/index.ts";
import { text } from "../../kube/index.ts";
import { byClock } from "../by-clock.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { connectionRefused } from "../tcp/connection-refused.ts";
import type { ListenerTraffic } from "../tcp/listener-loss.ts";
import { citeSyns } from "../tcp/listener-loss.ts";
import { synUnanswered } from "../tcp/syn-unanswered.ts";
import { count } from "../words.ts";
import { nameOf as named } from "./named.ts";
import type { Rollout } from "./rollout.ts";
import { rolloutOf, unprobed, unstopped } from "./rollout.ts";

/** Fewer failures may fall into a pod's first or last minute by chance. */
const FEWEST = 2;
/** Of all failed connections to the pod. */
const NEARLY_ALL = 0.9;
const NAMED_WORKLOADS = 8;

/** Pods that get traffic before they listen, or after they stopped. */
export const abruptRollout = defineCause<ListenerTraffic>({
  id: "kube/abrupt-rollout",
  title: "rolling updates break connections",
  description:
    "A workload whose pods get traffic before they listen, for want of a readinessProbe, or after they stopped listening, for want of a " +
    "preStop delay: connections to its pods fail right after they start or once they are deleted.",
  explains: [connectionRefused, synUnanswered],
  of: "cluster",
  unseen: "audit",
  concerns: (about) => (about.seen ? rolloutOf(about) !== undefined : exposed(about.host.cluster).length > 0),
  tests: [
    {
      statement:
        "connections failed right after the pod started, or once it was told to stop, and not otherwise",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the pods as they were, with the times of their starts and deletions",
        command: "kubectl get pods -A -o yaml",
      },
      answer(about) {
        const rollout = rolloutOf(about);
        if (!about.seen || !rollout) return cantTell("absent");
        const { pod, failed, atStart, atStop, between } = rollout;
        const cite = (rows: readonly number[], says: string): Cite[] =>
          about.seen ? [citeSyns(about.seen, rows, says)] : [];
        const near = sideOf(rollout) === "start" ? atStart : atStop;
        if (near.length >= FEWEST && near.length >= NEARLY_ALL * failed.length) {
          const when =
            sideOf(rollout) === "start"
              ? "between its start and its first connection"
              : "after it was told to stop";
          const says = `${near.length} of ${count(failed.length, "failed connection attempt")} to pod ${pod.name} came ${when}`;
          return byClock(about.host, holds(cite(near, says)));
        }
        // The list may be older than the pod's end: only what lies between connections is neither its start nor its end.
        if (between.length <= failed.length / 2) return cantTell("uncovered");
        const says = `${between.length} of ${count(failed.length, "failed connection attempt")} to pod ${pod.name} came between others that it answered`;
        return fails(cite(between, says));
      },
    },
    {
      statement: "its containers lack a readinessProbe, or a preStop delay",
      axis: "config",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the workload that the pod is of",
        command: "kubectl get deployments,statefulsets,daemonsets -A -o yaml",
      },
      answer(about) {
        const { cluster } = about.host;
        if (!about.seen)
          return holds(
            exposed(cluster)
              .slice(0, NAMED_WORKLOADS)
              .map((each) => citeLacks(cluster, each)),
            { atMost: "weak" },
          );
        const rollout = rolloutOf(about);
        if (!rollout?.workload) return cantTell("absent");
        const { workload } = rollout;
        const side = sideOf(rollout);
        const lacking =
          side === "start" ? unprobed(workload) : side === "stop" ? unstopped(workload) : lacks(workload);
        // Most workloads lack one of them: that is worth something only beside failures at that time.
        if (lacking.length > 0)
          return holds([citeLacks(cluster, workload)], side === undefined ? { atMost: "weak" } : {});
        return fails([
          cluster.cite(workload.object, `${nameOf(workload)} has readinessProbes and preStop hooks`),
        ]);
      },
    },
  ],
  remedy: [
    "Give each container that serves a readinessProbe that fails until it listens.",
    "Give it a preStop hook that waits (sleep 10 or so) until endpoints and load balancers have let go of the pod, within terminationGracePeriodSeconds; have the program end its connections in an orderly way on SIGTERM.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
  ],
  summary(about) {
    const rollout = rolloutOf(about);
    if (!rollout) {
      const all = exposed(about.host.cluster);
      return `${count(all.length, "workload")} that serve${all.length === 1 ? "s" : ""} lack${all.length === 1 ? "s" : ""} a readinessProbe or a preStop hook: rolling updates may break connections to ${all.length === 1 ? "it" : "them"}. No failed connection was seen.`;
    }
    const { pod, failed, atStart, atStop, workload } = rollout;
    const side = sideOf(rollout);
    const when =
      side === undefined
        ? ""
        : side === "start"
          ? `, ${atStart.length} of them between its start and its first connection`
          : `, ${atStop.length} of them after it was told to stop`;
    const of = workload ? ` of ${nameOf(workload)}` : "";
    return `${count(failed.length, "connection attempt")} to pod ${pod.namespace}/${pod.name}${of} failed${when}.`;
  },
});

/** The end of the pod's life that the failures fall to. */
function sideOf({ atStart, atStop }: Rollout): "start" | "stop" | undefined {
  if (atStart.length === 0 && atStop.length === 0) return undefined;
  return atStart.length >= atStop.length ? "start" : "stop";
}

/** Workloads that serve and lack something, where the cluster's objects tell. */
function exposed(cluster: ClusterEvidence): readonly Workload[] {
  return cluster.workloads.filter(
    (each) =>
      each.replicas !== 0 &&
      // Without any Service the ports that it names tell that it serves.
      (cluster.isServed(each) ?? each.namesPorts) &&
      !isReplacedAtOnce(each) &&
      lacks(each).length > 0,
  );
}

/** Who asks for all pods to go before new ones come has no rolling update to begin with. */
const isReplacedAtOnce = ({ object }: Workload): boolean =>
  text(object.value, "spec", "strategy", "type") === "Recreate";

const lacks = (workload: Workload): readonly ServingContainer[] => [
  ...unprobed(workload),
  ...unstopped(workload),
];

const nameOf = (workload: Workload): string => `${workload.kind} ${named(workload)}`;

function citeLacks(cluster: ClusterEvidence, workload: Workload): Cite {
  const parts = [
    ...unprobed(workload).map(({ name }) => `container ${name} has no readinessProbe`),
    ...unstopped(workload).map(({ name }) => `container ${name} has no preStop hook`),
  ];
  return cluster.cite(workload.object, `${nameOf(workload)}: ${parts.join(", ")}`);
}
