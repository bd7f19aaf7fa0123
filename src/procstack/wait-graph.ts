import { isBlocked } from "./blocked.ts";
import { linksBelow } from "./chains.ts";
import { cyclesOf } from "./cycles.ts";
import { defined } from "./defined.ts";
import type { KernelLog } from "./kernel-log.ts";
import { byTask, type Certainty, type Link } from "./link.ts";
import { type Root, rootsFrom } from "./roots.ts";
import type { Task } from "./task.ts";
import { worldOf } from "./world.ts";

/** Tasks that, directly or not, wait for one and the same. */
export interface WaitChain {
  /** What all wait for; for a ring, the task where the longest way enters it. */
  readonly root: Task;
  /** The root waits for a task that the evidence does not hold: why. */
  readonly missing?: string;
  /** The ring that they wait for instead of an end. */
  readonly cycle?: readonly Task[];
  /** The longest way to the root, of those that no guess is part of where there are any; empty where only a ring waits for itself. */
  readonly path: readonly Link[];
  /** The weakest link of the path. */
  readonly certainty: Certainty;
  /** All that wait for the root by their surest way, without it, in the order of their ids. */
  readonly waiting: readonly Task[];
}

/** Who waits for whom on one host. */
export interface WaitGraph {
  /** Those given, and those that only a kernel log shows. */
  readonly tasks: readonly Task[];
  readonly links: readonly Link[];
  /** The longest first; of equally long ones, that for which more tasks wait. */
  readonly chains: readonly WaitChain[];
  /** Tasks that wait for each other and so for themselves, over links that are more than a guess. */
  readonly cycles: readonly (readonly Task[])[];
  /** So many stuck tasks were left out; absent where none was. */
  readonly leftOut?: number;
}

/** Most tasks whose waits are followed: each may have a link to each holder of its lock. */
const MOST_STARTS = 2000;
/** A parent that waits for a child is of interest where the child is stuck. */
const PARENT_SITES: ReadonlySet<string> = new Set(["child", "vfork"]);

/**
 * Follows every stuck task to what it waits for: an exited init to the tasks of its pid namespace, a waiter for a lock to its
 * holder, a client of a FUSE mount to its server, sync to the holder of the super block, a parent to its child.
 *
 * @param tasks all tasks of one host at one time
 * @param logs the kernel logs of that host, as for {@link blockingChains}
 */
export function waitGraph(tasks: readonly Task[], logs: readonly KernelLog[]): WaitGraph {
  const world = worldOf(tasks, logs);
  const stuck = world.tasks.filter((task) => isBlocked(task) || task.state?.letter === "Z");
  const starts = [...stuck.slice(0, MOST_STARTS), ...waitingParents(stuck, world.tasks)].slice(
    0,
    2 * MOST_STARTS,
  );
  const links = linksBelow(starts, world);
  const outgoing = byTask(links);
  const cycles = cyclesOf(outgoing);
  // Two that may each be in the other's pid namespace are no ring.
  const sure = cyclesOf(byTask(links.filter(({ certainty }) => certainty !== "candidate")));
  const inRing = new Set(sure.flat());
  const ends = starts.flatMap((start) => {
    const [root] = outgoing.has(start) ? rootsFrom(start, outgoing, cycles) : [];
    return root && (root.cycle === undefined || root.cycle.some((task) => inRing.has(task)))
      ? [{ start, root }]
      : [];
  });
  return defined({
    tasks: world.tasks,
    links,
    chains: chainsOf(ends),
    cycles: sure,
    leftOut: stuck.length > MOST_STARTS ? stuck.length - MOST_STARTS : undefined,
  });
}

function waitingParents(stuck: readonly Task[], tasks: readonly Task[]): Task[] {
  const parents = new Set(stuck.flatMap(({ ppid }) => ppid ?? []));
  return tasks.filter(
    (task) =>
      task.pid !== undefined &&
      parents.has(task.pid) &&
      PARENT_SITES.has(task.site?.id ?? "") &&
      !isBlocked(task),
  );
}

function chainsOf(ends: readonly { start: Task; root: Root }[]): WaitChain[] {
  const byEnd = new Map<Task, { start: Task; root: Root }[]>();
  for (const end of ends) {
    const key = end.root.cycle?.[0] ?? end.root.task;
    const list = byEnd.get(key);
    if (list) list.push(end);
    else byEnd.set(key, [end]);
  }
  const chains = [...byEnd.values()].flatMap((list) => {
    const [first, ...others] = list;
    if (!first) return [];
    const longest = others.reduce((best, one) => (compare(one.root, best.root) > 0 ? one : best), first).root;
    const { task, missing, cycle, path, certainty } = longest;
    const waiting = list
      .map(({ start }) => start)
      .filter((start) => start !== task)
      .sort((a, b) => (a.tid ?? 0) - (b.tid ?? 0));
    // A task alone, of which is merely known that it waits, is no chain.
    return waiting.length > 0 ? [defined({ root: task, missing, cycle, path, certainty, waiting })] : [];
  });
  return chains.sort(
    (a, b) =>
      b.path.length + (b.cycle?.length ?? 0) - a.path.length - (a.cycle?.length ?? 0) ||
      b.waiting.length - a.waiting.length ||
      (a.root.tid ?? 0) - (b.root.tid ?? 0),
  );
}

/** A way with a mere candidate in it is no match for one without; then the longest, and the surest. */
const compare = (a: Root, b: Root): number =>
  Number(a.certainty !== "candidate") - Number(b.certainty !== "candidate") ||
  a.path.length - b.path.length ||
  Number(a.certainty === "named") - Number(b.certainty === "named");
