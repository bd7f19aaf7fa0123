import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { nameOf, waitInWords } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { namesOf } from "./stuck.ts";

/** A queue for a lock on a file. */
export interface LockQueue {
  /** Those that the evidence holds. */
  readonly waiters: readonly Task[];
  /** How many wait: `/proc/locks` may list more than were collected. */
  readonly total: number;
  /** Who has it, as `/proc/locks` says. */
  readonly holder?: { readonly pid: number; readonly task?: Task; readonly cite: Cite };
  readonly cites: readonly Cite[];
}

/** So many that wait at once are a queue; fewer may pass in a moment. */
const QUEUE = 3;
/** Tasks whose evidence a finding cites. */
const CITED = 4;

/** Processes that queue for one lock on a file. */
export const fileLockWait = defineSymptom<LockQueue>({
  id: "proc/file-lock-wait",
  title: "processes queue for a lock on a file",
  description: `${QUEUE} or more processes wait at once for one lock on a file (flock, fcntl): by /proc/locks, or by stacks of processes of one name.`,
  remedy: ["Find the holder: /proc/locks names its pid and the file's inode; lslocks prints the path."],
  references: [
    "https://man7.org/linux/man-pages/man5/proc_locks.5.html",
    "https://man7.org/linux/man-pages/man8/lslocks.8.html",
  ],
  *detect(host) {
    const listed = listedQueues(host);
    for (const queue of listed.length > 0 ? listed : queuesByName(host)) {
      const { waiters, total, holder, cites } = queue;
      const who = waiters.length > 0 ? namesOf(waiters) : count(total, "process", "processes");
      const has = holder ? ` ${holder.task ? nameOf(holder.task) : `pid ${holder.pid}`} holds it.` : "";
      yield {
        subject: { kind: "file-lock", name: waiters[0]?.comm ?? "a file", total },
        summary: `${count(total, "process waits", "processes wait")} for one lock on a file: ${who}.${has}`,
        evidence: cites,
        data: queue,
        weight: total,
        missing: holder ? [] : [{ text: "who holds the lock", command: "cat /proc/locks; lslocks" }],
      };
    }
  },
});

function listedQueues(host: HostEvidence): LockQueue[] {
  const tasks = new Map(
    host.tasks.flatMap((task) => (task.tid === undefined ? [] : [[task.tid, task] as const])),
  );
  return host.models("file-locks").flatMap(({ model, artifact }) => {
    const byLock = new Map<string, typeof model.locks>();
    for (const lock of model.locks) {
      const key = `${lock.number} ${lock.file}`;
      byLock.set(key, [...(byLock.get(key) ?? []), lock]);
    }
    return [...byLock.values()].flatMap((locks): LockQueue[] => {
      const waiting = locks.filter(({ waits }) => waits);
      if (waiting.length < QUEUE) return [];
      const held = locks.find(({ waits, pid }) => !waits && pid !== undefined);
      const cite = (line: number, text: string): Cite => ({ artifact: artifact.path, text, where: { line } });
      const first = waiting[0];
      const task = held?.pid === undefined ? undefined : tasks.get(held.pid);
      return [
        {
          waiters: waiting.flatMap(({ pid }) => (pid === undefined ? [] : (tasks.get(pid) ?? []))),
          total: waiting.length,
          ...(held?.pid !== undefined && {
            holder: {
              pid: held.pid,
              ...(task && { task }),
              cite: cite(
                held.line,
                `${task ? nameOf(task) : `pid ${held.pid}`} holds the lock on ${held.file}`,
              ),
            },
          }),
          cites: first
            ? [
                cite(
                  first.line,
                  `${waiting.length} processes wait for the ${first.kind} lock on ${first.file}`,
                ),
              ]
            : [],
        },
      ];
    });
  });
}

/** Without `/proc/locks`: tasks of one name that wait for a file's lock are taken to wait for the same. */
function queuesByName(host: HostEvidence): LockQueue[] {
  const byName = new Map<string, Task[]>();
  for (const task of host.tasks) {
    if (task.site?.id !== "file-lock" || task.comm === undefined || task.moved) continue;
    // iptables, ip6tables and their -restore and -save share one lock.
    const name = task.comm.replace(/^ip6tables/, "iptables").replace(/-.*$/, "");
    byName.set(name, [...(byName.get(name) ?? []), task]);
  }
  return [...byName.values()]
    .filter((waiters) => waiters.length >= QUEUE)
    .map((waiters) => ({
      waiters,
      total: waiters.length,
      cites: waiters.slice(0, CITED).flatMap((task) => {
        const where = task.cites.stack ?? task.cites.wchan;
        return where ? [citeOfTask(where, waitInWords(task), task)] : [];
      }),
    }));
}
