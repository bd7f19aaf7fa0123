import { firstOf } from "../../bytes/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import { clusterEvents } from "../../evidence/index.ts";
import type { KubeObject } from "../../kube/index.ts";
import { text } from "../../kube/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { Reason } from "./reasons.ts";
import { adviceOn, quoted, reasonsIn } from "./reasons.ts";

const NAMED = 8;

const REASONS: readonly Reason[] = [
  {
    pattern: /low on resource: (?:ephemeral-storage|imagefs|nodefs|inodes)|DiskPressure/,
    says: "disk",
    remedy:
      "See what fills the node's disk: images, logs without a limit, writable layers; df -h and df -i tell whether bytes or inodes ran out.",
  },
  {
    pattern: /low on resource: memory|MemoryPressure/,
    says: "memory",
    remedy:
      "Give pods requests that they stay within: the kubelet first evicts those that use more than they requested. Look for what grows on the node.",
  },
  {
    pattern: /low on resource: pids|PIDPressure/,
    says: "processes",
    remedy: "Find who has so many threads or processes, and limit them (podPidsLimit).",
  },
  {
    pattern: /exceeds the (?:total )?limit|local storage usage exceeds|emptyDir/,
    says: "its own limit",
    remedy:
      "The pod uses more than its own limit of ephemeral-storage, or of an emptyDir: raise it, or write less.",
  },
];

interface Eviction {
  readonly object: KubeObject;
  readonly pod: string;
  readonly node: string | undefined;
  readonly message: string | undefined;
}

/** Pods that a kubelet evicted, by node. */
export const evictions = defineSymptom<readonly Eviction[]>({
  id: "kube/evictions",
  title: "the kubelet evicts pods",
  description:
    "Pods have failed with the reason Evicted, or events tell of it: their node ran short of memory, disk or processes, or they went beyond a limit of their own. They are told once a node.",
  remedy: [],
  references: ["https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/"],
  *detectInCluster(cluster) {
    const byNode = new Map<string, Eviction[]>();
    for (const eviction of evictionsIn(cluster)) {
      const others = byNode.get(eviction.node ?? "");
      if (others) others.push(eviction);
      else byNode.set(eviction.node ?? "", [eviction]);
    }
    for (const [node, all] of byNode) {
      const messages = all.flatMap(({ message }) => message ?? []);
      const reasons = reasonsIn(messages, REASONS);
      const pods = new Set(all.map(({ pod }) => pod));
      const short = shortOf(messages);
      yield {
        subject: { kind: "node", name: node === "" ? "of unknown name" : node },
        summary:
          `${count(pods.size, "pod")} ${pods.size === 1 ? "was" : "were"} evicted${node === "" ? "" : ` from node ${node}`}` +
          `${short.length === 0 ? "" : `, which was short of ${short.join(" and ")}`}: ${named([...pods])}.`,
        evidence: all
          .slice(0, NAMED)
          .map(({ object, pod, message }) =>
            cluster.cite(
              object,
              `pod ${pod} was evicted${message === undefined ? "" : `: ${quoted(message)}`}`,
            ),
          ),
        data: all,
        weight: pods.size,
        missing:
          messages.length > 0
            ? []
            : [{ text: "why they were evicted", command: "kubectl get pods -A -o yaml" }],
        advice: adviceOn(reasons),
        namesItsCause: short.length > 0 || reasons.length > 0,
        ...(node !== "" && { node }),
      };
    }
  },
});

/** Resources that messages name. */
function shortOf(messages: readonly string[]): string[] {
  const names = messages.flatMap((message) => [
    ...[...message.matchAll(/low on resource: ([a-z-]{2,40})/g)].map(([, name = ""]) => name),
    ...[...message.matchAll(/\b(Disk|Memory|PID)Pressure\b/g)].map(([, name = ""]) => name.toLowerCase()),
  ]);
  return [...new Set(names)];
}

const named = (pods: readonly string[]): string => firstOf(pods, NAMED, "others");

function* evictionsIn(cluster: ClusterEvidence): Generator<Eviction> {
  const known = new Set<string>();
  for (const { object, namespace, name, node } of cluster.pods) {
    const { value } = object;
    if (text(value, "status", "reason") !== "Evicted") continue;
    const pod = namespace === "" ? name : `${namespace}/${name}`;
    known.add(pod).add(name);
    yield { object, pod, node, message: text(value, "status", "message") };
  }
  for (const { object, reason, about, message, host } of clusterEvents(cluster)) {
    // The API's own evictions, as of a drain, are events of another component.
    if (reason !== "Evicted" || about.name === undefined || about.kind !== "Pod") continue;
    const pod = about.namespace === undefined ? about.name : `${about.namespace}/${about.name}`;
    if (!known.has(pod) && !known.has(about.name)) yield { object, pod, node: host, message };
  }
}
