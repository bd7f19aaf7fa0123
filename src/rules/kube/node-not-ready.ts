import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { clusterNodes, latestTimes } from "../../evidence/index.ts";
import type { ClusterNode, Condition } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { seconds, timeOf } from "../words.ts";
import { quoted } from "./reasons.ts";

/** A node that has just joined, or whose kubelet was restarted, is not ready for a moment. */
const MOMENT = 120;

/** What the kubelet names as the reason, in words: its message is a list of all that it misses. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/PLEG is not healthy/, "the container runtime answers its kubelet late or not at all (PLEG)"],
  [
    /container runtime is down|container runtime status check may not have completed/,
    "the container runtime is down",
  ],
  [
    /cni (?:config uninitialized|plugin not initialized)|network plugin is not ready/i,
    "no CNI plugin is set up",
  ],
  [/CSINode is not yet initialized/, "its storage drivers are not registered"],
  [
    /Kubelet stopped posting node status/,
    "its kubelet is silent: the node is off, cut off, or its kubelet stands still",
  ],
];

/** What a node that is not ready is known by. */
export interface UnreadyNode {
  readonly node: ClusterNode;
  readonly ready: Condition;
  /** Seconds for which it has not been ready, where its listing tells. */
  readonly lasts: number | undefined;
}

/** A node that takes no pods, and whose pods are taken off it after a while. */
export const nodeNotReady = defineSymptom<UnreadyNode>({
  id: "kube/node-not-ready",
  title: "a node is not ready",
  description:
    "A Node's condition Ready is False, as its kubelet says, or Unknown, for its kubelet says nothing any more. A node that has not been ready for two minutes only, " +
    "as when it joins or its kubelet starts anew, is none.",
  remedy: [
    "Go by the kubelet's own reason: its log and that of the container runtime, on the node. Where it is silent, see whether the node is on and reaches the API server.",
  ],
  references: ["https://kubernetes.io/docs/concepts/architecture/nodes/#condition"],
  *detectInCluster(cluster) {
    for (const seen of unreadyNodes(cluster)) {
      const { node, ready, lasts } = seen;
      const reason = reasonOf(ready);
      const since = ready.since === undefined ? "" : ` since ${timeOf(ready.since)}`;
      const long = lasts === undefined ? "" : `, ${seconds(lasts)} before the latest time in its listing`;
      yield {
        subject: { kind: "node", name: node.name },
        node: node.name,
        summary: `Node ${node.name} is not ready${since}${long}${reason === undefined ? "" : `: ${reason}`}.`,
        evidence: [citeReady(cluster, seen)],
        data: seen,
        weight: 1,
        namesItsCause: reason !== undefined && ready.status !== "Unknown",
        missing:
          ready.message === undefined
            ? [
                {
                  text: "the node's conditions with their messages",
                  command: `kubectl get node ${node.name} -o yaml`,
                },
              ]
            : [
                {
                  text: "the kubelet's and the runtime's logs of the node",
                  command: "journalctl --no-pager -u kubelet -u containerd -u docker -u crio   # on the node",
                },
              ],
      };
    }
  },
});

function* unreadyNodes(cluster: ClusterEvidence): Generator<UnreadyNode> {
  const latest = latestTimes(cluster);
  for (const node of clusterNodes(cluster)) {
    const ready = node.conditions.find(({ type }) => type === "Ready");
    if (!ready || node.isReady !== false) continue;
    const artifact = cluster.artifactOf(node.object);
    const listed = artifact && latest.get(artifact);
    const lasts = listed === undefined || ready.since === undefined ? undefined : listed - ready.since;
    if (lasts !== undefined && lasts < MOMENT) continue;
    yield { node, ready, lasts };
  }
}

function reasonOf({ message }: Condition): string | undefined {
  return message === undefined ? undefined : REASONS.find(([pattern]) => pattern.test(message))?.[1];
}

function citeReady(cluster: ClusterEvidence, { node, ready }: UnreadyNode): Cite {
  const { status, reason, message } = ready;
  const why = reason === undefined ? "" : ` (${reason})`;
  const said = message === undefined ? "" : `: ${quoted(message)}`;
  const is = status === "NotTrue" ? "is not True" : `is ${status}`;
  return cluster.cite(node.object, `node ${node.name}: Ready ${is}${why}${said}`);
}
