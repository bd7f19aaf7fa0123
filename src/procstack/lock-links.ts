import { isBlocked } from "./blocked.ts";
import { among, type Link, type World } from "./link.ts";
import { holds } from "./lock-classes.ts";
import { hungReport, namedOwner, sameName } from "./log-tasks.ts";
import { citesOf, nameOf, type Task } from "./task.ts";
import { waitSite } from "./wait-site.ts";

/** From a task that waits for a lock to its holder: the one that the kernel named, or else those whose stacks hold such a lock. */
export function lockLinks(from: Task, world: World): Link[] {
  const named = ownerLink(from, world);
  return named ? [named] : holderLinks(from, world);
}

function ownerLink(from: Task, { tasks, logs }: World): Link | undefined {
  const found = namedOwner(from, logs);
  if (!found || !waitsAsReported(from, { tasks, logs })) return undefined;
  const { lock, owner, path } = found;
  const to = tasks.find((task) => task.tid === owner.tid);
  if (to && !sameName(to.comm, owner.comm)) return undefined;
  const how = lock.lastHeld ? "was last held by" : "is likely owned by";
  return {
    from,
    to,
    why: `the kernel log says that the ${lock.lock} it waits for ${how} ${owner.comm} (${owner.tid})`,
    certainty: "named",
    cites: [{ path, line: lock.line }, ...citesOf(from, "stack")],
  };
}

/** Whether the task still waits where it did when the kernel reported it: else the lock is another's by now. */
function waitsAsReported(from: Task, { logs }: World): boolean {
  const stack = hungReport(from, logs)?.report.stack;
  const reported = stack && waitSite(stack);
  return !reported || !from.site || reported.frame.symbol === from.site.frame.symbol;
}

function holderLinks(from: Task, world: World): Link[] {
  const lock = from.site?.lock;
  if (lock === undefined) return [];
  const holders = world.tasks
    .filter((task) => task !== from)
    .map((task) => ({ task, how: holds(task, lock) }));
  const writers = holders.filter(({ how }) => how === "write");
  // A reader keeps only writers out, and with them those who queue behind one: second choice.
  const list = writers.length > 0 ? writers : holders.filter(({ how }) => how === "read");
  const what = LOCK_WORDS[lock];
  if (list.length === 0) {
    const why = `it waits for ${what}, and no task in the evidence holds one`;
    return [{ from, to: undefined, why, certainty: "candidate", cites: citesOf(from, "stack") }];
  }
  // One that is stuck itself holds the lock for long; one that runs lets it go in a moment.
  const stuck = list.filter(({ task }) => isBlocked(task));
  const likely = (stuck.length > 0 ? stuck : list).map(({ task }) => task);
  const certainty = among(likely, world);
  return likely.map((to) => ({
    from,
    to,
    why: `it waits for ${what}, and ${likely.length === 1 ? "only " : ""}${nameOf(to)} has a stack that holds one`,
    certainty,
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}

const LOCK_WORDS = {
  s_umount: "a super block's lock (s_umount)",
  rtnl: "the RTNL lock",
  "net-namespaces": "the lock of network namespaces",
  cgroup: "the cgroup lock",
  "cgroup-threadgroup": "the lock of forks and cgroup moves",
} as const;
