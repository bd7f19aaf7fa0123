import type { Cite, Task } from "./task.ts";
import type { World } from "./world.ts";

/** How sure it is that one task waits for another. */
export type Certainty =
  /** The evidence itself names the other end: the kernel log, a namespace's inode, a line of parents, a device's name. */
  | "named"
  /** One task alone in the evidence can be it. */
  | "sole-candidate"
  /** It is one of several that can be it, or weak evidence speaks for it. */
  | "candidate";

/** One task waits for another. */
export interface Link {
  readonly from: Task;
  /** `undefined`: it waits for a task that the evidence does not hold. */
  readonly to: Task | undefined;
  /** One sentence. */
  readonly why: string;
  readonly certainty: Certainty;
  readonly cites: readonly Cite[];
}

/**
 * How sure each of the candidates is. One that only a log shows may be gone by now, where there are files of `/proc`
 * that would show it if it weren't.
 */
export function among(candidates: readonly Task[], { hasFiles }: World): Certainty {
  const stale = hasFiles && candidates.some((task) => task.logged);
  return candidates.length === 1 && !stale ? "sole-candidate" : "candidate";
}

/** The links that begin at each task. */
export function byTask(links: readonly Link[]): Map<Task, Link[]> {
  const outgoing = new Map<Task, Link[]>();
  for (const link of links) {
    const list = outgoing.get(link.from);
    if (list) list.push(link);
    else outgoing.set(link.from, [link]);
  }
  return outgoing;
}
