import type { Artifact, Located } from "../bundle/index.ts";
import type { GoroutineSet, HeapSites, Profile } from "../pprof/index.ts";
import { binaryName, heapSites, vdsoAddress } from "../pprof/index.ts";
import type { Task } from "../procstack/index.ts";

/** A heap profile that was read as a whole, by what holds the heap. */
export interface Heap extends HeapSites {
  readonly artifact: Artifact;
  /** Nanoseconds since 1970; 0 where the profile doesn't tell. */
  readonly time: bigint;
  /** As for its process. */
  readonly vdso?: bigint;
}

/** A process that profiles or goroutine dumps of a host are of. */
export interface Process extends Identity {
  /** Its binary's name, else that of the folder that its snapshots lie in, else `the process`. */
  readonly name: string;
  /** The first thread of its `/proc/PID`, where one is known to be the same process. */
  readonly task?: Task;
  /** Of its threads those that files of `/proc` describe. */
  readonly threads: readonly Task[];
  readonly profiles: readonly Located<Profile>[];
  /** Those of profiles and those of text dumps. */
  readonly goroutines: readonly Located<GoroutineSet>[];
  /** The earliest first. */
  readonly heaps: readonly Heap[];
}

/** What a snapshot tells of its process. Text dumps tell only where they were found. */
interface Identity {
  /** The path of the folder. */
  readonly folder: string;
  /** The name of the binary. */
  readonly binary?: string;
  /** Where its vDSO is: elsewhere, it is another process. */
  readonly vdso?: bigint;
}

interface Draft extends Identity {
  readonly profiles: Located<Profile>[];
  readonly goroutines: Located<GoroutineSet>[];
}

/** Linux's `TASK_COMM_LEN`, less the byte that ends it. */
const COMM_LENGTH = 15;

/**
 * Sorts the snapshots of a host by process. Those of one process lie in one folder; where a folder holds those of several,
 * the binary and the vDSO tell them apart, and what lacks these belongs to none of them. Folders that are one and the same in several takes
 * have one process where the vDSO says so.
 *
 * @param thingOf where an artifact lies, without what tells one take from another
 */
export function processesOf(
  profiles: readonly Located<Profile>[],
  goroutines: readonly Located<GoroutineSet>[],
  tasks: readonly Task[],
  thingOf: (artifact: Artifact) => string = ({ path }) => path,
): Process[] {
  const drafts = new Map<string, Draft[]>();
  // Those that tell most come first, for the others to belong to.
  const known = profiles.map((profile) => ({ profile, identity: identityOf(profile) }));
  known.sort((a, b) => Number(a.identity.vdso === undefined) - Number(b.identity.vdso === undefined));
  for (const { profile, identity } of known) draftOf(drafts, identity).profiles.push(profile);
  const identities = new Map(known.map(({ profile, identity }) => [profile.artifact, identity]));
  for (const set of goroutines) {
    const identity = identities.get(set.artifact) ?? { folder: folderOf(set.artifact) };
    draftOf(drafts, identity).goroutines.push(set);
  }
  const all = acrossTakes([...drafts.values()].flat(), thingOf);
  return all.map((draft) => {
    const name = nameOf(draft);
    const namesakes = all.filter((other) => nameOf(other) === name);
    const task = taskOf(draft.folder, namesakes.length === 1 ? name : undefined, tasks);
    const threads = task?.pid === undefined ? [] : tasks.filter(({ pid }) => pid === task.pid);
    return { ...draft, name, ...(task && { task }), threads, heaps: heapsOf(draft.profiles) };
  });
}

/** Joins what several takes have of one process. */
function acrossTakes(drafts: readonly Draft[], thingOf: (artifact: Artifact) => string): readonly Draft[] {
  const joined = new Map<string, Draft>();
  return drafts.filter((draft) => {
    const { binary, vdso, profiles, goroutines } = draft;
    const [first] = profiles;
    if (vdso === undefined || binary === undefined || !first) return true;
    const thing = thingOf(first.artifact);
    const key = JSON.stringify([thing.slice(0, Math.max(0, thing.lastIndexOf("/"))), binary, String(vdso)]);
    const other = joined.get(key);
    if (!other) {
      joined.set(key, draft);
      return true;
    }
    other.profiles.push(...profiles);
    other.goroutines.push(...goroutines);
    return false;
  });
}

/** What was given as a single file lies in no folder. */
const nameOf = ({ binary, folder }: Identity): string => binary ?? (lastOf(folder) || "the process");

function draftOf(drafts: Map<string, Draft[]>, identity: Identity): Draft {
  const { folder, binary, vdso } = identity;
  const beside = drafts.get(folder) ?? [];
  const fitting = beside.filter(
    (draft) =>
      (binary === undefined || draft.binary === binary) && (vdso === undefined || draft.vdso === vdso),
  );
  const [first, ...others] = fitting;
  const same =
    others.length === 0 ? first : fitting.find((draft) => draft.binary === binary && draft.vdso === vdso);
  if (same) return same;
  const draft: Draft = { ...identity, profiles: [], goroutines: [] };
  drafts.set(folder, [...beside, draft]);
  return draft;
}

function identityOf({ model, artifact }: Located<Profile>): Identity {
  const binary = binaryName(model);
  const vdso = vdsoAddress(model);
  return {
    folder: folderOf(artifact),
    ...(binary !== "" && { binary }),
    ...(vdso !== undefined && { vdso }),
  };
}

/** A folder called by a number is that of a pid. A name must be of one process, and be the name of one task. */
function taskOf(folder: string, name: string | undefined, tasks: readonly Task[]): Task | undefined {
  const pid = lastOf(folder);
  const fits = tasks.filter(
    (task) =>
      task.tid === task.pid &&
      task.logged !== true &&
      (/^\d+$/.test(pid) ? task.tid === Number(pid) : task.comm === name?.slice(0, COMM_LENGTH)),
  );
  return fits.length === 1 ? fits[0] : undefined;
}

function heapsOf(profiles: readonly Located<Profile>[]): Heap[] {
  const heaps = profiles.flatMap(({ model, artifact }) => {
    // Of a profile that was cut, neither sums nor shares are known.
    const sites = artifact.status === "read" && isOfOneMoment(model) ? heapSites(model) : undefined;
    const { vdso } = identityOf({ model, artifact });
    return sites ? [{ ...sites, artifact, time: model.timeNanos, ...(vdso !== undefined && { vdso }) }] : [];
  });
  return heaps.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Whether a profile of what there is tells how much there was; with `?seconds=` Go tells only what became more, or less. */
export const isOfOneMoment = ({ durationNanos }: Profile): boolean => durationNanos === 0n;

const folderOf = ({ path }: Artifact): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const lastOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
