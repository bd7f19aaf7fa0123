import { memo } from "../bytes/index.ts";
import type { Root, Task } from "../procstack/index.ts";
import { blockedTasks, rootsOf, waitsFor, withLogs } from "../procstack/index.ts";
import { freezerOf } from "./cgroup-files.ts";
import type { HostEvidence } from "./host-evidence.ts";
import { type Lasting, lastingOf } from "./lasting.ts";
import { presentLogs } from "./present-logs.ts";

/** A task that is stuck, where its chain of waits ends, and how it is known that it lasts. */
export interface StuckTask {
  readonly task: Task;
  /** The ends of its chain, the surest first; itself where nothing is known of what holds it. */
  readonly roots: readonly Root[];
  /** Absent: for all that is known it may have been there for a moment. */
  readonly lasting?: Lasting;
}

/** Tasks that are stuck at one place. */
export interface StuckGroup {
  /** The wait site's id, else the function where its tasks sleep, or `unreadable`. */
  readonly key: string;
  readonly stuck: readonly StuckTask[];
}

/** Chains that are followed on one host. The next hundred tasks at a place wait for what the first do. */
const FOLLOWED = 64;
/** All tasks of a host that are stuck, those included that only its kernel's log shows, by the place where they are. */
export const stuckGroupsOf: (host: HostEvidence) => readonly StuckGroup[] = memo((host) => {
  const logs = presentLogs(host);
  const isOver = isWhole(host) ? (task: Task) => task.logged === true : () => false;
  const tasks = withLogs(host.tasks, logs)
    .filter((task) => !isOver(task))
    .map((task) => frozenInSleep(task, host) ?? task);
  let followed = 0;
  return blockedTasks(tasks)
    .filter(({ key }) => key !== "zap-pid-ns")
    .map(({ key, tasks: group }) => ({
      key,
      stuck: group.map((task): StuckTask => {
        const followsOn = followed++ < FOLLOWED;
        const chain = followsOn ? waitsFor(task, tasks, logs) : { links: [], cycles: [] };
        // What a log adds to a task makes another object of it.
        const roots = rootsOf({ init: chain.links[0]?.from ?? task, ...chain });
        const ends = roots.length > 0 ? roots : [rootAlone(task)];
        const lasting = lastingOf({ task, ends, group, host });
        return { task, roots: ends, ...(lasting && { lasting }) };
      }),
    }));
});

/** A node has more tasks than this in any hour, its kernel threads included. */
const LEAST = 50;

/** Whether all tasks of a host were collected: what only its log shows is over then. */
function isWhole({ tasks }: HostEvidence): boolean {
  return tasks.length >= LEAST && [1, 2].every((pid) => tasks.some(({ tid }) => tid === pid));
}

/**
 * Since 6.1 the v1 freezer leaves a task that sleeps where it is (TASK_FREEZABLE): it is in state D at a place of rest, and a
 * SIGKILL does not wake it. A read of the stack a moment after that of the state looks the same, but for the signal and the freezer.
 */
function frozenInSleep(task: Task, host: HostEvidence): Task | undefined {
  const { site, state, kernelThread, killPending } = task;
  if (state?.letter !== "D" || site?.effect !== "idle" || kernelThread === true || task.ppid === 2)
    return undefined;
  if (killPending !== true && freezerOf(host, task).frozen.length === 0) return undefined;
  const frozen = { id: "cgroup-freezer", subsystem: "freezer", waitsFor: "its cgroup to be thawed" } as const;
  return { ...task, site: { ...frozen, effect: "blocks", asleep: true, frame: site.frame } };
}

const rootAlone = (task: Task): Root => ({
  task,
  path: [],
  certainty: "named",
  ...(task.site && { site: task.site }),
});
