import { clusterNodes } from "../../evidence/index.ts";
import type { ClusterNode } from "../../kube/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { timeOf } from "../words.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";

/** The node's kubelet is silent: nobody tells the API server that the pod's containers have ended. */
export const nodeLost = defineCause<TerminatingPod>({
  id: "kube/node-lost",
  title: "the pod's node is lost",
  description:
    "A pod is gone once its kubelet has told that its containers ended. Where the node is off, cut off or its kubelet stands still, the node's condition Ready " +
    "becomes Unknown, its pods are deleted, and stay Terminating until the node comes back or is deleted itself.",
  explains: [podTerminating],
  of: "cluster",
  concerns: ({ seen }) => seen !== undefined,
  tests: [
    {
      statement: "the pod's node is not ready, for its kubelet is silent",
      axis: "state",
      holds: "decisive",
      fails: "decisive",
      ask: { text: "the nodes with their conditions", command: "kubectl get nodes -o yaml" },
      answer({ seen, host }) {
        const node = nodeOf({ seen, host });
        if (!seen || !node) return cantTell("absent");
        const ready = node.conditions.find(({ type }) => type === "Ready");
        if (!ready) return cantTell("absent");
        const { heartbeat, since, reason } = ready;
        const why = reason === undefined ? "" : ` (${reason})`;
        const last = heartbeat === undefined ? "" : `, and was last heard of at ${timeOf(heartbeat)}`;
        const cites = [
          host.cluster.cite(node.object, `node ${node.name}: Ready is ${ready.status}${why}${last}`),
        ];
        if (ready.status === "Unknown") return holds(cites);
        // A kubelet that says itself that it is not ready may still kill pods; a table doesn't tell which it is.
        if (ready.status !== "True") return holds(cites, { atMost: "strong" });
        // Heard of after the pod was to be gone, with its node ready all the time.
        const until = seen.pod?.deletionTimestamp;
        const isLater =
          until !== undefined &&
          heartbeat !== undefined &&
          heartbeat > until &&
          since !== undefined &&
          since < until;
        return fails(cites, isLater ? {} : { atMost: "strong" });
      },
    },
  ],
  remedy: [
    "Bring the node back, or see to it that it is off for good and delete the Node: its pods are then removed.",
    "For a node that was shut down, the taint node.kubernetes.io/out-of-service lets its pods and volumes go (Kubernetes 1.28).",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/architecture/nodes/#condition",
    "https://kubernetes.io/docs/concepts/cluster-administration/node-shutdown/#non-graceful-node-shutdown",
  ],
  summary(about) {
    const { seen } = about;
    const node = nodeOf(about);
    if (!seen || !node) return seen ? `Nothing tells of the node of pod ${nameOf(seen)}.` : "";
    return `Node ${node.name} is not ready, so that nobody tells whether the containers of pod ${nameOf(seen)} have ended.`;
  },
});

function nodeOf({ seen, host }: Pick<About<TerminatingPod>, "seen" | "host">): ClusterNode | undefined {
  return seen?.node === undefined
    ? undefined
    : clusterNodes(host.cluster).find(({ name }) => name === seen.node);
}
