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
  const ways = waysFrom(start, outgoing);
  const { rings, ringOf } = ringsOf(cycles, outgoing);
  const entries = new Map<Task, Task>();
  const roots: Root[] = [];
  for (const task of ways.keys()) {
    const links = outgoing.get(task) ?? [];
    const missing = links.find((link) => link.to === undefined)?.why;
    if (!links.some((link) => link.to !== undefined))
      roots.push(rootAt(task, pathTo(task, ways), { missing }));
    const first = ringOf.get(task)?.[0];
    if (first && !entries.has(first)) entries.set(first, task);
  }
  if (entries.size > 0) {
    for (const { cycle, leaves } of rings) {
      const entry = cycle[0] && entries.get(cycle[0]);
      // A ring that has a way out ends where that way does.
      if (entry && !leaves) roots.push(rootAt(entry, pathTo(entry, ways), { cycle }));
    }
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
  const weakest = path.reduce((most, link) => Math.max(most, ORDER.indexOf(link.certainty)), 0);
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

/** How the rings lie among the links; asked once for all tasks that wait for them. */
interface Rings {
  readonly rings: readonly { readonly cycle: readonly Task[]; readonly leaves: boolean }[];
  readonly ringOf: ReadonlyMap<Task, readonly Task[]>;
}

const known = new WeakMap<object, Rings>();

function ringsOf(cycles: BlockingChain["cycles"], outgoing: ReadonlyMap<Task, readonly Link[]>): Rings {
  let found = known.get(cycles);
  if (found) return found;
  const ringOf = new Map(cycles.flatMap((cycle) => cycle.map((task) => [task, cycle] as const)));
  const rings = cycles.map((cycle) => ({
    cycle,
    leaves: cycle.some((task) =>
      outgoing.get(task)?.some((link) => link.to !== undefined && ringOf.get(link.to) !== cycle),
    ),
  }));
  known.set(cycles, (found = { rings, ringOf }));
  return found;
}

/** The last link of the best path to every task that a chain reaches: over the surest links first, weaker ones only where those end. */
function waysFrom(
  init: Task,
  outgoing: ReadonlyMap<Task, readonly Link[]>,
): ReadonlyMap<Task, Link | undefined> {
  const ways = new Map<Task, Link | undefined>([[init, undefined]]);
  for (let weakest = 0; weakest < ORDER.length; weakest++) {
    const queue = [...ways.keys()];
    for (const task of queue) {
      for (const link of outgoing.get(task) ?? []) {
        if (!link.to || ways.has(link.to) || ORDER.indexOf(link.certainty) > weakest) continue;
        ways.set(link.to, link);
        queue.push(link.to);
      }
    }
  }
  return ways;
}

function pathTo(task: Task, ways: ReadonlyMap<Task, Link | undefined>): Link[] {
  const path: Link[] = [];
  for (let link = ways.get(task); link; link = ways.get(link.from)) path.push(link);
  return path.reverse();
}
