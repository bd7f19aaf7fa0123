import { firstOf } from "../../bytes/index.ts";
import type { Cite, HostEvidence, Lasting, StuckGroup } from "../../evidence/index.ts";
import { citeOfTask, stuckGroupsOf } from "../../evidence/index.ts";
import type { BlockingChain, Certainty, Link, Root, Task, WaitSite } from "../../procstack/index.ts";
import { isBlocked, nameOf, waitInWords } from "../../procstack/index.ts";
import type { Weight } from "../engine/index.ts";

/** Tasks that are stuck, and where their chains of waits end: what the causes of a hang look at. */
export interface Stuck {
  /** The ends of the chains, the surest first. */
  readonly roots: readonly Root[];
  /** Of a pid namespace that can't end. */
  readonly chain?: BlockingChain;
  /** Of tasks that are stuck at one place. */
  readonly group?: StuckGroup;
  /**
   * The most that all answers are worth together: `strong` of tasks without which the party that the symptom is of may well go on,
   * `weak` where they may wait for a moment only. No bound when absent.
   */
  readonly most?: "strong" | "weak";
}

/** A task that is stuck at a place in question. */
export interface Waiter {
  readonly task: Task;
  readonly site: WaitSite;
  /** How sure it is that the symptom's tasks wait for it. */
  readonly certainty: Certainty;
  /** The links that lead to it. */
  readonly path: readonly Link[];
}

const ORDER: readonly Certainty[] = ["named", "sole-candidate", "candidate"];

/** Tasks along the chains that wait at one of some places, the surest first. */
export function waitersAt(seen: Stuck | undefined, sites: ReadonlySet<string>): Waiter[] {
  const found = new Map<Task, Waiter>();
  for (const root of seen?.roots ?? []) {
    const tasks = [...root.path.map(({ from }) => from), root.task];
    let certainty: Certainty = "named";
    for (const [index, task] of tasks.entries()) {
      const by = root.path[index - 1];
      if (by && ORDER.indexOf(by.certainty) > ORDER.indexOf(certainty)) certainty = by.certainty;
      if (!task.site || !sites.has(task.site.id) || !isBlocked(task)) continue;
      const known = found.get(task);
      if (known && ORDER.indexOf(known.certainty) <= ORDER.indexOf(certainty)) continue;
      found.set(task, { task, site: task.site, certainty, path: root.path.slice(0, index) });
    }
  }
  return [...found.values()].sort((a, b) => ORDER.indexOf(a.certainty) - ORDER.indexOf(b.certainty));
}

/** A chain with a link that is one of several possible ones shows little. */
export const worthOf = ({ certainty }: { readonly certainty: Certainty }): { atMost?: Weight } =>
  certainty === "candidate" ? { atMost: "weak" } : {};

/** How it is known of a task that its wait lasts. */
export function lastingOf(task: Task, host: HostEvidence): Lasting | undefined {
  for (const { stuck } of stuckGroupsOf(host)) {
    const found = stuck.find(
      (one) => one.task === task || (one.task.tid !== undefined && one.task.tid === task.tid),
    );
    if (found) return found.lasting;
  }
  return undefined;
}

/** A citation of where a task waits. */
export function citeWait(task: Task): Cite[] {
  const where = task.cites.stack ?? task.cites.wchan;
  return where ? [citeOfTask(where, waitInWords(task), task)] : [];
}

/** Tasks that are named before the rest is counted. */
const NAMED = 5;

/** The names of some tasks, the first few of them. */
export function namesOf(tasks: readonly Task[]): string {
  return firstOf(tasks.map(nameOf), NAMED);
}
