import { memo } from "../bytes/index.ts";
import type { BlockingChain, Cite as ProcCite, LogNote, Root, Task } from "../procstack/index.ts";
import {
  blockedTasks,
  hungReport,
  nameOf,
  rootsOf,
  sinceBoot,
  waitsFor,
  withLogs,
} from "../procstack/index.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { freezerOf, oomControlOf } from "./cgroup-files.ts";
import { taskPartsOf } from "./process-files.ts";

/** Why a wait is no matter of a moment. */
export interface Lasting {
  readonly how:
    /** The kernel reported the task as hung. */
    | "reported"
    /** It was killed, and has not died. */
    | "killed"
    /** It was at the same place in two readings that are apart in time. */
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

/** A task that is stuck, where its chain of waits ends, and how it is known that it lasts. */
export interface StuckTask {
  readonly task: Task;
  /** The ends of its chain, the surest first; itself where nothing is known of what holds it. */
  readonly roots: readonly Root[];
  /** Absent: for all that is known it may have been there for a moment. */
  readonly lasting?: Lasting;
}

/** Tasks that are stuck at one place. */
export interface StuckGroup {
  /** The wait site's id, else the innermost function, or `unreadable`. */
  readonly key: string;
  readonly stuck: readonly StuckTask[];
}

/** Chains that are followed on one host. The next hundred tasks at a place wait for what the first do. */
const FOLLOWED = 64;
/** So many tasks in a queue for one lock are no matter of a moment. */
const QUEUE = 5;

/** All tasks of a host that are stuck, those included that only its kernel's log shows, by the place where they are. */
export const stuckGroupsOf: (host: HostEvidence) => readonly StuckGroup[] = memo((host) => {
  const logs = host.kernelLogs.map(({ model }) => model);
  const tasks = withLogs(host.tasks, logs).map((task) => frozenInSleep(task, host) ?? task);
  const twice = readTwice(host);
  const awaited = awaitedTasks(host.blockingChains);
  const notes = openNotes(host);
  let followed = 0;
  return blockedTasks(tasks)
    .filter(({ key }) => key !== "zap-pid-ns")
    .map(({ key, tasks: group }) => ({
      key,
      stuck: group.map((task): StuckTask => {
        const followsOn = followed++ < FOLLOWED;
        const chain = followsOn ? waitsFor(task, tasks, logs) : { links: [], cycles: [] };
        const roots = rootsOf({ init: task, ...chain });
        const ends = roots.length > 0 ? roots : [rootAlone(task)];
        const lasting =
          reported(task, host) ??
          killed(task) ??
          twice(task) ??
          awaited(task) ??
          stopped(task, ends) ??
          stated(task, host) ??
          logged(task, notes) ??
          queued(group);
        return { task, roots: ends, ...(lasting && { lasting }) };
      }),
    }));
});

/**
 * Since 6.1 the v1 freezer leaves a task that sleeps where it is (TASK_FREEZABLE): it is in state D at a place of rest, and a
 * SIGKILL does not wake it. A read of the stack a moment after that of the state looks the same, but for the signal and the freezer.
 */
function frozenInSleep(task: Task, host: HostEvidence): Task | undefined {
  const { site, state, kernelThread, killPending } = task;
  if (state?.letter !== "D" || site?.effect !== "idle" || kernelThread === true || task.ppid === 2)
    return undefined;
  if (killPending !== true && freezerOf(host, task).frozen.length === 0) return undefined;
  const frozen = { id: "cgroup-freezer", subsystem: "freezer", waitsFor: "its cgroup to be thawed" } as const;
  return { ...task, site: { ...frozen, effect: "blocks", asleep: true, frame: site.frame } };
}

const rootAlone = (task: Task): Root => ({
  task,
  path: [],
  certainty: "named",
  ...(task.site && { site: task.site }),
});

/** A citation of a place in the artifacts of a task. */
export function citeOfTask(where: ProcCite, text: string, task: Task): Cite {
  return {
    artifact: where.path,
    text,
    where: {
      ...(where.line !== undefined && { line: where.line }),
      ...(task.tid !== undefined && { pid: task.tid }),
    },
  };
}

function reported(task: Task, host: HostEvidence): Lasting | undefined {
  const logs = host.kernelLogs.map(({ model }) => model);
  const hung = hungReport(task, logs);
  if (!hung) return undefined;
  const { seconds, line } = hung.report;
  const text = `${nameOf(task)} blocked for more than ${seconds} seconds`;
  return { how: "reported", cites: [citeOfTask({ path: hung.path, line }, text, task)] };
}

function killed(task: Task): Lasting | undefined {
  const where = task.cites.killPending;
  if (task.killPending !== true || !where) return undefined;
  const text = `a SIGKILL is pending for ${nameOf(task)}, which can't take it`;
  return { how: "killed", cites: [citeOfTask(where, text, task)] };
}

/** Places that a busy and healthy program is at whenever one looks. */
const BUSY = new Set([
  "page-cache",
  "block",
  "ext4",
  "xfs",
  "btrfs",
  "zfs",
  "overlay",
  "vfs",
  "memory",
  "sync",
]);

/** A control group whose killer is off and that is out of memory keeps its tasks until somebody makes room. */
function stated(task: Task, host: HostEvidence): Lasting | undefined {
  if (task.site?.id !== "memcg-oom") return undefined;
  const { under, off } = oomControlOf(host, task);
  return under.length > 0 ? { how: "stated", cites: [...off, ...under] } : undefined;
}

/** Words and times by which collectors tell two looks at one thing apart. */
const MOMENT = /(?:^|[-_.])(?:before|after|first|second|earlier|later|[12]|\d{8}[-_T]?\d{4,6}Z?|\d{10})$/i;

function readTwice(host: HostEvidence): (task: Task) => Lasting | undefined {
  const folders = new Map<number, Map<string, ProcCite>>();
  for (const { part, artifact } of taskPartsOf(host)) {
    const first = part.stack?.frames[0];
    if (part.tid === undefined || !first) continue;
    const parts = artifact.path.split("/");
    const moment = parts.find((folder) => MOMENT.test(folder) && !/^\d{1,7}$/.test(folder));
    if (moment === undefined) continue;
    const known = folders.get(part.tid) ?? new Map<string, ProcCite>();
    if (!known.has(moment)) known.set(moment, { path: artifact.path, line: first.line });
    folders.set(part.tid, known);
  }
  return (task) => {
    const found = task.tid === undefined ? undefined : folders.get(task.tid);
    if (!found || found.size < 2 || task.moved || BUSY.has(task.site?.subsystem ?? "")) return undefined;
    const cites = [...found.values()].slice(0, 2);
    const text = `${nameOf(task)} was at the same place in two readings`;
    return { how: "read-twice", cites: cites.map((cite) => citeOfTask(cite, text, task)) };
  };
}

/** Tasks that the init of a namespace which has ended waits for, directly or by others. */
function awaitedTasks(chains: readonly BlockingChain[]): (task: Task) => Lasting | undefined {
  const links = new Map(
    chains.flatMap(({ init, links: all }) =>
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
}

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

/** What the kernel's log says last of a party, and where. */
export interface OpenNote {
  readonly note: LogNote;
  readonly path: string;
  /** How often it said so since it last said otherwise. */
  readonly count: number;
  /** Where it said so first. */
  readonly first: LogNote;
}

const MENDED = new Set<LogNote["what"]>(["ok", "session-established"]);

/** Of each party that the kernel's log complains about, the last word, where that is no "OK". */
export const openNotes: (host: HostEvidence) => readonly OpenNote[] = memo((host) => {
  const last = new Map<string, OpenNote>();
  for (const log of host.kernelLogs.map(({ model }) => sinceBoot(model))) {
    for (const note of log.notes) {
      const about = note.about === "libceph" || note.about === "ceph" ? "ceph" : note.about;
      const key = `${about} ${note.address ?? note.peer ?? ""}`;
      if (MENDED.has(note.what)) {
        // Ceph names a monitor by its address here, and by its number there.
        for (const [other, { note: open }] of last)
          if (other === key || (open.about === note.about && open.peer === note.peer)) last.delete(other);
        continue;
      }
      const known = last.get(key);
      last.set(key, {
        note,
        path: log.path,
        count: (known?.count ?? 0) + 1,
        first: known?.first ?? note,
      });
    }
  }
  return [...last.values()];
});

/** Which subsystem's waits a note is about. A stall of RCU passes without a word, so an old one says nothing of now. */
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

/** A citation of what the kernel's log says. */
export function citeNote({ note, path, count }: OpenNote): Cite {
  const text = count > 1 ? `${note.text} (and ${count - 1} more like it)` : note.text;
  return { artifact: path, text, where: { line: note.line } };
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
