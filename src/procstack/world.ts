import type { KernelLog } from "./kernel-log.ts";
import type { Link } from "./link.ts";
import { listsBy } from "./lists-by.ts";
import { withLogs } from "./log-tasks.ts";
import type { Member } from "./membership.ts";
import type { Task } from "./task.ts";

/** Most tasks of which each may be what another waits for: where all may be, to name them tells nothing. */
export const MOST_CANDIDATES = 100;

/** All tasks of one host at one time, and what its kernel logged. Each question is answered in one pass, however many tasks ask it. */
export class World {
  readonly tasks: readonly Task[];
  readonly logs: readonly KernelLog[];
  /** What each task that was asked waits for. */
  readonly links = new Map<Task, readonly Link[]>();
  /** The members of each pid namespace that was asked for. */
  readonly members = new Map<Task, readonly Member[]>();
  /** How many pid namespaces had their members guessed, and those of which that was left. */
  guessed = 0;
  readonly unguessed = new Set<Task>();
  /** Whether there are tasks that not only a log shows. */
  readonly hasFiles: boolean;
  readonly #chosen = new Map<unknown, readonly Task[]>();
  #byTid: ReadonlyMap<number, Task> | undefined;
  #byPid: ReadonlyMap<number, readonly Task[]> | undefined;
  #byParent: ReadonlyMap<number, readonly Task[]> | undefined;
  #byPidNamespace: ReadonlyMap<number, readonly Task[]> | undefined;
  #byContainer: ReadonlyMap<string, readonly Task[]> | undefined;

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

  /** Those whose `ns/pid` links have an inode. */
  ofPidNamespace(inode: number | undefined): readonly Task[] {
    this.#byPidNamespace ??= listsBy(this.tasks, (task) => task.pidNamespace);
    return (inode === undefined ? undefined : this.#byPidNamespace.get(inode)) ?? [];
  }

  /** Those in the control group of a container. */
  ofContainer(id: string | undefined): readonly Task[] {
    this.#byContainer ??= listsBy(this.tasks, (task) => task.containerId);
    return (id === undefined ? undefined : this.#byContainer.get(id)) ?? [];
  }

  /** Works something out of all tasks. @param key by which the answer is known when it is asked for again */
  once(key: unknown, choose: (tasks: readonly Task[]) => readonly Task[]): readonly Task[] {
    let list = this.#chosen.get(key);
    if (!list) this.#chosen.set(key, (list = choose(this.tasks)));
    return list;
  }

  /** The tasks of which something holds, without one; of very many the first. */
  others(holds: (task: Task) => boolean, than: Task, most = MOST_CANDIDATES): readonly Task[] {
    const list = this.once(holds, (tasks) => tasks.filter(holds));
    return list.slice(0, most + 1).filter((task) => task !== than);
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
