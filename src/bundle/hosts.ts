import { groupBy } from "../bytes/index.ts";
import type { FoundArtifact } from "./artifact.ts";
import { collectorHost } from "./collector-places.ts";
import { isClusterWide } from "./formats.ts";
import { isMachineName, machineIn, onlySorts, onlyWraps } from "./sorting-folders.ts";
import { isOfAnImage, isOfContainer, statedNames } from "./stated-names.ts";

/** Whose an artifact is. */
export interface HostOf {
  /** `null` where the bundle doesn't tell. */
  readonly host: string | null;
  /** See {@link FoundArtifact.apart}. */
  readonly apart?: string;
}

interface Place {
  readonly artifact: FoundArtifact;
  /** The folders that the artifact lies in. */
  readonly folders: readonly string[];
  /** How many of them stand above the first one that only sorts evidence. */
  readonly base: number;
  /** The names that the artifact itself gives its host. */
  readonly stated: readonly string[];
}

/** What a node gives once: where a folder and its surroundings each have one, they are of two hosts. */
const ONE_OF_A_HOST = ["hostname", "netstat-s", "sysctl", "uname"];

/**
 * Says of which host each artifact is. A host is known by what names it, `hostname`, `uname -a` or the lines of a log, which speaks
 * for its folder and all below it; by the place that a collector put it in; by a folder with a machine's name; by folders that stand
 * side by side, one a host, unless their names only sort; or by a folder that repeats what a node gives once. What is left is of one
 * host without a name: `null`. Where a folder holds what two hosts say of themselves, what lies there and names neither is joined
 * with nothing.
 *
 * @returns a host for each artifact, in order
 */
export function assignHosts(artifacts: readonly FoundArtifact[]): HostOf[] {
  const wrappers = wrappersOf(artifacts);
  const places = artifacts.map((artifact) => placeOf(artifact, wrappers));
  const { named, contested } = homesOf(places);
  const inFiles = machinesInFiles(places);
  const known = places.filter(({ artifact }) => artifact.content !== undefined && !isClusterWide(artifact));
  const level = commonLevel(known.map(baseOf));
  const siblings = new Set(known.map((place) => baseOf(place)[level]).filter((name) => name !== undefined));
  const isApart = siblings.size > 1 || repeats(known, level);
  const everybody = byAnyForm([
    ...named.values(),
    ...[...contested.values()].flatMap((names) => [...names]),
    ...nodeNames(artifacts),
  ]);

  return inOneForm(
    places.map((place): HostOf => {
      const { artifact, folders, base, stated } = place;
      const { path } = artifact;
      if (isClusterWide(artifact)) return { host: null };
      // What several hosts sent to one place is of none of them.
      if (stated.length > 1 || OF_ANY_NODE.test(path)) return { host: null, apart: path };
      const [own] = stated;
      const inFile = nameInFile(path, everybody);
      const collected = collectorHost(path);
      if (collected && collected.depth > folders.length) return { host: collected.host };
      for (let depth = folders.length; depth >= 0; depth--) {
        const key = folders.slice(0, depth).join("/");
        const names = contested.get(key);
        if (names) {
          const host = (own && same(own, names)) ?? inFile ?? inFiles.get(artifact);
          return host ? { host } : { host: null, apart: [key, folders[depth] ?? path].join("/") };
        }
        const name = named.get(key);
        if (name !== undefined) {
          // The log of a machine that had no name of its own yet, or of another one that never got one.
          if (own !== undefined && isOfAnImage(own) && shortOf(own) !== shortOf(name)) return { host: own };
          // A file that names another host than its folder does may be of either.
          const isOther = own === undefined && inFile !== undefined && shortOf(inFile) !== shortOf(name);
          return isOther ? { host: null, apart: path } : { host: name };
        }
        if (depth === 0) break;
        if (collected?.depth === depth) return { host: collected.host };
        const folder = folders[depth - 1] ?? "";
        const isOfKernel = folders.slice(0, depth - 1).some((above) => above === "sys" || above === "proc");
        if (isMachineName(folder) && !isOfKernel && !isOfContainer(`${key}/`)) return { host: folder };
        if (isApart && depth <= base && depth === level + 1 && !onlySorts(folder)) return { host: folder };
      }
      return { host: inFile ?? inFiles.get(artifact) ?? null };
    }),
  );
}

/** Logs that a node's collector got from the API server: of pods on whichever node. */
const OF_ANY_NODE = /(?:^|\/)podlogs\//;

/** A host that is known here by its short name, and there with the only domain that the name has anywhere, is one. */
function inOneForm(all: readonly HostOf[]): HostOf[] {
  const names = new Set(all.flatMap(({ host }) => host ?? []));
  const byShort = groupBy([...names], shortOf);
  return all.map((one) => {
    if (one.host === null) return one;
    const short = shortOf(one.host);
    const isKnown = byShort.get(short)?.length === 2 && names.has(short) && /[a-z]/i.test(short);
    return isKnown ? { ...one, host: short } : one;
  });
}

/** Nodes that are looked up by name in the cluster's objects. */
const MOST_NODES = 1000;

/** What the cluster's objects call its nodes. */
function nodeNames(artifacts: readonly FoundArtifact[]): string[] {
  const nodes = artifacts.flatMap(({ content }) =>
    content?.kind === "kube-objects"
      ? content.model.objects.filter(({ kind, apiVersion }) => kind === "Node" && apiVersion === "v1")
      : [],
  );
  return nodes.slice(0, MOST_NODES).flatMap(({ name }) => name ?? []);
}

const baseOf = ({ folders, base }: Place): readonly string[] => folders.slice(0, base);
const shortOf = (name: string): string => name.split(".")[0] ?? name;

/** The one of some names that is meant, with or without its domain. */
function same(name: string, names: ReadonlySet<string>): string | undefined {
  const all = [...names];
  return all.find((other) => other === name) ?? all.find((other) => shortOf(other) === shortOf(name));
}

/** How many leading folders all that is of hosts lies in, beyond the first, that only wrap it. */
function wrappersOf(artifacts: readonly FoundArtifact[]): number {
  const all = artifacts.filter((artifact) => !isClusterWide(artifact)).map(({ path }) => path.split("/"));
  const [first = []] = all;
  let count = 1;
  const isShared = (folder: string): boolean =>
    all.every((parts) => parts.length > count + 1 && parts[count] === folder && parts[0] === first[0]);
  for (
    let folder = first[1];
    folder !== undefined && onlyWraps(folder) && isShared(folder);
    folder = first[count]
  )
    count++;
  return count;
}

function placeOf(artifact: FoundArtifact, wrappers: number): Place {
  const folders = artifact.path.split("/").slice(0, -1);
  // The path's own first folder is the bundle, however it is called; alone it sorts too.
  const sorting = folders.findIndex((folder, i) => i >= wrappers && onlySorts(folder));
  const above = sorting === -1 ? folders.length : sorting;
  const isOnlyBundle = folders.slice(0, above).every(onlySorts);
  return { artifact, folders, base: isOnlyBundle ? 0 : above, stated: statedNames(artifact) };
}

/** Whether what a node gives once stands both in the folder at a level and outside it. */
function repeats(places: readonly Place[], level: number): boolean {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const place of places)
    (baseOf(place)[level] === undefined ? outside : inside).add(place.artifact.kind);
  return ONE_OF_A_HOST.some((kind) => inside.has(kind) && outside.has(kind));
}

interface Homes {
  /** Folders of one host, by what in them names it. */
  readonly named: Map<string, string>;
  /** Folders where several hosts name themselves, and the names. */
  readonly contested: Map<string, Set<string>>;
}

/**
 * What a name stands for: its folder above those that only sort. Where several names stand there they speak for the deeper folders
 * that they don't share.
 */
function homesOf(places: readonly Place[]): Homes {
  const named = new Map<string, string>();
  const contested = new Map<string, Set<string>>();
  let open = places.flatMap(({ stated, folders, base }) => {
    const [name] = stated;
    // A log of several hosts says nothing of its folder.
    return stated.length === 1 && name !== undefined ? [{ name, folders, depth: base }] : [];
  });
  while (open.length > 0) {
    const byFolder = groupBy(open, ({ folders, depth }) => folders.slice(0, depth).join("/"));
    const deeper: typeof open = [];
    for (const [key, all] of byFolder) {
      const names = ownNames(all.map(({ name }) => name));
      const one = oneName(names);
      if (one !== undefined && !contested.has(key)) {
        named.set(key, one);
        continue;
      }
      contested.set(key, distinct(names, contested.get(key)));
      deeper.push(
        ...all
          .filter(({ folders, depth }) => depth < folders.length)
          .map((each) => ({ ...each, depth: each.depth + 1 })),
      );
    }
    open = deeper;
  }
  return { named, contested };
}

/** The names but those of images, where there are others: a machine's first log lines may have one. */
function ownNames(names: readonly string[]): Set<string> {
  const own = names.filter((name) => !isOfAnImage(name));
  return new Set(own.length > 0 ? own : names);
}

/** The name that all agree on; `hostname` may leave out the domain that `uname` has. */
function oneName(names: ReadonlySet<string>): string | undefined {
  const short = new Set([...names].map(shortOf));
  return short.size === 1
    ? [...names].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))[0]
    : undefined;
}

/** Names, each host's once and in its shortest form. */
function distinct(names: ReadonlySet<string>, others: ReadonlySet<string> = new Set()): Set<string> {
  const byShort = groupBy([...names, ...others], shortOf);
  return new Set([...byShort.values()].flatMap((same) => oneName(new Set(same)) ?? []));
}

/** Words of a file's name that are put together to a host's, which has dots and dashes too. */
const MOST_WORDS = 16;

/** A host's name as a part of a file's: `node-a.sysctl.txt`, `sysctl_node-a`. Two names tell nothing. */
function nameInFile(path: string, names: ReadonlyMap<string, string>): string | undefined {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const words = [...file.matchAll(/[a-z0-9]+/gi)].slice(0, MOST_WORDS);
  const found = new Set<string>();
  for (const [i, first] of words.entries())
    for (const last of words.slice(i)) {
      const name = names.get(file.slice(first.index, last.index + last[0].length));
      if (name !== undefined) found.add(name);
    }
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

/** Names of hosts, by themselves and by what stands before their domain, unless that is several hosts'. */
function byAnyForm(names: Iterable<string>): Map<string, string> {
  const all = [...new Set(names)];
  const forms = new Map<string, string>();
  for (const [short, same] of groupBy(all, shortOf)) {
    const one = oneName(
      new Set(same.length === 2 && same.includes(short) ? [short] : same.length > 1 ? [] : same),
    );
    if (one !== undefined) forms.set(short, one);
    for (const name of same) forms.set(name, one ?? name);
  }
  // A number or a letter is found in any name.
  return new Map([...forms].filter(([form]) => form.length > 1 && /[a-z]/i.test(form)));
}

/** Files of one folder whose names begin with different machines. */
function machinesInFiles(places: readonly Place[]): Map<FoundArtifact, string> {
  const found = new Map<FoundArtifact, string>();
  const byFolder = groupBy(
    places.filter(({ artifact }) => !isClusterWide(artifact)),
    ({ folders }) => folders.join("/"),
  );
  for (const all of byFolder.values()) {
    const machines = all.map(({ artifact: { path } }) => machineIn(path.slice(path.lastIndexOf("/") + 1)));
    if (new Set(machines.filter((name) => name !== undefined)).size < 2) continue;
    for (const [i, name] of machines.entries()) {
      const place = all[i];
      if (place && name !== undefined) found.set(place.artifact, name);
    }
  }
  return found;
}

/** How many leading folders all places share. */
function commonLevel(all: readonly (readonly string[])[]): number {
  const [first = [], ...others] = all.filter((folders) => folders.length > 0);
  let level = 0;
  while (level < first.length && others.every((folders) => folders[level] === first[level])) level++;
  return others.length === 0 ? 0 : level;
}
