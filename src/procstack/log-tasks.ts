import { memo } from "../bytes/index.ts";
import { defined } from "./defined.ts";
import type { HeldLocks } from "./held-locks.ts";
import type { HungTask, KernelLog, LockOwner, TaskDump } from "./kernel-log.ts";
import { listsBy } from "./lists-by.ts";
import type { Cite, Task } from "./task.ts";
import { waitSite } from "./wait-site.ts";

/**
 * The tasks, with what kernel logs add: tasks that only a log shows, and for the others the facts that `/proc` did
 * not give. A log may be older than the files: where the names differ, the pid has gone to another task.
 */
export function withLogs(tasks: readonly Task[], logs: readonly KernelLog[]): Task[] {
  const shown = new Map<number, { dump: TaskDump; path: string }>();
  for (const { path, ...log } of logs.map(sinceBoot))
    for (const dump of [...log.shown, ...log.hung]) shown.set(dump.tid, { dump, path });
  const known = tasks.map((task) => {
    const found = task.tid === undefined ? undefined : shown.get(task.tid);
    if (!found) return task;
    shown.delete(found.dump.tid);
    return sameName(task.comm, found.dump.comm) ? enriched(task, found.dump, found.path) : task;
  });
  const added = [...shown.values()].map(({ dump, path }) => taskOf(dump, path));
  const all = [...known, ...added.sort((a, b) => (a.tid ?? 0) - (b.tid ?? 0))];
  return [...all, ...strangers(all, logs)];
}

/** A log without what it tells of the lives before the last boot. */
export const sinceBoot: (log: KernelLog) => KernelLog = memo((log) => {
  const { bootLine } = log;
  if (bootLine === undefined) return log;
  const later = <T extends { line: number }>(list: readonly T[]): T[] =>
    list.filter((one) => one.line > bootLine);
  return {
    ...log,
    hung: later(log.hung),
    shown: later(log.shown),
    locks: later(log.locks),
    notes: later(log.notes),
    lockups: later(log.lockups),
    stalls: later(log.stalls),
    backtraces: later(log.backtraces),
    held: later(log.held),
  };
});

/** Owners of locks that the logs name and nothing else shows. */
function strangers(tasks: readonly Task[], logs: readonly KernelLog[]): Task[] {
  const tids = new Set(tasks.map((task) => task.tid));
  const found: Task[] = [];
  for (const { locks, path } of logs.map(sinceBoot)) {
    for (const { owner, line } of locks) {
      if (!owner || tids.has(owner.tid)) continue;
      tids.add(owner.tid);
      const cites = { comm: { path, line } };
      found.push({ tid: owner.tid, pid: owner.tid, comm: owner.comm, moved: false, logged: true, cites });
    }
  }
  return found;
}

/** The log cuts a name to 15 bytes; `/proc` adds its work to a kworker's. */
export function sameName(known: string | undefined, logged: string): boolean {
  return known === undefined || known === logged || known.startsWith(logged) || logged.startsWith(known);
}

function taskOf(dump: TaskDump, path: string): Task {
  const cite: Cite = { path, line: dump.line };
  const stack = dump.stack;
  const stackCite = stack?.frames[0] ? { path, line: stack.frames[0].line } : cite;
  const kernelThread = dump.ppid === 2 || undefined;
  return defined({
    tid: dump.tid,
    pid: dump.pid ?? dump.tid,
    comm: dump.comm,
    state: dump.state === undefined ? undefined : { letter: dump.state },
    stack,
    site: stack && waitSite(stack),
    moved: false,
    logged: true as const,
    ppid: dump.ppid,
    kernelThread,
    exiting: stack?.frames.some((frame) => frame.reliable && frame.symbol === "do_exit") || undefined,
    workqueue: workOf(dump),
    cites: defined({
      comm: cite,
      state: dump.state === undefined ? undefined : cite,
      stack: stack && stackCite,
      ppid: dump.ppid === undefined ? undefined : cite,
      kernelThread: kernelThread && cite,
      workqueue: dump.workqueue && cite,
    }),
  });
}

/** The workqueue, or for write-back the device: `writeback wb_workfn (flush-7:1)`. */
function workOf({ workqueue }: TaskDump): string | undefined {
  return /\((flush-[^)]+)\)/.exec(workqueue?.work ?? "")?.[1] ?? workqueue?.name;
}

/** What `/proc` says stands; the log fills the gaps. */
function enriched(task: Task, dump: TaskDump, path: string): Task {
  const shown = taskOf(dump, path);
  const { stack, site, logged: _, ...rest } = shown;
  // The stacks of `/proc` are newer; a site that only its `wchan` gave is worth less than a logged stack.
  const seen = task.stack ? {} : { ...(stack ? { stack } : {}), ...(site ? { site } : {}) };
  return { ...rest, ...task, ...seen, cites: { ...shown.cites, ...task.cites } };
}

const locksByWaiter = memo(({ locks }: KernelLog) => listsBy(locks, ({ waiter }) => waiter.tid));
const hungByTid = memo(({ hung }: KernelLog) => listsBy(hung, ({ tid }) => tid));

/** Lockdep's last lists, by the id of the task, and by a lock's name and address. */
export const heldSinceBoot = memo((log: KernelLog) => {
  const { held } = sinceBoot(log);
  const ofLock = new Map<string, HeldLocks[]>();
  for (const one of held) {
    for (const key of new Set(one.locks.map(({ name, address }) => `${name} ${address}`))) {
      const list = ofLock.get(key);
      if (list) list.push(one);
      else ofLock.set(key, [one]);
    }
  }
  return { ofTask: listsBy(held, ({ tid }) => tid), ofLock };
});

/** What the kernel says of the owner of the lock that a task waits for: its last word. */
export function namedOwner(
  task: Task,
  logs: readonly KernelLog[],
): { lock: LockOwner; owner: NonNullable<LockOwner["owner"]>; path: string } | undefined {
  for (const log of logs.map(sinceBoot).toReversed()) {
    const waits = task.tid === undefined ? undefined : locksByWaiter(log).get(task.tid);
    const lock = waits?.findLast((one) => sameName(task.comm, one.waiter.comm));
    if (lock?.owner) return { lock, owner: lock.owner, path: log.path };
  }
  return undefined;
}

/** The last report that the kernel gave of a task as hung. */
export function hungReport(
  task: Task,
  logs: readonly KernelLog[],
): { report: HungTask; path: string } | undefined {
  for (const log of logs.map(sinceBoot).toReversed()) {
    const reports = task.tid === undefined ? undefined : hungByTid(log).get(task.tid);
    const report = reports?.findLast((one) => sameName(task.comm, one.comm));
    if (report) return { report, path: log.path };
  }
  return undefined;
}
