import type { CgroupFile } from "./cgroup.ts";
import type { NamespaceLink } from "./namespaces.ts";
import type { StackTrace } from "./stack.ts";
import type { TaskState } from "./status.ts";
import type { WaitSite } from "./wait-site.ts";

/** Where in the artifacts a fact stands. */
export interface Cite {
  readonly path: string;
  /** One-based. */
  readonly line?: number;
}

/** The facts of a {@link Task} that remember where they come from. */
export type TaskFact =
  | "comm"
  | "state"
  | "stack"
  | "ppid"
  | "nspid"
  | "namespaces"
  | "pidNamespace"
  | "cgroup"
  | "cmdline"
  | "wchan"
  | "killPending"
  | "kernelThread"
  | "exiting"
  | "tracerPid"
  | "threads"
  | "workqueue";

/** One thread of one host, as all that is known of it together. */
export interface Task {
  /** Absent where nothing says whose stack it is: a paste without a header. */
  readonly tid?: number;
  /** The process; the same as `tid` for its first thread, and where nothing says otherwise. */
  readonly pid?: number;
  readonly comm?: string;
  readonly state?: TaskState;
  /** The stack, when at least one reading of it has something to show. */
  readonly stack?: StackTrace;
  /** Where the task waits, by its stack, or by its `wchan` when it has none. */
  readonly site?: WaitSite;
  /**
   * Two readings of the stack do not agree: the task moved between them, so it isn't stuck.
   * `State: D` with an idle stack is such a race too.
   */
  readonly moved: boolean;
  /** Only a kernel log shows it: it may be gone by now. */
  readonly logged?: true;
  readonly ppid?: number;
  /** Outermost first. */
  readonly nspid?: readonly number[];
  /** By kind; `gone` for links that no longer resolve. */
  readonly namespaces?: ReadonlyMap<string, NamespaceLink>;
  /** The inode of its own pid namespace. */
  readonly pidNamespace?: number;
  readonly cgroup?: CgroupFile;
  readonly containerId?: string;
  readonly podUid?: string;
  readonly cmdline?: readonly string[];
  readonly wchan?: string;
  /** SIGKILL is pending. */
  readonly killPending?: boolean;
  readonly kernelThread?: boolean;
  /** It is on its way out: it has left its namespaces, or runs the kernel's exit path. */
  readonly exiting?: boolean;
  /** Its debugger; never 0. */
  readonly tracerPid?: number;
  /** How many threads its process has. */
  readonly threads?: number;
  /** The workqueue that a kworker served, from the kernel log or its name (`kworker/u8:2+loop1`). */
  readonly workqueue?: string;
  /** Where each fact stands. */
  readonly cites: Readonly<Partial<Record<TaskFact, Cite>>>;
}

/** A task for people: `sync (20952)`. */
export function nameOf(task: Task): string {
  const name = task.comm ?? programOf(task);
  if (task.tid === undefined)
    return name ?? (task.pid === undefined ? "a task without a pid" : `a thread of process ${task.pid}`);
  return name === undefined ? `pid ${task.tid}` : `${name} (${task.tid})`;
}

/** The program's name, of its path. */
function programOf({ cmdline }: Task): string | undefined {
  const [path = ""] = (cmdline?.[0] ?? "").split(" ");
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === "" ? undefined : name;
}

/** The citations of some facts of a task, those that are known. */
export function citesOf(task: Task, ...facts: readonly TaskFact[]): Cite[] {
  return facts.flatMap((fact) => task.cites[fact] ?? []);
}
