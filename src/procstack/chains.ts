import { cyclesOf } from "./cycles.ts";
import { defined } from "./defined.ts";
import { deviceLinks } from "./device-links.ts";
import type { KernelLog } from "./kernel-log.ts";
import { byTask, type Link } from "./link.ts";
import { lockLinks } from "./lock-links.ts";
import { isUnguessed, type Member, type Membership, membersOf } from "./membership.ts";
import { processLinks } from "./process-links.ts";
import { nameOf, type Task } from "./task.ts";
import { type World, worldOf } from "./world.ts";

/** Why a pid namespace can't end: its init, the tasks that it waits for, and what those wait for. */
export interface BlockingChain {
  /** The task in `zap_pid_ns_processes`. */
  readonly init: Task;
  /** The namespace's inode, where it is known. */
  readonly pidNamespace?: number;
  /** The surest first. */
  readonly members: readonly Member[];
  /** All links, nearest to the init first. */
  readonly links: readonly Link[];
  /** Tasks that wait for each other and so for themselves, each such ring once. */
  readonly cycles: readonly (readonly Task[])[];
  /** No task is known to be of the namespace, and which of the stuck ones may be was not looked at: too many wait so. */
  readonly unguessed?: true;
}

/**
 * The blocking chain of each task that waits for a pid namespace to empty, each followed as far as the evidence
 * goes.
 *
 * @param tasks all tasks of one host at one time. Of more than {@link MOST_CHAINS} such tasks the first are followed; {@link zappedInits} counts all
 * @param logs the kernel logs of that host; tasks that only they show are taken in, and what they add to a task makes
 *   a new one of it: know tasks by `tid`
 */
export function blockingChains(tasks: readonly Task[], logs: readonly KernelLog[]): BlockingChain[] {
  const world = worldOf(tasks, logs);
  const inits = world.tasks.filter(waitsForNamespace);
  return inits.slice(0, MOST_CHAINS).map((init) => {
    const members = membersOf(init, world);
    const unguessed = isUnguessed(init, world) || undefined;
    return defined({ init, pidNamespace: init.pidNamespace, members, unguessed, ...follow(init, world) });
  });
}

/** How many tasks wait for a pid namespace to empty, those included that {@link blockingChains} does not follow. */
export function zappedInits(tasks: readonly Task[], logs: readonly KernelLog[]): number {
  return worldOf(tasks, logs).tasks.filter(waitsForNamespace).length;
}

/** What one task waits for, followed as far as the evidence goes: {@link blockingChains} for any stuck task. */
export function waitsFor(
  task: Task,
  tasks: readonly Task[],
  logs: readonly KernelLog[],
): Pick<BlockingChain, "links" | "cycles"> {
  const world = worldOf(tasks, logs);
  return follow(world.withTid(task.tid) ?? task, world);
}

function waitsForNamespace(task: Task): boolean {
  return task.site?.id === "zap-pid-ns";
}

function follow(start: Task, world: World): { links: Link[]; cycles: Task[][] } {
  const links = linksBelow([start], world);
  return { links, cycles: cyclesOf(byTask(links)) };
}

/** Most namespaces whose chains are followed. */
const MOST_CHAINS = 1000;
/** Most links that are followed, but for those of the last task: thousands may each wait for thousands. */
const MOST_LINKS = 100_000;

/** All links that tasks wait over, directly or not. */
export function linksBelow(starts: readonly Task[], world: World): Link[] {
  const links: Link[] = [];
  const seen = new Set(starts);
  // Breadth first, so that the links nearest to the start come first.
  for (let level = [...starts]; level.length > 0;) {
    const found: Link[] = [];
    for (const task of level) {
      if (links.length + found.length >= MOST_LINKS) break;
      for (const link of knownLinks(task, world)) found.push(link);
    }
    for (const link of found) links.push(link);
    level = [];
    for (const { to } of found) {
      if (!to || seen.has(to)) continue;
      seen.add(to);
      level.push(to);
    }
  }
  return links;
}

function knownLinks(task: Task, world: World): readonly Link[] {
  let known = world.links.get(task);
  if (!known) world.links.set(task, (known = linksFrom(task, world)));
  return known;
}

function linksFrom(task: Task, world: World): Link[] {
  if (waitsForNamespace(task)) return memberLinks(task, world);
  for (const find of [processLinks, lockLinks, deviceLinks]) {
    const links = find(task, world);
    if (links.length > 0) return links;
  }
  return [];
}

const WORDS: Readonly<Record<Membership, string>> = {
  "ns-inode": "is in its pid namespace",
  "nspid-parent": "descends from it, as deep in pid namespaces",
  cgroup: "is in its container's cgroup",
  nspid: "is as deep in pid namespaces",
  candidate: "is stuck, and may be in its pid namespace",
};

function memberLinks(from: Task, world: World): Link[] {
  const members = membersOf(from, world);
  if (members.length === 0) {
    // Of so many it is enough to know that they wait.
    if (isUnguessed(from, world)) return [];
    const why = "it waits for the other tasks of its pid namespace, and the evidence holds none";
    return [{ from, to: undefined, why, certainty: "candidate", cites: [] }];
  }
  return members.map(({ task: to, membership, cites }) => ({
    from,
    to,
    why: `it waits for every other task of its pid namespace, and ${nameOf(to)} ${WORDS[membership]}`,
    certainty: membership === "ns-inode" || membership === "nspid-parent" ? "named" : "candidate",
    cites,
  }));
}
