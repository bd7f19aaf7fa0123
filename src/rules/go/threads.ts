import type { Cite, Process } from "../../evidence/index.ts";
import { isOfOneMoment } from "../../evidence/index.ts";
import type { Located } from "../../bundle/index.ts";
import type { GoroutineGroup, GoroutineSet, Profile } from "../../pprof/index.ts";
import { sampleColumn, waitReason } from "../../pprof/index.ts";
import { nameOf } from "../../procstack/index.ts";
import { count } from "../words.ts";

/** How many threads a process has, and who says so. */
export interface ThreadCount {
  /** The kernel counts all threads, Go's runtime those that it knows. */
  readonly by: "kernel" | "runtime";
  readonly threads: number;
  /** Counted one by one, by what was collected: there may be more. */
  readonly atLeast?: true;
  readonly cite: Cite;
}

/** What is said of a process's threads. Of a profile that was cut, the sum would be too small. */
export function threadCounts(process: Process): ThreadCount[] {
  const { task, threads: listed, profiles, goroutines } = process;
  const counts: ThreadCount[] = [];
  if (task?.threads !== undefined && task.cites.threads) {
    const { path, line } = task.cites.threads;
    const text = `${nameOf(task)} has ${count(task.threads, "thread")}`;
    const where = { ...(line !== undefined && { line }), pid: task.pid };
    counts.push({ by: "kernel", threads: task.threads, cite: { artifact: path, text, where } });
  } else if (task?.cites.comm) {
    const text = `files of ${count(listed.length, "thread")} of ${nameOf(task)} were collected`;
    const cite = { artifact: task.cites.comm.path, text, where: { pid: task.pid } };
    counts.push({ by: "kernel", threads: listed.length, atLeast: true, cite });
  }
  for (const { model, artifact } of profiles) {
    const threads = artifact.status === "read" && isOfOneMoment(model) ? threadsOf(model) : undefined;
    if (threads === undefined) continue;
    const text = `Go's runtime has ${count(threads, "thread")}`;
    counts.push({ by: "runtime", threads, cite: { artifact: artifact.path, text } });
  }
  for (const { model, artifact } of goroutines) {
    const threads = model.threadsAtLimit;
    if (threads === undefined) continue;
    const text = `Go's runtime gave up with ${count(threads, "thread")}: it could make no more`;
    counts.push({ by: "runtime", threads, cite: { artifact: artifact.path, text } });
  }
  const holders = holdersOf(process);
  if (holders && holders.held > 0) {
    const text = `goroutines keep ${count(holders.held, "thread")}`;
    const cite = { artifact: holders.snapshot.artifact.path, text };
    counts.push({ by: "runtime", threads: holders.held, atLeast: true, cite });
  }
  return counts.sort((a, b) => b.threads - a.threads);
}

/** The sum of a threadcreate profile: every thread that the runtime has, nearly all of them without a stack. */
function threadsOf(profile: Profile): number | undefined {
  const column = sampleColumn(profile, "threadcreate");
  const values = column === undefined ? undefined : profile.samples.values[column];
  return values?.numbers.reduce((sum, value) => sum + value, 0);
}

/** How many threads goroutines keep, by one snapshot: those in system calls or C code, and those locked to a thread. */
export interface Holders {
  readonly snapshot: Located<GoroutineSet>;
  /** So many at least. */
  readonly held: number;
  /** So many at most: only text dumps tell who is locked to a thread. */
  readonly atMost: number;
  /** The stack that holds most; `undefined` where none holds any. */
  readonly group: GoroutineGroup | undefined;
}

/** Who keeps the threads of a process; a text dump tells more than a profile. */
export function holdersOf({ goroutines }: Process): Holders | undefined {
  const all = goroutines.map((snapshot): Holders => {
    const { groups, form, total } = snapshot.model;
    const held = groups.reduce((sum, group) => sum + heldBy(group), 0);
    const isWhole = snapshot.artifact.status === "read";
    const atMost = !isWhole ? Infinity : form === "debug=2" ? held : total;
    const [group] = groups.filter((one) => heldBy(one) > 0).toSorted((a, b) => heldBy(b) - heldBy(a));
    return { snapshot, held, atMost, group };
  });
  return all.toSorted((a, b) => a.atMost - a.held - (b.atMost - b.held) || b.held - a.held)[0];
}

/** How many of the threads goroutines keep; of how many, where all were counted. */
export const keptText = (held: number, { threads, atLeast }: ThreadCount): string =>
  `goroutines keep ${held}${atLeast === true ? "" : ` of ${threads}`} threads`;

/** Threads that a group keeps. Profiles of `debug=1` leave out the runtime's part of a call of C. */
export function heldBy(group: GoroutineGroup): number {
  const inCall = waitReason(group) === "syscall" || /\._C2?func_/.test(group.frames[0]?.func ?? "");
  return inCall ? group.count : group.lockedToThread;
}
