import type { Cite, ClusterEvidence } from "../../evidence/index.ts";
import type { Advice, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { heapDominator } from "../go/heap-dominator.ts";
import type { HeldHeap } from "../go/heap-history.ts";
import { count, percent, size } from "../words.ts";
import { dominatingKind } from "./decoded-objects.ts";
import { fewListsInFlight } from "./list-handlers.ts";
import type { History, ReplicaSetHistory } from "./replicaset-history.ts";
import { DEFAULT_LIMIT, deletable, replicaSetHistory } from "./replicaset-history.ts";

const KIND = "ReplicaSet";
/** So many that nobody needs are a pile, if they are so much of all old ones. */
const MANY = 1000;
const MOST = 0.5;
/** Of the heap in use. */
const SHARE = 0.5;
const CITED = 6;
/** Names in the deletion list, and in one command of it. */
const LISTED = 36;
const IN_ONE = 12;

/** Old ReplicaSets are kept for ever, and everybody who watches ReplicaSets keeps them in memory. */
export const replicasetPileup = defineCause<HeldHeap>({
  id: "kube/replicaset-pileup",
  title: "ReplicaSets without replicas pile up",
  description:
    "Deployments keep a ReplicaSet for each revision: ten by the default of apps/v1, all by that of extensions/v1beta1. Thousands of them fill the memory of " +
    "kube-apiserver and of every controller that watches them. What Deployments keep is counted, whatever limit they set.",
  explains: [heapDominator],
  of: "cluster",
  unseen: "audit",
  concerns: ({ seen, host }) =>
    seen ? dominatingKind(seen)?.kind === KIND : isPile(replicaSetHistory(host.cluster)),
  tests: [
    {
      statement: "most of the heap in use are decoded ReplicaSets",
      axis: "state",
      holds: "strong",
      fails: "weak",
      ask: {
        text: "a heap profile of kube-apiserver, or of the controller that grew",
        command: "kubectl get --raw /debug/pprof/heap > apiserver-heap.pb.gz",
      },
      answer({ seen }) {
        const held = seen && dominatingKind(seen);
        if (!seen || held?.kind !== KIND) return cantTell();
        const text = `${size(held.bytes)} of ${size(seen.now.bytes)} in use (${percent(held.bytes, seen.now.bytes)}) are decoded ReplicaSets: ${count(Math.round(held.objects), "allocation")}`;
        const cites = [{ artifact: seen.now.artifact.path, text }];
        return held.bytes >= SHARE * seen.now.bytes ? holds(cites) : fails(cites);
      },
    },
    {
      statement: "thousands of ReplicaSets have no replicas, more than ten of a Deployment",
      axis: "counter",
      holds: "strong",
      fails: "decisive",
      ask: { text: "all ReplicaSets", command: "kubectl get replicasets -A -o json > replicasets.json" },
      answer: ({ host }) => answerCount(host.cluster),
    },
    {
      statement: "their Deployments set no limit, or a high one",
      axis: "config",
      holds: "weak",
      ask: { text: "all Deployments", command: "kubectl get deployments -A -o json > deployments.json" },
      answer({ host }) {
        const listed = replicaSetHistory(host.cluster)?.histories.filter(
          (each) => each.isListed && each.old.length > DEFAULT_LIMIT,
        );
        const [first] = listed ?? [];
        if (!listed || !first) return cantTell();
        const object = host.cluster.objects.find(
          ({ kind, name, namespace }) =>
            kind === "Deployment" && name === first.owner && namespace === first.namespace,
        );
        return object ? holds([host.cluster.cite(object, limitsText(listed))]) : cantTell();
      },
    },
    fewListsInFlight,
  ],
  advice: ({ host }): Advice => ({ remedy: deletionList(host.cluster), references: [] }),
  remedy: [
    `Set spec.revisionHistoryLimit: ${DEFAULT_LIMIT} in these Deployments: their controller then deletes what is older.`,
    "Memory of the API server comes back once its garbage collector has run; that of controllers too.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#clean-up-policy",
    "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/",
  ],
  summary({ host, seen }) {
    const history = replicaSetHistory(host.cluster);
    const held = seen && dominatingKind(seen);
    const heap = held
      ? `${percent(held.bytes, seen.now.bytes)} of the ${size(seen.now.bytes)} that ${seen.process.name} has in use are decoded ReplicaSets. `
      : "";
    return heap + (history ? historyText(history) : "How many there are was not collected.");
  },
});

const isPile = (history: ReplicaSetHistory | undefined): boolean =>
  history !== undefined && history.excess >= MANY && history.excess >= MOST * history.old;

function answerCount(cluster: ClusterEvidence): Answer {
  const history = replicaSetHistory(cluster);
  if (!history) return cantTell();
  const cites = citeHistories(cluster, history);
  if (isPile(history)) return holds(cites);
  // A listing of one namespace says nothing about the others.
  return history.isWhole ? fails(cites) : cantTell("uncovered");
}

function citeHistories(cluster: ClusterEvidence, history: ReplicaSetHistory): Cite[] {
  const { all, old, histories } = history;
  const first = cluster.listed.find(({ kind }) => kind === KIND);
  const total = first ? [cluster.cite(first, `${old} of ${all} ReplicaSets have no replicas`)] : [];
  const each = histories.slice(0, CITED).flatMap(({ namespace, owner, old: own }) => {
    const object = own[0]?.object;
    return object && own.length > DEFAULT_LIMIT
      ? [cluster.cite(object, `${own.length} of them are of Deployment ${namespace}/${owner}`)]
      : [];
  });
  return [...total, ...each];
}

function historyText({ all, old, excess, histories }: ReplicaSetHistory): string {
  const owners = histories.filter((each) => each.old.length > DEFAULT_LIMIT);
  const listed = owners.filter(({ isListed }) => isListed);
  const most = owners[0];
  const limits = listed.length > 0 ? ` ${limitsText(listed)}.` : "";
  return (
    `${old} of ${count(all, "ReplicaSet")} have no replicas; ${excess} of these are beyond the ${DEFAULT_LIMIT} that a Deployment keeps by default. ${count(owners.length, "Deployment")} ` +
    `keep${owners.length === 1 ? "s" : ""} more${most ? `, most of all ${most.namespace}/${most.owner}: ${most.old.length}` : ""}.${limits}`
  );
}

/** How many Deployments set which limit. */
function limitsText(histories: readonly History[]): string {
  const byLimit = new Map<string, number>();
  for (const { limit } of histories) {
    const key =
      limit === undefined
        ? "no revisionHistoryLimit"
        : limit >= 2 ** 31 - 1
          ? "revisionHistoryLimit 2147483647, which is none"
          : `revisionHistoryLimit ${limit}`;
    byLimit.set(key, (byLimit.get(key) ?? 0) + 1);
  }
  const parts = [...byLimit].sort((a, b) => b[1] - a[1]).slice(0, CITED);
  return `Of those Deployments ${parts.map(([limit, n]) => `${n} set ${limit}`).join(", ")}`;
}

/** Commands that delete what is in excess, for the worst Deployments. */
function deletionList(cluster: ClusterEvidence): string[] {
  const history = replicaSetHistory(cluster);
  if (!history || history.excess === 0) return [];
  const commands: string[] = [];
  let listed = 0;
  let left = 0;
  let isTimed = true;
  for (const each of history.histories) {
    const names = deletable(each).map(({ name }) => name);
    if (names.length === 0) continue;
    isTimed &&= each.old.every(({ created }) => created !== undefined);
    const named = names.slice(0, Math.max(0, LISTED - listed));
    listed += named.length;
    left += names.length - named.length;
    for (let at = 0; at < named.length; at += IN_ONE)
      commands.push(
        `kubectl -n ${each.namespace} delete replicaset ${named.slice(at, at + IN_ONE).join(" ")}`,
      );
  }
  const kept = isTimed
    ? `the latest ${DEFAULT_LIMIT} of each Deployment are not among them`
    : "the table does not tell which are the latest: without them nothing is left to roll back to";
  const rest = left > 0 ? `; ${left} more follow` : "";
  return [`Delete ReplicaSets without replicas (${kept}${rest}):`, ...commands];
}
