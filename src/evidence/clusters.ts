import type { Artifact } from "../bundle/index.ts";
import type { KubeObject } from "../kube/index.ts";
import { text } from "../kube/index.ts";
import type { ClusterTell } from "./cluster-tells.ts";
import { pathMoment } from "./path-moment.ts";
import { areOfTwo, tellOf, uidOf } from "./cluster-tells.ts";

/** The artifacts of one cluster, and where they lie. */
export interface ClusterPart {
  /** The folder that tells it from the others; absent where there is one cluster. */
  readonly name?: string;
  readonly artifacts: readonly Artifact[];
}

/** Namespaces that the API server lets nobody delete (plugin/pkg/admission/namespace/lifecycle): their uids are the cluster's own. */
const IMMORTAL = new Set(["kube-system", "kube-public", "default"]);
/** Folders that are compared with each other. */
const MOST_PARTS = 64;

/**
 * Tells clusters apart: by the uids of namespaces that can't be deleted; else by folders that list objects of the same names, of which none
 * has the same uid, or other nodes throughout. What lies where several are, and names none, is joined with nothing but what lies beside it.
 */
export function clustersIn(artifacts: readonly Artifact[]): readonly ClusterPart[] {
  const ids = clusterIds(artifacts);
  const known = new Map<Artifact, string>();
  for (const artifact of artifacts) {
    const id = ids.get(artifact);
    if (id !== undefined) known.set(artifact, id);
  }
  if (new Set(known.values()).size < 2) byFolders(artifacts, known);
  if (new Set(known.values()).size < 2) return [{ artifacts }];
  return named(assigned(artifacts, known));
}

const foldersOf = ({ path }: Artifact): readonly string[] => path.split("/").slice(0, -1);

/** The one cluster of each artifact that tells it, as the first of the uids that go together. */
function clusterIds(artifacts: readonly Artifact[]): ReadonlyMap<Artifact, string> {
  const groups = new Groups();
  const found = new Map<Artifact, string>();
  for (const artifact of artifacts) {
    let own: string | undefined;
    for (const { kind, value } of objectsOf(artifact)) {
      const name = kind === "Namespace" ? text(value, "metadata", "name") : undefined;
      const uid = name !== undefined && IMMORTAL.has(name) ? uidOf(value) : undefined;
      if (uid === undefined) continue;
      if (own === undefined) found.set(artifact, (own = uid));
      groups.join(own, uid);
    }
  }
  return new Map([...found].map(([artifact, uid]) => [artifact, groups.of(uid)] as const));
}

/** Gives the artifacts of folders of which it is proven that they are of several clusters the folder as their cluster. */
function byFolders(artifacts: readonly Artifact[], known: Map<Artifact, string>): void {
  const level = commonDepth(artifacts);
  const parts = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    const folder = foldersOf(artifact)[level];
    if (folder === undefined || artifact.content?.kind !== "kube-objects") continue;
    const part = parts.get(folder) ?? [];
    part.push(artifact);
    parts.set(folder, part);
  }
  if (parts.size < 2 || parts.size > MOST_PARTS) return;
  const tells = [...parts].map(([folder, all]): [string, ClusterTell] => [
    folder,
    tellOf(all.flatMap(objectsOf)),
  ]);
  const groups = new Groups();
  const isApart = new Set<string>();
  for (const [i, [folder, tell]] of tells.entries()) {
    for (const [other, otherTell] of tells.slice(0, i)) {
      // What changed from one time to another is no other cluster.
      if (areTimes(folder, other)) continue;
      const answer = areOfTwo(tell, otherTell);
      if (answer === false) groups.join(other, folder);
      if (answer === true) isApart.add(folder).add(other);
    }
  }
  if (isApart.size === 0) return;
  const proven = new Set([...isApart].map((folder) => groups.of(folder)));
  if (proven.size < 2) return;
  for (const [folder, all] of parts)
    if (proven.has(groups.of(folder))) for (const artifact of all) known.set(artifact, groups.of(folder));
}

/** Whether two folders are called by a time, a word or a round, and alike but for these. */
function areTimes(one: string, other: string): boolean {
  const [a, b] = [pathMoment(one, 1), pathMoment(other, 1)];
  return a.isBundleTimed && b.isBundleTimed && a.bundleName === b.bundleName;
}

/** Every artifact with a cluster: its own, or that of the nearest folder in which there is one alone; else those that lie together are one. */
function assigned(
  artifacts: readonly Artifact[],
  known: ReadonlyMap<Artifact, string>,
): ReadonlyMap<string, readonly Artifact[]> {
  const below = new Map<string, Set<string>>();
  for (const [artifact, id] of known) {
    const folders = foldersOf(artifact);
    for (let depth = 0; depth <= folders.length; depth++) {
      const key = folders.slice(0, depth).join("/");
      below.set(key, (below.get(key) ?? new Set()).add(id));
    }
  }
  const found = new Map<string, Artifact[]>();
  for (const artifact of artifacts) {
    const id = known.get(artifact) ?? nearest(foldersOf(artifact), below);
    const all = found.get(id) ?? [];
    all.push(artifact);
    found.set(id, all);
  }
  return found;
}

function nearest(folders: readonly string[], below: ReadonlyMap<string, ReadonlySet<string>>): string {
  for (let depth = folders.length; depth >= 0; depth--) {
    const ids = below.get(folders.slice(0, depth).join("/"));
    const [only] = ids ?? [];
    if (ids?.size === 1 && only !== undefined) return only;
    if (ids !== undefined) return `\0${folders.slice(0, depth + 1).join("/")}`;
  }
  return "\0";
}

/** The parts with the folders that tell them apart for names, in path order. */
function named(clusters: ReadonlyMap<string, readonly Artifact[]>): readonly ClusterPart[] {
  const parts = [...clusters.values()].map((artifacts) => {
    const depth = commonDepth(artifacts);
    const [first] = artifacts;
    const folder = first === undefined ? "" : foldersOf(first).slice(0, depth).join("/");
    return { name: folder, artifacts };
  });
  parts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const taken = new Map<string, number>();
  return parts.map(({ name, artifacts }) => {
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return { name: times === 1 ? name || "." : `${name || "."} (${times})`, artifacts };
  });
}

/** How many leading folders all share. */
function commonDepth(artifacts: readonly Artifact[]): number {
  const [first = [], ...others] = artifacts.map(foldersOf);
  let depth = first.length;
  for (const folders of others) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same++;
    depth = same;
  }
  return depth;
}

function objectsOf({ content }: Artifact): readonly KubeObject[] {
  return content?.kind === "kube-objects" ? content.model.objects.filter(({ isWhole }) => isWhole) : [];
}

/** Words that were found to be of one group. */
class Groups {
  readonly #parent = new Map<string, string>();

  of(word: string): string {
    let root = word;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    return root;
  }

  join(a: string, b: string): void {
    const [one, other] = [this.of(a), this.of(b)];
    if (one !== other) this.#parent.set(other, one);
  }
}
