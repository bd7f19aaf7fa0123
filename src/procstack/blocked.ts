import { groupBy } from "../bytes/index.ts";
import { defined } from "./defined.ts";
import { nameOf, type Task } from "./task.ts";
import { type WaitSite, waitingFrame } from "./wait-site.ts";

/** Tasks that wait at the same place. */
export interface BlockedGroup {
  /** Absent where nothing is known of the place, or no stack could be read. */
  readonly site?: WaitSite;
  /** The site's id, or else the function that {@link waitingFrame} gives, or `unreadable`. */
  readonly key: string;
  /** In the order of their ids. */
  readonly tasks: readonly Task[];
}

/**
 * Whether a task is stuck: in uninterruptible sleep, or at a place where tasks wait for what may never come. A kernel
 * thread in its own loop is not, whatever its state was read as; nor is a task that moved between two readings.
 */
export function isBlocked(task: Task): boolean {
  if (task.moved || task.site?.effect === "idle") return false;
  switch (task.state?.letter) {
    case "D":
      // `D` and an empty stack: it was running again when the stack was read.
      return task.stack === undefined || task.stack.frames.length > 0;
    case undefined:
      return task.site?.effect === "blocks";
    case "S":
      return task.site?.effect === "blocks" && (task.site.asleep === true || task.killPending === true);
    default:
      return false;
  }
}

/** All tasks that are stuck, the largest group first. */
export function blockedTasks(tasks: readonly Task[]): BlockedGroup[] {
  return [...groupBy(tasks.filter(isBlocked), keyOf)]
    .map(([key, members]) => defined({ key, site: members[0]?.site, tasks: members }))
    .sort((a, b) => b.tasks.length - a.tasks.length || (a.key < b.key ? -1 : 1));
}

function keyOf(task: Task): string {
  return task.site?.id ?? (task.stack && waitingFrame(task.stack)?.symbol) ?? task.wchan ?? "unreadable";
}

/** What a task waits for, in words for a sentence that begins with its name. */
export function waitInWords(task: Task): string {
  if (task.state?.letter === "Z") return `${nameOf(task)} is a zombie`;
  if (task.site) {
    const where = task.site.cut ? `${task.site.frame.symbol}…, a name cut short` : task.site.frame.symbol;
    return `${nameOf(task)} waits for ${task.site.waitsFor} in ${where}`;
  }
  return `${nameOf(task)} waits where nothing is known of`;
}
