import type { BlockingChain } from "./chains.ts";
import { defined } from "./defined.ts";
import { byTask, type Certainty, type Link } from "./link.ts";
import type { Task } from "./task.ts";
import type { WaitSite } from "./wait-site.ts";

/** Where a chain ends. */
export interface Root {
  readonly task: Task;
  /** What it waits for: the cause, where this is known. */
  readonly site?: WaitSite;
  /** From the init to the task: of all ways the surest, of those the shortest. */
  readonly path: readonly Link[];
  /** The weakest link of the path. */
  readonly certainty: Certainty;
  /** The task waits for one that the evidence does not hold: why. */
  readonly missing?: string;
  /** The chain runs in a ring instead of ending; the task is where it enters. */
  readonly cycle?: readonly Task[];
}

type Followed = Pick<BlockingChain, "init" | "links" | "cycles">;

/** Where a chain ends, by its surest path. For an init with nobody to wait for: itself. */
export function rootOf(chain: Followed): Root {
  const [root] = rootsOf(chain);
  return root ?? rootAt(chain.init, []);
}

/** All ends of a chain: the surest first, then those whose own wait is understood. */
export function rootsOf(chain: Followed): Root[] {
  return rootsFrom(chain.init, byTask(chain.links), chain.cycles);
}

/** {@link rootsOf} for one task of many. */
export function rootsFrom(
  start: Task,
  outgoing: ReadonlyMap<Task, readonly Link[]>,
  cycles: BlockingChain["cycles"],
): Root[] {
  const paths = pathsFrom(start, outgoing);
  const roots: Root[] = [];
  for (const [task, path] of paths) {
    const links = outgoing.get(task) ?? [];
    const missing = links.find((link) => link.to === undefined)?.why;
    if (!links.some((link) => link.to !== undefined)) roots.push(rootAt(task, path, { missing }));
  }
  for (const cycle of cycles) {
    const leaves = cycle.some((task) =>
      outgoing.get(task)?.some((link) => link.to && !cycle.includes(link.to)),
    );
    const entry = [...paths.keys()].find((task) => cycle.includes(task));
    // A ring that has a way out ends where that way does.
    if (entry && !leaves) roots.push(rootAt(entry, paths.get(entry) ?? [], { cycle }));
  }
  return roots.sort(
    (a, b) =>
      ORDER.indexOf(a.certainty) - ORDER.indexOf(b.certainty) || Number(explains(b)) - Number(explains(a)),
  );
}

const ORDER: readonly Certainty[] = ["named", "sole-candidate", "candidate"];

function rootAt(
  task: Task,
  path: readonly Link[],
  how: { missing?: string | undefined; cycle?: readonly Task[] } = {},
): Root {
  const weakest = Math.max(0, ...path.map((link) => ORDER.indexOf(link.certainty)));
  return defined({
    task,
    site: task.site,
    path,
    certainty: ORDER[weakest] ?? "candidate",
    missing: how.missing,
    cycle: how.cycle,
  });
}

/** A root whose wait is known, or that is dead, explains more than one that merely runs. */
function explains(root: Root): boolean {
  return root.site?.effect === "blocks" || root.task.state?.letter === "Z";
}

/** The best path to every task that a chain reaches: over the surest links first, weaker ones only where those end. */
function pathsFrom(init: Task, outgoing: ReadonlyMap<Task, readonly Link[]>): Map<Task, readonly Link[]> {
  const paths = new Map<Task, readonly Link[]>([[init, []]]);
  for (let weakest = 0; weakest < ORDER.length; weakest++) {
    const queue = [...paths.keys()];
    for (const task of queue) {
      for (const link of outgoing.get(task) ?? []) {
        if (!link.to || paths.has(link.to) || ORDER.indexOf(link.certainty) > weakest) continue;
        paths.set(link.to, [...(paths.get(task) ?? []), link]);
        queue.push(link.to);
      }
    }
  }
  return paths;
}
