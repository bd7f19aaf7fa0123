import type { FoundArtifact } from "./artifact.ts";
import { isClusterWide } from "./formats.ts";

/**
 * Folders that sort evidence by what it is: no host is called so. A folder beside them that isn't here may be a host,
 * and evidence that may be of two hosts is not joined.
 */
const SORTING_FOLDERS = new Set(
  (
    "proc sys etc var run tmp usr opt dev root home task boot lib log logs pprof profile profiles goroutine heap capture captures pcap " +
    "pcaps tcpdump net network networking node nodes kube kubernetes k8s cluster cluster-resources cluster-info " +
    "cluster-scoped-resources namespaces manifests yaml events sysctl sysctls stack stacks dmesg kernel metrics " +
    "samples bundle bundles commands sos_commands sos_logs sos_reports host host-collectors hosts core cores dump dumps dns tcp " +
    "pod pods container containers kubelet docker containerd storage system process processes filesys info data files evidence artifacts before after"
  ).split(" "),
);
/** Names that people give to machines, `node-a` or `ip-10-0-0-1`, and not to programs, `node-exporter`. */
const MACHINE_NAME =
  /^(?:node|host|master|worker|control-plane|k8s|ip|vm|server|client)(?:[-_.]?\d[\w.-]*|[-_.](?:[a-z]|[\w.-]*\d[\w.-]*))$/i;

/** What machines call themselves that were given no name: it tells none from another. */
const ANYBODY = /^(?:localhost(?:\..*)?|\(none\))$/i;

interface Place {
  readonly artifact: FoundArtifact;
  /** The folders that the artifact lies in, without those that only sort evidence. */
  readonly folders: readonly string[];
}

/** What a node gives once: where a folder and its surroundings each have one, they are of two hosts. */
const ONE_OF_A_HOST = ["hostname", "netstat-s", "sysctl", "uname"];

/**
 * Says of which host each artifact is. A host is known by a `hostname` or `uname -a` artifact, which speaks for its
 * folder and all below it; by a folder with a machine's name; by folders that stand side by side, one a host; or by a
 * folder that repeats what a node gives once. What is left is of one host without a name: `null`.
 *
 * @returns a host for each artifact, in order
 */
export function assignHosts(artifacts: readonly FoundArtifact[]): (string | null)[] {
  const places = artifacts.map((artifact) => ({ artifact, folders: baseFolders(artifact.path) }));
  const named = namedFolders(places);
  const known = places.filter(({ artifact }) => artifact.content !== undefined && !isClusterWide(artifact));
  const level = commonLevel(known.map((place) => place.folders));
  const siblings = new Set(known.map((place) => place.folders[level]).filter((name) => name !== undefined));
  const apart = siblings.size > 1 || repeats(known, level);
  return places.map(({ artifact, folders }) => {
    if (isClusterWide(artifact)) return null;
    for (let depth = folders.length; depth > 0; depth--) {
      const name = named.get(folders.slice(0, depth).join("/"));
      if (name !== undefined) return name;
      const folder = folders[depth - 1] ?? "";
      if (MACHINE_NAME.test(folder) || (apart && depth === level + 1)) return folder;
    }
    return named.get("") ?? null;
  });
}

/** Whether what a node gives once stands both in the folder at a level and outside it. */
function repeats(places: readonly Place[], level: number): boolean {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const { artifact, folders } of places)
    (folders[level] === undefined ? outside : inside).add(artifact.kind);
  return ONE_OF_A_HOST.some((kind) => inside.has(kind) && outside.has(kind));
}

/**
 * The folders above the first one that only sorts evidence: `node-a/proc/1/stack` lies in `node-a`. The path's own first
 * folder is the bundle, however it is called; alone it sorts too.
 */
function baseFolders(path: string): string[] {
  const folders = path.split("/").slice(0, -1);
  const sorting = folders.findIndex((folder, i) => i > 0 && onlySorts(folder));
  const base = sorting === -1 ? folders : folders.slice(0, sorting);
  return base.length === 1 && base.every(onlySorts) ? [] : base;
}

/** A number is a process, as in `/proc`, and no machine. */
const onlySorts = (folder: string): boolean =>
  SORTING_FOLDERS.has(folder.toLowerCase()) || /^\d+$/.test(folder);

/** Folders that an artifact in them names. Two names for one folder name nothing. */
function namedFolders(places: readonly Place[]): Map<string, string> {
  const names = new Map<string, Set<string>>();
  for (const { artifact, folders } of places) {
    const name = statedName(artifact);
    if (name === undefined) continue;
    const key = folders.join("/");
    names.set(key, (names.get(key) ?? new Set()).add(name));
  }
  return new Map([...names].flatMap(([key, set]) => oneName(set).map((name) => [key, name] as const)));
}

/** The name that all agree on; `hostname` may leave out the domain that `uname` has. */
function oneName(names: ReadonlySet<string>): string[] {
  const short = new Set([...names].map((name) => name.split(".")[0] ?? name));
  const shortest = [...names].toSorted((a, b) => a.length - b.length)[0];
  return short.size === 1 && shortest !== undefined ? [shortest] : [];
}

/** Below these a host's name is that of a pod or a container. */
const NOT_THE_HOST = /(?:^|\/)(?:pods?|containers?|namespaces)\//i;

function statedName({ path, content }: FoundArtifact): string | undefined {
  if (NOT_THE_HOST.test(path)) return undefined;
  const name =
    content?.kind === "hostname"
      ? content.model.name
      : content?.kind === "uname"
        ? content.model.nodename
        : undefined;
  return name === undefined || ANYBODY.test(name) ? undefined : name;
}

/** How many leading folders all places share. */
function commonLevel(all: readonly (readonly string[])[]): number {
  const [first = [], ...others] = all.filter((folders) => folders.length > 0);
  let level = 0;
  while (level < first.length && others.every((folders) => folders[level] === first[level])) level++;
  return others.length === 0 ? 0 : level;
}
