import type { KubeObject } from "../kube/index.ts";
import { text } from "../kube/index.ts";

/** What a folder's objects tell of the cluster that they are of. */
export interface ClusterTell {
  /** By what is made anew together: the kinds, namespaces and names of objects that seldom are. */
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

/** What whoever redacts bundles writes for a uid is none. */
const UUID = /^(?!0{8}-)[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** An object's uid; `undefined` where it has none, or it was taken out. */
export function uidOf(value: KubeObject["value"]): string | undefined {
  const uid = text(value, "metadata", "uid");
  return uid !== undefined && UUID.test(uid) ? uid : undefined;
}

/** Whoever sets an application up anew makes all that is in its namespaces anew, and what it defines: of these one counts. */
function originOf(kind: string, namespace: string, name: string): string {
  if (kind === "CustomResourceDefinition") return kind;
  const own = kind === "Namespace" ? name : namespace;
  return own === "" || own === "kube-system" ? `${kind}/${own}/${name}` : own;
}

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
    const uid = uidOf(value);
    if (kind === "Node" && name !== undefined) nodes.add(name);
    if (name === undefined || uid === undefined) continue;
    uids.add(uid);
    const namespace = text(value, "metadata", "namespace") ?? "";
    const origin = originOf(kind, namespace, name);
    const names = steady.get(origin) ?? new Set();
    steady.set(origin, names.add(`${kind}/${namespace}/${name}`));
  }
  return { steady, uids, nodes };
}

/** Whether two folders' objects are of two clusters; `undefined` where they don't tell. */
export function areOfTwo(a: ClusterTell, b: ClusterTell): boolean | undefined {
  for (const uid of a.uids) if (b.uids.has(uid)) return false;
  let shared = 0;
  for (const [origin, names] of a.steady) {
    const others = b.steady.get(origin);
    if (others && [...names].some((name) => others.has(name))) shared++;
  }
  if (shared >= SHARED) return true;
  const isDisjoint = [...a.nodes].every((node) => !b.nodes.has(node));
  const areMany = a.nodes.size >= NODES && b.nodes.size >= NODES;
  return isDisjoint && areMany && a.uids.size > 0 && b.uids.size > 0 ? true : undefined;
}
