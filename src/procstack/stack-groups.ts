import { groupBy } from "../bytes/index.ts";
import { isBlocked } from "./blocked.ts";
import { defined } from "./defined.ts";
import type { Frame } from "./frame.ts";
import { type Cite, type Task } from "./task.ts";
import type { UserThread } from "./user-thread.ts";
import type { WaitSite } from "./wait-site.ts";

/** Tasks with the same name, whose ids stand behind it. */
export interface NamedTasks {
  /** Absent where nothing tells it. */
  readonly name?: string;
  /** Ascending; without those of tasks of which only a stack was pasted. */
  readonly tids: readonly number[];
  readonly count: number;
}

/** Tasks that wait with one and the same stack. */
export interface StackGroup {
  readonly count: number;
  /** How many of them are stuck. */
  readonly stuck: number;
  /** How many are in which state; `?` for those of which none is known. */
  readonly states: Readonly<Record<string, number>>;
  readonly tasks: readonly NamedTasks[];
  /** Those of the first, innermost first, as printed: `f` or `f [module]`; without frames that need not be callers. Empty where no stack was read. */
  readonly frames: readonly string[];
  /** Where only `wchan` is known: its function. */
  readonly wchan?: string;
  readonly site?: Pick<WaitSite, "id" | "subsystem" | "waitsFor" | "effect" | "symptom" | "cut"> & {
    readonly function: string;
  };
  /** The stack of the first of them. */
  readonly cite?: Cite;
}

/** Groups tasks by their stacks, whatever the offsets: the stuck first, then the largest. */
export function stackGroups(tasks: readonly Task[]): StackGroup[] {
  return groupsOf(tasks, (task) => `${framesOf(task).join("\n")}\n\n${task.stack ? "" : task.wchan}`)
    .map(groupOf)
    .sort((a, b) => rank(b) - rank(a) || b.stuck - a.stuck || b.count - a.count || order(a, b));
}

/** What is stuck stands before what only waits, and idle tasks and those of which nothing is known last. */
function rank({ stuck, site, frames, wchan }: StackGroup): number {
  if (stuck > 0) return 3;
  if (frames.length === 0 && wchan === undefined) return 0;
  return site?.effect === "idle" ? 1 : 2;
}

const order = (a: StackGroup, b: StackGroup): number => (firstId(a) ?? 0) - (firstId(b) ?? 0);
const firstId = ({ tasks }: StackGroup): number | undefined => tasks.flatMap(({ tids }) => tids[0] ?? [])[0];

function groupOf(tasks: readonly Task[]): StackGroup {
  const states: Record<string, number> = {};
  for (const { state } of tasks) states[state?.letter ?? "?"] = (states[state?.letter ?? "?"] ?? 0) + 1;
  const [first] = tasks;
  const site = first?.site;
  return defined({
    count: tasks.length,
    stuck: tasks.filter(isBlocked).length,
    states,
    tasks: namedTasks(tasks),
    frames: first ? framesOf(first, "raw") : [],
    wchan: first?.stack ? undefined : first?.wchan,
    site: site && siteOf(site),
    cite: first?.cites.stack ?? first?.cites.wchan,
  });
}

function siteOf({
  id,
  subsystem,
  waitsFor,
  effect,
  symptom,
  cut,
  frame,
}: WaitSite): NonNullable<StackGroup["site"]> {
  return defined({ id, subsystem, waitsFor, effect, symptom, cut, function: frame.symbol });
}

/** The commonest name first. */
function namedTasks(tasks: readonly Task[]): NamedTasks[] {
  return groupsOf(tasks, ({ comm, cmdline }) => comm ?? cmdline?.[0] ?? "")
    .map((list) => {
      const tids = list.flatMap(({ tid }) => tid ?? []).sort((a, b) => a - b);
      const name = list[0]?.comm ?? list[0]?.cmdline?.[0];
      return defined({ name, tids, count: list.length });
    })
    .sort((a, b) => b.count - a.count || (a.tids[0] ?? 0) - (b.tids[0] ?? 0));
}

function framesOf({ stack }: Task, name: "symbol" | "raw" = "symbol"): string[] {
  return stack?.frames.flatMap((frame) => (frame.reliable ? [frameText(frame, name)] : [])) ?? [];
}

const frameText = (frame: Frame, name: "symbol" | "raw"): string =>
  frame.module === undefined ? frame[name] : `${frame[name]} [${frame.module}]`;

/** Threads of programs with one and the same stack of their own. */
export interface ThreadGroup {
  readonly count: number;
  /** As of {@link UserThread.state}; `?` where the dump has none. */
  readonly states: Readonly<Record<string, number>>;
  readonly tasks: readonly NamedTasks[];
  readonly frames: readonly string[];
  /** The locks that they wait for, each with how many do. */
  readonly waitsFor: readonly { readonly lock: string; readonly count: number }[];
  readonly cite: Cite;
}

/** Groups threads of programs by their stacks, the largest group first. */
export function threadGroups(
  threads: readonly { readonly thread: UserThread; readonly path: string }[],
): ThreadGroup[] {
  return groupsOf(threads, ({ thread }) => thread.frames.map(({ function: name }) => name).join("\n"))
    .flatMap((list) => {
      const [first] = list;
      if (!first) return [];
      const states: Record<string, number> = {};
      const locks = new Map<string, number>();
      for (const { thread } of list) {
        states[thread.state ?? "?"] = (states[thread.state ?? "?"] ?? 0) + 1;
        const { address, type } = thread.waitsFor ?? {};
        const lock = [type, address].filter((word) => word !== undefined).join(" ");
        if (lock !== "") locks.set(lock, (locks.get(lock) ?? 0) + 1);
      }
      return {
        count: list.length,
        states,
        tasks: namedThreads(list.map(({ thread }) => thread)),
        frames: first.thread.frames.map(({ function: name }) => name),
        waitsFor: [...locks].map(([lock, count]) => ({ lock, count })).sort((a, b) => b.count - a.count),
        cite: { path: first.path, line: first.thread.line },
      };
    })
    .sort((a, b) => b.count - a.count || (a.cite.line ?? 0) - (b.cite.line ?? 0));
}

function namedThreads(threads: readonly UserThread[]): NamedTasks[] {
  return groupsOf(threads, ({ name }) => name ?? "").map((list) => {
    const tids = list.flatMap(({ tid }) => tid ?? []).sort((a, b) => a - b);
    return defined({ name: list[0]?.name, tids, count: list.length });
  });
}

function groupsOf<T>(list: readonly T[], keyOf: (one: T) => string): T[][] {
  return [...groupBy(list, keyOf).values()];
}
