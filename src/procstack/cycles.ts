import type { Link } from "./link.ts";
import type { Task } from "./task.ts";

/**
 * The tasks that, over links, wait for themselves: those that do so through each other make one ring, which begins where
 * the links enter it.
 *
 * @param outgoing the links that begin at each task
 */
export function cyclesOf(outgoing: ReadonlyMap<Task, readonly Link[]>): Task[][] {
  const order = new Map([...outgoing.keys()].map((task, index) => [task, index]));
  const cycles = components(outgoing).filter(
    ([first, ...others]) =>
      first && (others.length > 0 || outgoing.get(first)?.some(({ to }) => to === first)),
  );
  const place = (task: Task | undefined): number => (task && order.get(task)) ?? 0;
  for (const ring of cycles) ring.sort((a, b) => place(a) - place(b));
  return cycles.sort((a, b) => place(a[0]) - place(b[0]));
}

interface Visit {
  readonly task: Task;
  readonly to: readonly Task[];
  next: number;
}

/** Strongly connected components (Tarjan 1972), without recursion: chains may be as long as there are tasks. */
function components(outgoing: ReadonlyMap<Task, readonly Link[]>): Task[][] {
  const index = new Map<Task, number>();
  const low = new Map<Task, number>();
  const open = new Set<Task>();
  const trail: Task[] = [];
  const found: Task[][] = [];
  const least = (task: Task, value: number): void => {
    low.set(task, Math.min(low.get(task) ?? value, value));
  };
  for (const start of outgoing.keys()) {
    if (index.has(start)) continue;
    const visits: Visit[] = [];
    const enter = (task: Task): void => {
      index.set(task, index.size);
      least(task, index.size - 1);
      open.add(task);
      trail.push(task);
      visits.push({ task, to: (outgoing.get(task) ?? []).flatMap((link) => link.to ?? []), next: 0 });
    };
    enter(start);
    for (let visit = visits.at(-1); visit; visit = visits.at(-1)) {
      const to = visit.to[visit.next++];
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (open.has(to)) least(visit.task, index.get(to) ?? 0);
        continue;
      }
      visits.pop();
      const { task } = visit;
      const parent = visits.at(-1);
      if (parent) least(parent.task, low.get(task) ?? 0);
      if (low.get(task) !== index.get(task)) continue;
      const members = trail.splice(trail.lastIndexOf(task));
      for (const member of members) open.delete(member);
      found.push(members);
    }
  }
  return found;
}
