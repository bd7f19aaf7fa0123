import { firstOf } from "../../bytes/index.ts";
import type { Cite, ClusterEvidence, Reach, Restriction } from "../../evidence/index.ts";
import { restrictedReach } from "../../evidence/index.ts";
import type { ClusterNode } from "../../kube/index.ts";
import { defineAudit } from "../engine/index.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";
import { withoutGate } from "./topology-conflict.ts";

const CITED = 12;
const NAMED = 8;

/** Services of which the clients on a node reach no endpoint, though there are ready ones. */
export const topologyBlackhole = defineAudit({
  id: "kube/topology-blackhole",
  title: "clients on some nodes reach no endpoint of a Service",
  description:
    "By a Service's topologyKeys (Kubernetes 1.17 to 1.21), internalTrafficPolicy: Local, or externalTrafficPolicy: Local at a NodePort, clients on a node reach the endpoints near it " +
    "alone; where there are none, their connections are dropped, though endpoints elsewhere are ready. Nodes that take no ordinary pods are left out.",
  remedy: [
    'Let the last of the topologyKeys be "*", which is any endpoint; or have a pod on every node (a DaemonSet, or topologySpreadConstraints).',
    "Where being local is a wish and no must, use spec.trafficDistribution (from 1.30 on), which falls back to endpoints elsewhere.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/",
    "https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies",
    "https://github.com/kubernetes/enhancements/issues/536",
  ],
  *inspect(cluster) {
    for (const reach of restrictedReach(cluster)) {
      const { service, restriction, byNode, endpoints } = reach;
      // A kube-proxy that ignores the keys restricts nobody.
      if (restriction.by === "topologyKeys" && withoutGate(cluster)) continue;
      const asked = byNode.filter(({ node }) => takesPods(node));
      const none = asked.filter(({ reached }) => reached.length === 0);
      if (none.length === 0) continue;
      const name = nameOf(service);
      const names = none.map(({ node }) => node.name);
      const others = asked.length - none.length;
      yield {
        subject: { kind: "service", name },
        summary:
          `${restriction.by === "externalTrafficPolicy" ? "Clients of the node port of" : "Clients on"} ${none.length} of ${count(asked.length, "node")} reach none of the ${count(endpoints.length, "ready endpoint")} of Service ${name}, ` +
          `by its ${wordsOf(restriction)}: ${firstOf(names, NAMED, "others")}. ${count(others, "node")} reach${others === 1 ? "es" : ""} some.`,
        evidence: citeReach(cluster, reach, asked),
        weight: none.length,
      };
    }
  },
});

/** Nodes that are cordoned or tainted have no clients but those of the system. */
const takesPods = ({ isReady, isUnschedulable, taints }: ClusterNode): boolean =>
  isReady !== false &&
  isUnschedulable !== true &&
  !taints.some(({ effect }) => effect === "NoSchedule" || effect === "NoExecute");

const wordsOf = (restriction: Restriction): string =>
  restriction.by === "topologyKeys"
    ? `topologyKeys ${restriction.keys.join(", ")}`
    : `${restriction.by}: Local`;

/** What each node reaches, those that reach none first. */
function citeReach(
  cluster: ClusterEvidence,
  { service, restriction }: Reach,
  asked: Reach["byNode"],
): Cite[] {
  const own = cluster.cite(service.object, `Service ${nameOf(service)} has ${wordsOf(restriction)}`);
  const nodes = asked.toSorted(
    (a, b) => a.reached.length - b.reached.length || (a.node.name < b.node.name ? -1 : 1),
  );
  return [
    own,
    ...nodes.slice(0, CITED).map(({ node, reached }) => {
      const what =
        reached.length === 0
          ? "none"
          : reached
              .slice(0, NAMED)
              .map(({ address }) => address)
              .join(", ");
      return cluster.cite(
        node.object,
        `from node ${node.name} it is ${what}${reached.length > NAMED ? ", …" : ""}`,
      );
    }),
  ];
}
