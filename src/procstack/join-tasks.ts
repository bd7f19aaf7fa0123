import { defined } from "./defined.ts";
import type { NamespaceLink } from "./namespaces.ts";
import type { StackTrace } from "./stack.ts";
import type { Cite, Task, TaskFact } from "./task.ts";
import type { TaskPart } from "./task-part.ts";
import { waitSite, waitSiteOfListed, waitSiteOfWchan, type WaitSite } from "./wait-site.ts";

/** A part, and the artifact that it was decoded from. */
export interface PathedPart {
  readonly part: TaskPart;
  readonly path: string;
}

/**
 * One task for each thread that the parts speak of, in the order of their ids; a part that names no task becomes a
 * task of its own. The parts must be of one host and one time: elsewhere the same pid is another task.
 */
export function joinTasks(parts: readonly PathedPart[]): Task[] {
  const byTid = new Map<number, PathedPart[]>();
  const nameless: Task[] = [];
  for (const one of parts) {
    const { tid } = one.part;
    const known = tid === undefined ? undefined : byTid.get(tid);
    if (tid === undefined) nameless.push(joined([one]));
    else if (known) known.push(one);
    else byTid.set(tid, [one]);
  }
  const tids = [...byTid.keys()].sort((a, b) => a - b);
  return [...tids.map((tid) => joined(byTid.get(tid) ?? [])), ...nameless];
}

/** A fact and its place; the first that a list of sources can give. */
type Found<T> = { value: T; cite: Cite } | undefined;

function joined(parts: readonly PathedPart[]): Task {
  const cites: Partial<Record<TaskFact, Cite>> = {};
  /** The first part of which `read` knows something says it. */
  function first<T>(
    read: (part: TaskPart) => T | undefined,
    line?: (part: TaskPart) => number | undefined,
  ): Found<T> {
    for (const { part, path } of parts) {
      const value = read(part);
      const at = line?.(part) ?? part.line;
      if (value !== undefined) return { value, cite: at === undefined ? { path } : { path, line: at } };
    }
    return undefined;
  }
  /** The first of several findings, remembered under the fact's name. */
  function fact<T>(name: TaskFact, ...found: Found<T>[]): T | undefined {
    const best = found.find((one) => one !== undefined);
    if (best) cites[name] = best.cite;
    return best?.value;
  }

  const stack = fact(
    "stack",
    first(
      (part) => readable(part.stack),
      (part) => part.stack?.frames[0]?.line,
    ),
  );
  const widest = parts.reduce((most, { part }) => Math.max(most, part.listed?.wchan?.length ?? 0), 0);
  const wchan = fact(
    "wchan",
    first((part) => (part.wchan === false ? undefined : part.wchan)),
    // Of several listings the one with the widest column.
    first((part) => (part.listed?.wchan?.length === widest ? part.listed?.wchan : undefined)),
  );
  const comm = fact(
    "comm",
    first((part) => (part.stack ? undefined : part.comm)),
    first(
      (part) => part.status?.name,
      (part) => part.status?.lines.name,
    ),
    first((part) => part.stat?.comm),
    first((part) => part.comm),
    first((part) => part.listed?.comm),
  );
  const state = fact(
    "state",
    first(
      (part) => part.status?.state,
      (part) => part.status?.lines.state,
    ),
    first((part) => (part.stat?.state === undefined ? undefined : { letter: part.stat.state })),
    first((part) => (part.listed?.state === undefined ? undefined : { letter: part.listed.state })),
  );
  const ppid = fact(
    "ppid",
    first(
      (part) => part.status?.ppid,
      (part) => part.status?.lines.ppid,
    ),
    first((part) => part.stat?.ppid),
    first((part) => part.listed?.ppid),
  );
  const nspid = fact(
    "nspid",
    first(
      (part) => part.status?.nspid,
      (part) => part.status?.lines.nspid,
    ),
  );
  const namespaces = fact(
    "namespaces",
    first((part) => mergedLinks(part, parts)),
  );
  const pidNamespace = fact(
    "pidNamespace",
    first(
      (part) => inode(part.namespaces?.links.get("pid")),
      (part) => part.namespaces?.lines.get("pid"),
    ),
  );
  const cgroup = fact(
    "cgroup",
    first(
      (part) => part.cgroup,
      (part) => part.cgroup?.line,
    ),
  );
  const cmdline = fact(
    "cmdline",
    first((part) => part.cmdline),
    first((part) => (part.listed?.cmdline === undefined ? undefined : [part.listed.cmdline])),
  );
  const killPending = fact(
    "killPending",
    first(
      (part) => part.status?.killPending,
      (part) => part.status?.lines.killPending,
    ),
  );
  const kernelThread = fact<boolean>(
    "kernelThread",
    first(
      (part) => part.status?.kernelThread,
      (part) => part.status?.lines.kernelThread,
    ),
    first((part) => part.stat?.kernelThread),
    first((part) => (bornAsThread(part.stack) ? true : undefined)),
    first((part) => part.listed?.kernelThread),
  );
  const exiting = fact<boolean>(
    "exiting",
    first((part) => (part.stat?.exiting ? true : undefined)),
    first(
      (part) => (hasLeft(part.namespaces?.links) ? true : undefined),
      (part) => part.namespaces?.lines.get("net"),
    ),
    first((part) => (exits(part.stack) ? true : undefined)),
    first((part) => part.stat?.exiting),
  );
  const tracerPid = fact(
    "tracerPid",
    first(
      (part) => (part.status?.tracerPid === 0 ? undefined : part.status?.tracerPid),
      (part) => part.status?.lines.tracerPid,
    ),
  );
  const threads = fact(
    "threads",
    first(
      (part) => part.status?.threads,
      (part) => part.status?.lines.threads,
    ),
    first((part) => part.stat?.threads),
  );
  const workqueue = comm === undefined ? undefined : /^kworker\/[^+]*\+(.+)$/.exec(comm)?.[1];
  if (workqueue !== undefined && cites.comm) cites.workqueue = cites.comm;
  const tid = first((part) => part.tid)?.value;
  // A path like `proc/7/stack` takes the thread for its process: `status` knows better.
  const pid = first((part) => part.status?.tgid)?.value ?? processOf(parts) ?? tid;
  return defined({
    tid,
    pid,
    comm,
    state,
    stack,
    site: (stack ? waitSite(stack) : undefined) ?? siteWithoutStack(stack, wchan),
    moved: haveMoved(parts),
    ppid,
    nspid,
    namespaces,
    pidNamespace,
    cgroup,
    containerId: cgroup?.containerId,
    podUid: cgroup?.podUid,
    cmdline,
    wchan,
    killPending,
    kernelThread,
    exiting,
    tracerPid,
    threads,
    workqueue,
    cites,
  });
}

/** The process that a thread's path names: `proc/PID/task/TID/x`. */
function processOf(parts: readonly PathedPart[]): number | undefined {
  const pids = parts.flatMap(({ part }) => part.pid ?? []);
  return pids.find((pid) => pid !== parts[0]?.part.tid) ?? pids[0];
}

function readable(stack: StackTrace | undefined): StackTrace | undefined {
  return stack?.diagnostics.some((one) => one.effect === "unread") ? undefined : stack;
}

function siteWithoutStack(stack: StackTrace | undefined, wchan: string | undefined): WaitSite | undefined {
  return stack || wchan === undefined ? undefined : (waitSiteOfWchan(wchan) ?? waitSiteOfListed(wchan));
}

/** All listings of one task, the links of one file each included. */
function mergedLinks(
  part: TaskPart,
  parts: readonly PathedPart[],
): ReadonlyMap<string, NamespaceLink> | undefined {
  if (!part.namespaces) return undefined;
  const all = new Map<string, NamespaceLink>();
  for (const { part: one } of parts)
    for (const [kind, link] of one.namespaces?.links ?? [])
      if (all.get(kind) === undefined || link !== "gone") all.set(kind, link);
  return all.size === 0 ? undefined : all;
}

function inode(link: NamespaceLink | undefined): number | undefined {
  return typeof link === "number" ? link : undefined;
}

/** A task that exits drops all namespaces but `pid` and `user`, at once. */
function hasLeft(links: ReadonlyMap<string, NamespaceLink> | undefined): boolean {
  return (
    links?.get("net") === "gone" && links.get("mnt") !== undefined && inode(links.get("mnt")) === undefined
  );
}

function exits(stack: StackTrace | undefined): boolean {
  return stack?.frames.some((frame) => frame.reliable && frame.symbol === "do_exit") ?? false;
}

/** A kernel thread was never in user space: its outermost frames are those of its birth. */
function bornAsThread(stack: StackTrace | undefined): boolean {
  return stack?.frames.some((frame) => frame.reliable && frame.symbol === "kthread") ?? false;
}

/** The functions of a stack, as one string: offsets differ between two readings of one loop. */
function outline(stack: StackTrace): string {
  return stack.frames.flatMap((frame) => (frame.reliable ? frame.symbol : [])).join(" ");
}

/** A reading that was cut short agrees with one that goes on where it ends. */
function haveMoved(parts: readonly PathedPart[]): boolean {
  const [first = "", ...others] = parts.flatMap(({ part }) => {
    const stack = readable(part.stack);
    return stack && stack.frames.length > 0 ? outline(stack) : [];
  });
  return others.some((other) => !first.startsWith(other) && !other.startsWith(first));
}
