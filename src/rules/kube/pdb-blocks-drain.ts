import { firstOf } from "../../bytes/index.ts";
import { clusterNodes } from "../../evidence/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import type { KubeObject, Pod } from "../../kube/index.ts";
import { labelsOf, list, member, numberAt, selects, text } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";

const NAMED = 6;

/** A budget that lets no pod go at present. */
interface Budget {
  readonly object: KubeObject;
  readonly namespace: string;
  readonly name: string;
  readonly selector: ReadonlyMap<string, string>;
  readonly expected: number;
  readonly healthy: number | undefined;
  readonly desired: number | undefined;
}

/** A node that is to be emptied, and keeps pods that a budget forbids to evict. */
export const pdbBlocksDrain = defineSymptom<Budget>({
  id: "kube/pdb-blocks-drain",
  title: "a disruption budget keeps a node from being drained",
  description:
    "A node was cordoned, and pods that run there belong to a PodDisruptionBudget that allows no disruption: the API server refuses to evict them.",
  remedy: [],
  references: [
    "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
  ],
  *detectInCluster(cluster) {
    const cordoned = clusterNodes(cluster).filter(({ isUnschedulable }) => isUnschedulable === true);
    if (cordoned.length === 0) return;
    const names = new Set(cordoned.map(({ name }) => name));
    const there = cluster.pods.filter(({ node }) => node !== undefined && names.has(node));
    for (const budget of budgetsIn(cluster)) {
      const held = there.filter((pod) => isHeld(pod, budget));
      for (const node of held.length === 0 ? [] : cordoned) {
        const pods = held.filter((pod) => pod.node === node.name);
        if (pods.length === 0) continue;
        const { healthy, desired, expected } = budget;
        const isSick = healthy !== undefined && desired !== undefined && healthy < desired;
        const why = isSick
          ? `${healthy} of ${count(expected, "pod")} ${healthy === 1 ? "is" : "are"} healthy, and it wants ${desired}`
          : `it wants ${desired ?? "all"} of ${count(expected, "pod")} at any time`;
        const named = firstOf(pods.map(nameOf), NAMED, "others");
        yield {
          subject: { kind: "budget", name: nameOf(budget), namespace: budget.namespace, node: node.name },
          summary: `Node ${node.name} is cordoned, and ${named} can't be evicted: PodDisruptionBudget ${nameOf(budget)} allows no disruption, for ${why}.`,
          evidence: [
            cluster.cite(node.object, `node ${node.name} is cordoned`),
            cluster.cite(
              budget.object,
              `PodDisruptionBudget ${nameOf(budget)}: 0 disruptions allowed, ${why}`,
            ),
          ],
          data: budget,
          weight: pods.length,
          namesItsCause: true,
          node: node.name,
          advice: {
            remedy: [
              isSick
                ? "Get the pods that are not healthy to run; a budget with unhealthyPodEvictionPolicy: AlwaysAllow lets those be evicted that don't."
                : "Have more replicas than the budget wants, or let it allow one: maxUnavailable: 1.",
            ],
            references: [],
          },
        };
      }
    }
  },
});

/** Pods of DaemonSets are not evicted by a drain, and those that have ended or go already aren't held. */
function isHeld(pod: Pod, { namespace, selector }: Budget): boolean {
  return (
    pod.object.isWhole &&
    pod.namespace === namespace &&
    pod.phase === "Running" &&
    pod.deletionTimestamp === undefined &&
    pod.controller?.kind !== "DaemonSet" &&
    selects(selector, pod.labels)
  );
}

/** Only such as select by labels alone: expressions are left out. */
function budgetsIn(cluster: ClusterEvidence): Budget[] {
  return cluster.objects.flatMap((object) => {
    if (object.kind !== "PodDisruptionBudget") return [];
    const { value } = object;
    const [namespace, name] = [text(value, "metadata", "namespace"), text(value, "metadata", "name")];
    const allowed =
      numberAt(value, "status", "disruptionsAllowed") ?? numberAt(value, "status", "podDisruptionsAllowed");
    const expected = numberAt(value, "status", "expectedPods") ?? 0;
    if (namespace === undefined || name === undefined || allowed !== 0 || expected === 0) return [];
    if (list(value, "spec", "selector", "matchExpressions").length > 0) return [];
    return [
      {
        object,
        namespace,
        name,
        selector: labelsOf(member(value, "spec", "selector", "matchLabels")),
        expected,
        healthy: numberAt(value, "status", "currentHealthy"),
        desired: numberAt(value, "status", "desiredHealthy"),
      },
    ];
  });
}
