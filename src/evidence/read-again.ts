import { memo } from "../bytes/index.ts";
import type { Cite as ProcCite, Task } from "../procstack/index.ts";
import { nameOf } from "../procstack/index.ts";
import { citeOfTask } from "./cite-task.ts";
import type { HostEvidence } from "./host-evidence.ts";
import type { Lasting } from "./lasting.ts";
import { readingsOf } from "./task-takes.ts";
import type { Take } from "./takes.ts";
import { areApart, areOfOneMachine, inTime, secondsBetween } from "./takes.ts";

/** Places that a busy and healthy program is at whenever one looks. */
export const BUSY = new Set([
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

/** In less time a disk that is at work may not have answered. */
const LONG = 10;
/** Readings that are cited. */
const CITED = 6;

/** One look at a task. */
interface Look {
  readonly take: Take;
  readonly cite: ProcCite;
  /** How often it has run so far, where its status was read. */
  readonly runs: number | undefined;
}

/** By thread id: what was read of a task's stack, each time that it was. */
const looksOf: (host: HostEvidence) => ReadonlyMap<number, readonly Look[]> = memo((host) => {
  const byTid = new Map<number, Map<string, Look>>();
  for (const [tid, readings] of readingsOf(host)) {
    const byTake = new Map<string, Look>();
    for (const { part, path, take } of readings) {
      const known = byTake.get(take.key);
      const frame = part.stack?.frames[0];
      const line = frame?.line;
      const { slept, preempted } = part.status ?? {};
      const runs = slept === undefined || preempted === undefined ? undefined : slept + preempted;
      if (known) byTake.set(take.key, { ...known, runs: known.runs ?? runs });
      else if (line !== undefined) byTake.set(take.key, { take, cite: { path, line }, runs });
    }
    // A status may stand before the stack that it belongs to.
    for (const { part, take } of readings) {
      const known = byTake.get(take.key);
      const { slept, preempted } = part.status ?? {};
      if (known?.runs === undefined && known && slept !== undefined && preempted !== undefined)
        byTake.set(take.key, { ...known, runs: slept + preempted });
    }
    byTid.set(tid, byTake);
  }
  return new Map([...byTid].map(([tid, byTake]) => [tid, [...byTake.values()]] as const));
});

/** Whether each of several readings that are apart in time shows a task at the same place. */
export function readAgain(host: HostEvidence, task: Task): Lasting | undefined {
  const looks = task.tid === undefined || task.moved ? [] : (looksOf(host).get(task.tid) ?? []);
  const apart = looks.filter((look, i) =>
    looks.slice(0, i).every(({ take }) => areApart(take, look.take) && areOfOneMachine(take, look.take)),
  );
  const [first, another] = apart;
  if (!first || !another) return undefined;
  const series = inTime(apart, ({ take }) => take) ?? apart;
  const [from, to] = [series[0] ?? first, series.at(-1) ?? another];
  const seconds = secondsBetween(from.take, to.take);
  const hasRun = from.runs === undefined || to.runs === undefined || from.runs !== to.runs;
  // What is busy with a disk is there whenever one looks; a count of how often it ran tells that it never left.
  const isBusy = BUSY.has(task.site?.subsystem ?? "");
  if (isBusy && (hasRun || seconds === undefined || Math.abs(seconds) < LONG)) return undefined;
  const times =
    seconds === undefined ? "" : `, ${Math.round(Math.abs(seconds))} s from the first to the last`;
  const still = hasRun ? "" : ", and it has not run in between";
  const text = `${nameOf(task)} was at the same place in each of ${apart.length} readings${times}${still}`;
  return { how: "read-twice", cites: series.slice(0, CITED).map(({ cite }) => citeOfTask(cite, text, task)) };
}
