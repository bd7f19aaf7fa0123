import type { KernelLog } from "./kernel-log.ts";
import type { Link } from "./link.ts";
import { listsBy } from "./lists-by.ts";
import { withLogs } from "./log-tasks.ts";
import type { Task } from "./task.ts";

/** All tasks of one host at one time, and what its kernel logged. Each question is answered in one pass, however many tasks ask it. */
export class World {
  readonly tasks: readonly Task[];
  readonly logs: readonly KernelLog[];
  /** What each task that was asked waits for. */
  readonly links = new Map<Task, readonly Link[]>();
  /** Whether there are tasks that not only a log shows. */
  readonly hasFiles: boolean;
  readonly #chosen = new Map<unknown, readonly Task[]>();
  #byTid: ReadonlyMap<number, Task> | undefined;
  #byPid: ReadonlyMap<number, readonly Task[]> | undefined;
  #byParent: ReadonlyMap<number, readonly Task[]> | undefined;

  constructor(tasks: readonly Task[], logs: readonly KernelLog[]) {
    this.tasks = tasks;
    this.logs = logs;
    this.hasFiles = tasks.some((task) => task.logged !== true);
  }

  /** The first task of an id. */
  withTid(tid: number | undefined): Task | undefined {
    this.#byTid ??= new Map(
      this.tasks.toReversed().flatMap((task) => (task.tid === undefined ? [] : [[task.tid, task] as const])),
    );
    return tid === undefined ? undefined : this.#byTid.get(tid);
  }

  /** The threads of a process. */
  withPid(pid: number | undefined): readonly Task[] {
    this.#byPid ??= listsBy(this.tasks, (task) => task.pid);
    return (pid === undefined ? undefined : this.#byPid.get(pid)) ?? [];
  }

  /** All threads of the children of a process. */
  childrenOf(pid: number | undefined): readonly Task[] {
    this.#byParent ??= listsBy(this.tasks, (task) => task.ppid);
    return (pid === undefined ? undefined : this.#byParent.get(pid)) ?? [];
  }

  /** The tasks of which something holds. @param key by which the answer is known when it is asked for again */
  chosen(key: unknown, holds: (task: Task) => boolean): readonly Task[] {
    let list = this.#chosen.get(key);
    if (!list) this.#chosen.set(key, (list = this.tasks.filter(holds)));
    return list;
  }
}

const worlds = new WeakMap<readonly Task[], World>();

/** The world of some tasks and logs: the same one as long as these are. */
export function worldOf(tasks: readonly Task[], logs: readonly KernelLog[]): World {
  const known = worlds.get(tasks);
  if (known && known.logs.length === logs.length && known.logs.every((log, at) => log === logs[at]))
    return known;
  const world = new World(withLogs(tasks, logs), logs);
  worlds.set(tasks, world);
  return world;
}
