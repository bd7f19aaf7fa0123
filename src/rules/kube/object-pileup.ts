import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import { sampleCite, timelines } from "../../evidence/index.ts";
import type { Subject } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { heapDominator } from "../go/heap-dominator.ts";
import type { HeldHeap } from "../go/heap-history.ts";
import { count, percent, size } from "../words.ts";
import { dominatingKind } from "./decoded-objects.ts";
import { fewListsInFlight } from "./list-handlers.ts";

/** Has a rule of its own. */
const ELSEWHERE = "ReplicaSet";
const MANY = 10_000;
const FEW = 1000;

/** Objects of one kind fill the memory of those who watch them. */
export const objectPileup = defineCause<HeldHeap>({
  id: "kube/object-pileup",
  title: "objects of one kind pile up in the API server",
  description:
    "Most of the heap of kube-apiserver or of a controller are decoded objects of one kind, such as Events, Secrets or Pods that have ended, and the cluster has tens of " +
    "thousands of them. ReplicaSets have a rule of their own.",
  explains: [heapDominator],
  of: "cluster",
  concerns({ seen }) {
    const kind = seen && dominatingKind(seen)?.kind;
    return kind !== undefined && kind !== ELSEWHERE;
  },
  culprit({ seen }): Subject | undefined {
    const kind = seen && dominatingKind(seen)?.kind;
    return kind === undefined ? undefined : { kind: "objects", name: kind };
  },
  tests: [
    {
      statement: "most of the heap in use are decoded objects of one kind",
      axis: "state",
      holds: "strong",
      answer({ seen }) {
        const held = seen && dominatingKind(seen);
        if (!seen || !held) return cantTell();
        const text = `${size(held.bytes)} of ${size(seen.now.bytes)} in use (${percent(held.bytes, seen.now.bytes)}) are decoded objects of kind ${held.kind}`;
        return holds([{ artifact: seen.now.artifact.path, text }]);
      },
    },
    {
      statement: "the cluster has tens of thousands of them",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "how many objects of each kind there are",
        command: "kubectl get --raw /metrics | grep -E '^(apiserver_storage_objects|etcd_object_counts)'",
      },
      answer({ host, seen }) {
        const kind = seen && dominatingKind(seen)?.kind;
        const counted = kind === undefined ? undefined : objectsOf(host.cluster, kind);
        if (!counted) return cantTell();
        if (counted.count >= MANY) return holds([counted.cite]);
        // Few may be large.
        return counted.count < FEW ? fails([counted.cite]) : cantTell("uncovered");
      },
    },
    fewListsInFlight,
  ],
  remedy: [
    "Find who makes them and who should delete them: --event-ttl for Events, the TTL of finished Jobs, --terminated-pod-gc-threshold for Pods that have ended, the history limits of Helm releases for Secrets.",
  ],
  references: ["https://kubernetes.io/docs/reference/instrumentation/metrics/"],
  summary({ host, seen }) {
    const held = seen && dominatingKind(seen);
    if (!held) return "";
    const counted = objectsOf(host.cluster, held.kind);
    const many = counted ? ` The cluster has ${counted.count} of them.` : "";
    return `${percent(held.bytes, seen.now.bytes)} of the ${size(seen.now.bytes)} that ${seen.process.name} has in use are decoded objects of kind ${held.kind}: ${count(Math.round(held.objects), "allocation")}.${many}`;
  },
});

/** How many objects of a kind there are: by the API server's metrics, or as many as were listed at least. */
function objectsOf(
  cluster: ClusterEvidence,
  kind: string,
): { readonly count: number; readonly cite: Cite } | undefined {
  const plural = pluralOf(kind);
  for (const metric of ["apiserver_storage_objects", "etcd_object_counts"]) {
    const series = timelines(cluster, "metrics", metric).find(
      ({ labels }) => (labels.get("resource") ?? "").split(".")[0] === plural,
    );
    const last = series?.samples.at(-1);
    if (last && last.value >= 0)
      return { count: last.value, cite: sampleCite(last, `the API server keeps ${last.value} ${plural}`) };
  }
  const listed = cluster.listed.filter((each) => each.kind === kind);
  const [first] = listed;
  const names = new Set(listed.map(({ namespace = "", name = "" }) => `${namespace}/${name}`));
  return first && names.size >= MANY
    ? { count: names.size, cite: cluster.cite(first, `${names.size} ${plural} are listed`) }
    : undefined;
}

/** The resource of a kind, such as `endpoints`, `ingresses`, `networkpolicies`. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") return name;
  if (/(?:s|x|ch)$/.test(name)) return `${name}es`;
  return /[^aeo]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
