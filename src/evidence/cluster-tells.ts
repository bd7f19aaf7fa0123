import type { KubeObject } from "../kube/index.ts";
import { text } from "../kube/index.ts";

/** What a folder's objects tell of the cluster that they are of. */
export interface ClusterTell {
  /** By kind, namespace and name: the uids of objects that are seldom made anew. */
  readonly steady: ReadonlyMap<string, ReadonlySet<string>>;
  readonly uids: ReadonlySet<string>;
  /** Names of Node objects. */
  readonly nodes: ReadonlySet<string>;
}

/** Kinds of which every cluster has some with the same names, and that live as long as what they are of. */
const STEADY = new Set([
  "Namespace",
  "Node",
  "Service",
  "ServiceAccount",
  "DaemonSet",
  "Deployment",
  "StorageClass",
  "CustomResourceDefinition",
]);
/** One or two may have been made anew under their names. */
const SHARED = 3;
/** Fewer nodes on either side may be a part of the cluster's. */
const NODES = 3;

/** Objects that are looked into: each must be parsed for it. */
const MOST_OBJECTS = 1000;

/** Reads it. */
export function tellOf(objects: readonly KubeObject[]): ClusterTell {
  const steady = new Map<string, Set<string>>();
  const uids = new Set<string>();
  const nodes = new Set<string>();
  for (const { kind, value } of objects.filter((each) => STEADY.has(each.kind)).slice(0, MOST_OBJECTS)) {
    const name = text(value, "metadata", "name");
    const uid = text(value, "metadata", "uid");
    if (kind === "Node" && name !== undefined) nodes.add(name);
    if (name === undefined || uid === undefined) continue;
    uids.add(uid);
    const key = `${kind}/${text(value, "metadata", "namespace") ?? ""}/${name}`;
    steady.set(key, (steady.get(key) ?? new Set()).add(uid));
  }
  return { steady, uids, nodes };
}

/** Whether two folders' objects are of two clusters; `undefined` where they don't tell. */
export function areOfTwo(a: ClusterTell, b: ClusterTell): boolean | undefined {
  for (const uid of a.uids) if (b.uids.has(uid)) return false;
  let shared = 0;
  for (const name of a.steady.keys()) if (b.steady.has(name)) shared++;
  if (shared >= SHARED) return true;
  const isDisjoint = [...a.nodes].every((node) => !b.nodes.has(node));
  const areMany = a.nodes.size >= NODES && b.nodes.size >= NODES;
  return isDisjoint && areMany && a.uids.size > 0 && b.uids.size > 0 ? true : undefined;
}
