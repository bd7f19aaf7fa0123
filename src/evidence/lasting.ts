import { memo } from "../bytes/index.ts";
import type { HungTask, LogNote, Root, Task } from "../procstack/index.ts";
import { nameOf, sameName } from "../procstack/index.ts";
import { oomControlOf } from "./cgroup-files.ts";
import type { Cite } from "./cite.ts";
import { citeOfTask } from "./cite-task.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { citeKillTimeout, killTimeoutOf } from "./kill-timeouts.ts";
import { citeNote, type OpenNote, openNotes } from "./open-notes.ts";
import { presentLogs } from "./present-logs.ts";
import { BUSY, readAgain } from "./read-again.ts";

/** Why a wait is no matter of a moment. */
export interface Lasting {
  readonly how:
    /** The kernel reported the task as hung. */
    | "reported"
    /** It was killed, and has not died. */
    | "killed"
    /** Its container was killed, and its runtime says that it did not die. */
    | "outlived"
    /** It was at the same place in two readings or more that are apart in time. */
    | "read-twice"
    /** The init of a pid namespace that has ended waits for it. */
    | "awaited"
    /** What it waits for is stopped itself. */
    | "stopped"
    /** The kernel's log says that what it waits for is not there. */
    | "logged"
    /** Its control group says that it waits for good. */
    | "stated"
    /** Many wait for one lock. */
    | "queue";
  readonly cites: readonly Cite[];
}

/** So many tasks in a queue for one lock are no matter of a moment. */
const QUEUE = 5;

/** How it is known of a task that is stuck that its wait lasts: `undefined` where it may be there for a moment. */
export function lastingOf(about: {
  readonly task: Task;
  /** Where its chain of waits ends. */
  readonly ends: readonly Root[];
  /** All that are stuck at the same place. */
  readonly group: readonly Task[];
  readonly host: HostEvidence;
}): Lasting | undefined {
  const { task, ends, group, host } = about;
  return (
    reported(task, host) ??
    killed(task) ??
    outlived(task, host) ??
    readAgain(host, task) ??
    awaitedTasks(host)(task) ??
    stopped(task, ends) ??
    stated(task, host) ??
    logged(task, openNotes(host)) ??
    queued(group)
  );
}

/** The last report of each task as hung, by its number. */
const hungReports: (host: HostEvidence) => ReadonlyMap<number, { report: HungTask; path: string }> = memo(
  (host) => {
    return new Map(
      presentLogs(host).flatMap(({ hung, path }) =>
        hung.map((report) => [report.tid, { report, path }] as const),
      ),
    );
  },
);

function reported(task: Task, host: HostEvidence): Lasting | undefined {
  const hung = task.tid === undefined ? undefined : hungReports(host).get(task.tid);
  if (!hung || !sameName(task.comm, hung.report.comm)) return undefined;
  const { seconds, line } = hung.report;
  const text = `${nameOf(task)} blocked for more than ${seconds} seconds`;
  return { how: "reported", cites: [citeOfTask({ path: hung.path, line }, text, task)] };
}

function killed(task: Task): Lasting | undefined {
  const where = task.cites.killPending;
  // What waits for a disk that is at work takes its signal a moment later.
  if (task.killPending !== true || !where || BUSY.has(task.site?.subsystem ?? "")) return undefined;
  const text = `a SIGKILL is pending for ${nameOf(task)}, which can't take it`;
  return { how: "killed", cites: [citeOfTask(where, text, task)] };
}

function outlived(task: Task, host: HostEvidence): Lasting | undefined {
  const timeout = killTimeoutOf(host, task);
  return timeout && { how: "outlived", cites: [citeKillTimeout(timeout)] };
}

/** A control group whose killer is off and that is out of memory keeps its tasks until somebody makes room. */
function stated(task: Task, host: HostEvidence): Lasting | undefined {
  if (task.site?.id !== "memcg-oom") return undefined;
  const { under, off } = oomControlOf(host, task);
  return under.length > 0 ? { how: "stated", cites: [...off, ...under] } : undefined;
}

/** Tasks that the init of a namespace which has ended waits for, directly or by others. */
const awaitedTasks: (host: HostEvidence) => (task: Task) => Lasting | undefined = memo((host) => {
  const links = new Map(
    host.blockingChains.flatMap(({ init, links: all }) =>
      all.flatMap((link) =>
        link.to?.tid === undefined || link.certainty === "candidate"
          ? []
          : [[link.to.tid, { init, link }] as const],
      ),
    ),
  );
  return (task) => {
    const found = task.tid === undefined ? undefined : links.get(task.tid);
    const [cite] = found?.link.cites ?? [];
    if (!found || !cite) return undefined;
    const text = `${nameOf(found.init)}, the init of a pid namespace that has ended, waits for ${nameOf(task)}`;
    return { how: "awaited", cites: [citeOfTask(cite, text, task)] };
  };
});

function stopped(task: Task, roots: readonly Root[]): Lasting | undefined {
  for (const { task: end, certainty } of roots) {
    const where = end.cites.state;
    if (end === task || certainty === "candidate" || !where || !/^[tT]$/.test(end.state?.letter ?? ""))
      continue;
    return {
      how: "stopped",
      cites: [citeOfTask(where, `${nameOf(end)}, which it waits for, is stopped`, end)],
    };
  }
  return undefined;
}

/** Which subsystem's waits a note is about. */
const SUBSYSTEMS: Readonly<Partial<Record<LogNote["about"], readonly string[]>>> = {
  nfs: ["nfs"],
  cifs: ["cifs"],
  ceph: ["ceph"],
  libceph: ["ceph"],
  audit: ["audit"],
};

function logged(task: Task, notes: readonly OpenNote[]): Lasting | undefined {
  const { site } = task;
  const found = notes.find(({ note, count }) =>
    note.about === "netdev"
      ? count > 1 && site?.frame.symbol.startsWith("netdev_wait_allrefs") === true
      : SUBSYSTEMS[note.about]?.includes(site?.subsystem ?? "") === true,
  );
  if (!found) return undefined;
  return { how: "logged", cites: [citeNote(found)] };
}

/** Many in a queue for one lock: each waits for all before it. */
function queued(group: readonly Task[]): Lasting | undefined {
  const [first] = group;
  if (first?.site?.lock === undefined || group.length < QUEUE) return undefined;
  const where = first.cites.stack ?? first.cites.wchan;
  if (!where) return undefined;
  const text = `${group.length} tasks wait for this lock at once`;
  return { how: "queue", cites: [citeOfTask(where, text, first)] };
}
