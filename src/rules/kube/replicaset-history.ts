import { memo } from "../../bytes/index.ts";
import type { ClusterEvidence } from "../../evidence/index.ts";
import { listedOf, replicaSets } from "../../evidence/index.ts";
import type { ReplicaSet } from "../../kube/index.ts";
import { member, text } from "../../kube/index.ts";

/** The old ReplicaSets of one Deployment. */
export interface History {
  readonly namespace: string;
  /** Of the Deployment; by a table, as the ReplicaSets' names tell it. */
  readonly owner: string;
  /** Without replicas; the oldest first where they tell their times. */
  readonly old: readonly ReplicaSet[];
  /** `spec.revisionHistoryLimit`; `undefined` where the Deployment was not listed, or sets none. */
  readonly limit: number | undefined;
  readonly isListed: boolean;
}

/** The ReplicaSets of the cluster, by whose they are. */
export interface ReplicaSetHistory {
  readonly all: number;
  /** Those that have no replicas, and are to have none. */
  readonly old: number;
  /** Of those, how many are more than {@link DEFAULT_LIMIT} of one Deployment. */
  readonly excess: number;
  /** Whether the listing is of several namespaces, and none of it was cut off: one of a single namespace doesn't tell how many there are. */
  readonly isWhole: boolean;
  /** By the number of old ones, the most first. */
  readonly histories: readonly History[];
}

/** What apps/v1 keeps; extensions/v1beta1 kept all. */
export const DEFAULT_LIMIT = 10;

/** @returns `undefined` where no ReplicaSet was listed */
export const replicaSetHistory = memo((cluster: ClusterEvidence): ReplicaSetHistory | undefined => {
  const all = replicaSets(cluster);
  if (all.length === 0) return undefined;
  const byOwner = new Map<string, ReplicaSet[]>();
  const namespaces = new Set<string>();
  for (const each of all) {
    namespaces.add(each.namespace);
    if (each.replicas !== 0 || (each.current ?? 0) > 0) continue;
    const key = `${each.namespace}/${ownerOf(each)}`;
    const others = byOwner.get(key);
    if (others) others.push(each);
    else byOwner.set(key, [each]);
  }
  const limits = limitsOf(cluster);
  const histories = [...byOwner].map(([key, old]) => {
    const [namespace = "", owner = ""] = key.split("/");
    old.sort((a, b) => (a.created ?? 0) - (b.created ?? 0) || (a.name < b.name ? -1 : 1));
    return { namespace, owner, old, limit: limits.get(key), isListed: limits.has(key) };
  });
  histories.sort((a, b) => b.old.length - a.old.length || (a.owner < b.owner ? -1 : 1));
  return {
    all: all.length,
    old: histories.reduce((sum, { old }) => sum + old.length, 0),
    excess: histories.reduce((sum, { old }) => sum + Math.max(0, old.length - DEFAULT_LIMIT), 0),
    isWhole: namespaces.size > 1 && all.every(({ object }) => cluster.artifactOf(object)?.status === "read"),
    histories,
  };
});

/** A ReplicaSet is called after its Deployment, with a hash behind. */
const ownerOf = ({ controller, name }: ReplicaSet): string =>
  controller?.name ?? /^(.+)-[0-9a-z]{1,10}$/.exec(name)?.[1] ?? name;

function limitsOf(cluster: ClusterEvidence): ReadonlyMap<string, number | undefined> {
  const limits = new Map<string, number | undefined>();
  for (const object of listedOf(cluster, "Deployment")) {
    if (!object.isWhole) continue;
    const limit = member(object.value, "spec", "revisionHistoryLimit");
    const key = `${text(object.value, "metadata", "namespace") ?? ""}/${text(object.value, "metadata", "name") ?? ""}`;
    limits.set(key, typeof limit === "number" ? limit : undefined);
  }
  return limits;
}

/** The old ReplicaSets that can go: where times tell which are the latest, those are kept. */
export function deletable({ old }: History): readonly ReplicaSet[] {
  if (old.length <= DEFAULT_LIMIT) return [];
  return old.every(({ created }) => created !== undefined) ? old.slice(0, -DEFAULT_LIMIT) : old;
}
