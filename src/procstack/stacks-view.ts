import { isBlocked, waitInWords } from "./blocked.ts";
import { defined } from "./defined.ts";
import type { KernelLog } from "./kernel-log.ts";
import type { Certainty } from "./link.ts";
import { sinceBoot } from "./log-tasks.ts";
import { stackGroups, type StackGroup, type ThreadGroup, threadGroups } from "./stack-groups.ts";
import { type Cite, nameOf, type Task } from "./task.ts";
import type { UserStacks } from "./user-thread.ts";
import { type WaitChain, waitGraph } from "./wait-graph.ts";

/** What {@link stacksView} shows a view of: all of one host at one time. */
export interface StacksInput {
  readonly tasks: readonly Task[];
  readonly logs?: readonly KernelLog[];
  readonly userStacks?: readonly { readonly path: string; readonly model: UserStacks }[];
}

/** Which tasks a view is of; all must hold. */
export interface StacksOptions {
  /** Ids of threads, or of processes for all of their threads. */
  readonly pids?: readonly number[] | undefined;
  /** State letters. */
  readonly states?: readonly string[] | undefined;
  /** A part of the name. */
  readonly comm?: string | undefined;
  /** Only those that are stuck. */
  readonly blocked?: boolean | undefined;
}

/** One link of a chain. */
export interface ChainStep {
  readonly from: string;
  /** Absent where the evidence does not hold it. */
  readonly to?: string;
  readonly why: string;
  readonly certainty: Certainty;
  readonly cites: readonly Cite[];
}

/** Tasks that wait, one for the other, for one and the same. */
export interface ChainView {
  readonly root: string;
  /** What the root waits for. */
  readonly rootWaits: string;
  readonly missing?: string;
  /** Names of the tasks of the ring that the chain ends in. */
  readonly cycle?: readonly string[];
  /** The weakest link of the path. */
  readonly certainty: Certainty;
  readonly path: readonly ChainStep[];
  /** All that wait for the root, directly or not. */
  readonly waiting: readonly string[];
}

/** Reports of the kernel log about CPUs that are alike. */
export interface CpuReportView {
  readonly what: "soft-lockup" | "hard-lockup" | "rcu-stall" | "backtrace";
  readonly cpus: readonly number[];
  readonly count: number;
  /** The longest that a report names, in seconds. */
  readonly seconds?: number;
  readonly tasks: readonly string[];
  /** The functions at which the CPUs were. */
  readonly at: readonly string[];
  readonly cite: Cite;
}

/** Stacks of one host: who waits where, and for whom. */
export interface StacksView {
  /** How many tasks there are before and after the filters. */
  readonly of: number;
  readonly count: number;
  readonly stuck: number;
  readonly groups: readonly StackGroup[];
  readonly threads: readonly ThreadGroup[];
  readonly chains: readonly ChainView[];
  readonly cycles: readonly (readonly string[])[];
  readonly deadlocks: readonly { readonly threads: readonly string[]; readonly cite: Cite }[];
  readonly reports: readonly CpuReportView[];
  /** Stuck tasks whose waits were not followed, as there are too many. */
  readonly leftOut?: number;
}

/** Groups the tasks of a host by stack, and follows who waits for whom. Chains are those in which one of the chosen tasks is. */
export function stacksView(
  { tasks, logs = [], userStacks = [] }: StacksInput,
  options: StacksOptions = {},
): StacksView {
  const graph = waitGraph(tasks, logs);
  const chosen = graph.tasks.filter((task) => isChosen(task, options));
  const set = new Set(chosen);
  const all = set.size === graph.tasks.length;
  const concerns = (list: readonly Task[]): boolean => all || list.some((task) => set.has(task));
  const threads = userStacks.flatMap(({ path, model }) =>
    model.threads
      .filter((thread) => isChosen({ ...thread, comm: thread.name }, options))
      .map((thread) => ({ thread, path })),
  );
  return defined({
    of: graph.tasks.length,
    count: chosen.length,
    stuck: chosen.filter(isBlocked).length,
    groups: stackGroups(chosen),
    threads: threadGroups(threads),
    chains: graph.chains.filter((chain) => concerns([chain.root, ...chain.waiting])).map(chainView),
    cycles: graph.cycles.filter(concerns).map((ring) => ring.map(nameOf)),
    deadlocks: userStacks.flatMap(({ path, model }) =>
      model.deadlocks
        .map(({ threads: list, line }) => ({ threads: list.map(({ name }) => name), cite: { path, line } }))
        .filter((one) => threads.some(({ thread }) => one.threads.includes(thread.name ?? ""))),
    ),
    reports: logs.flatMap(reportsOf),
    leftOut: graph.leftOut,
  });
}

interface Chooseable {
  readonly tid?: number | undefined;
  readonly pid?: number | undefined;
  readonly comm?: string | undefined;
  readonly state?: Task["state"] | string | undefined;
}

function isChosen(task: Chooseable | Task, { pids, states, comm, blocked }: StacksOptions): boolean {
  const { tid = -1, pid = -1, state } = task;
  if (pids && !pids.includes(tid) && !pids.includes(pid)) return false;
  // A program's own state is not the kernel's.
  if (states && (typeof state !== "object" || !states.includes(state.letter))) return false;
  if (comm !== undefined && task.comm?.includes(comm) !== true) return false;
  return blocked !== true || ("cites" in task && isBlocked(task));
}

function chainView({ root, missing, cycle, path, certainty, waiting }: WaitChain): ChainView {
  return defined({
    root: nameOf(root),
    rootWaits: waitInWords(root),
    missing,
    cycle: cycle?.map(nameOf),
    certainty,
    path: path.map(({ from, to, ...link }) => defined({ from: nameOf(from), to: to && nameOf(to), ...link })),
    waiting: waiting.map(nameOf),
  });
}

function reportsOf(log: KernelLog): CpuReportView[] {
  const { path, lockups, stalls, backtraces } = sinceBoot(log);
  const views = new Map<string, GatheredReport>();
  const add = (key: string, one: CpuReportView): void => {
    let known = views.get(key);
    if (!known) {
      known = { ...one, count: 0, cpus: new Set(), tasks: new Set(), at: new Set() };
      views.set(key, known);
    }
    known.count++;
    addAll(known.cpus, one.cpus);
    addAll(known.tasks, one.tasks);
    addAll(known.at, one.at);
    if (one.seconds !== undefined) known.seconds = Math.max(known.seconds ?? 0, one.seconds);
  };
  for (const { kind, cpu, seconds, comm, tid, at, line } of lockups) {
    const tasks = tid === undefined ? [] : [`${comm} (${tid})`];
    const cite = { path, line };
    add(
      `${kind} ${at}`,
      defined({
        what: `${kind}-lockup` as const,
        cpus: [cpu],
        count: 1,
        seconds,
        tasks,
        at: at === undefined ? [] : [at],
        cite,
      }),
    );
  }
  for (const { flavour, cpus, backtraces, line } of stalls) {
    const tasks = backtraces.flatMap(({ comm, tid }) => (tid === undefined ? [] : `${comm} (${tid})`));
    const at = [...new Set(backtraces.flatMap((one) => one.at ?? []))];
    add(flavour, { what: "rcu-stall", cpus, count: 1, tasks, at, cite: { path, line } });
  }
  for (const { cpu, comm, tid, at, idle, line } of backtraces) {
    if (idle) continue;
    const tasks = tid === undefined ? [] : [`${comm} (${tid})`];
    const cpus = cpu === undefined ? [] : [cpu];
    add(`backtrace ${at}`, {
      what: "backtrace",
      cpus,
      count: 1,
      tasks,
      at: at === undefined ? [] : [at],
      cite: { path, line },
    });
  }
  return [...views.values()].map((one) => ({
    ...one,
    cpus: [...one.cpus],
    tasks: [...one.tasks],
    at: [...one.at],
  }));
}

type Lists = Pick<CpuReportView, "cpus" | "tasks" | "at">;
type GatheredReport = {
  -readonly [Member in keyof Omit<CpuReportView, keyof Lists>]: CpuReportView[Member];
} & {
  readonly cpus: Set<number>;
  readonly tasks: Set<string>;
  readonly at: Set<string>;
};

function addAll<T>(set: Set<T>, list: readonly T[]): void {
  for (const one of list) set.add(one);
}
