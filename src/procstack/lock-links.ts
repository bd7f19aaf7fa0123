import { isBlocked } from "./blocked.ts";
import { among, type Link } from "./link.ts";
import { holds } from "./lock-classes.ts";
import { heldSinceBoot, hungReport, namedOwner, sameName } from "./log-tasks.ts";
import { citesOf, nameOf, type Task } from "./task.ts";
import { waitSite } from "./wait-site.ts";
import { genericFrame } from "./wait-sites/generic.ts";
import type { LockClass } from "./wait-sites/index.ts";
import { MOST_CANDIDATES, type World } from "./world.ts";

/** From a task that waits for a lock to its holder: the one that the kernel named, or else those whose stacks hold such a lock. */
export function lockLinks(from: Task, world: World): Link[] {
  const named = ownerLink(from, world);
  if (named) return [named];
  const held = heldLinks(from, world);
  return held.length > 0 ? held : holderLinks(from, world);
}

/** What lockdep lists besides locks that keep others out. */
const NO_LOCK =
  /^(?:\(wq_completion\)|\(work_completion\)|rcu_|&rq->|&p->pi_lock|tasklist_lock|console_|&tty->ldisc_sem)/;

/**
 * Lockdep lists the locks of each task, that which it waits for among them, as the last: whoever has the same one
 * further down the list, or does not wait, holds it.
 */
function heldLinks(from: Task, world: World): Link[] {
  if (!from.site || from.tid === undefined || from.site.effect === "idle") return [];
  for (const log of world.logs.toReversed()) {
    const { path } = log;
    const { ofTask, ofLock } = heldSinceBoot(log);
    const own = ofTask.get(from.tid)?.find((one) => sameName(from.comm, one.comm));
    const wanted = own?.locks.at(-1);
    if (!own || !wanted || NO_LOCK.test(wanted.name) || !waitsIn(from, wanted.at)) continue;
    const holders = (ofLock.get(`${wanted.name} ${wanted.address}`) ?? []).filter((one) => {
      const at = one.locks.findIndex((lock) => lock.name === wanted.name && lock.address === wanted.address);
      if (one === own || at === -1) return false;
      const task = world.withTid(one.tid);
      return at < one.locks.length - 1 || (task !== undefined && !waitsIn(task, one.locks[at]?.at));
    });
    return holders.flatMap((holder) => {
      const to = world.withTid(holder.tid);
      if (!to || !sameName(to.comm, holder.comm)) return [];
      const why = `it waits for ${wanted.name}, which by the kernel's list of locks ${nameOf(to)} has taken`;
      const cites = [
        { path, line: wanted.line },
        { path, line: holder.line },
      ];
      return [{ from, to, why, certainty: holders.length === 1 ? "named" : "candidate", cites }];
    });
  }
  return [];
}

/** Whether the function that takes the lock is where the task sleeps: among its innermost, below which only the lock's own are. */
function waitsIn({ stack }: Task, taker: string | undefined): boolean {
  if (taker === undefined || !stack) return false;
  const sure = stack.frames.filter((frame) => frame.reliable);
  const at = sure.findIndex((frame) => frame.symbol === taker);
  return at !== -1 && sure.slice(0, at).every((frame) => genericFrame(frame.symbol) !== undefined);
}

function ownerLink(from: Task, world: World): Link | undefined {
  const found = namedOwner(from, world.logs);
  if (!found || !waitsAsReported(from, world)) return undefined;
  const { lock, owner, path } = found;
  const to = world.withTid(owner.tid);
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
  // Those who wait for it themselves are not among them.
  const likely = world.once(lock, (tasks) => likelyHolders(lock, tasks)).slice(0, MOST_CANDIDATES);
  const what = LOCK_WORDS[lock];
  if (likely.length === 0) {
    const why = `it waits for ${what}, and no task in the evidence holds one`;
    return [{ from, to: undefined, why, certainty: "candidate", cites: citesOf(from, "stack") }];
  }
  const certainty = among(likely, world);
  return likely.map((to) => ({
    from,
    to,
    why: `it waits for ${what}, and ${likely.length === 1 ? "only " : ""}${nameOf(to)} has a stack that holds one`,
    certainty,
    cites: [...citesOf(from, "stack"), ...citesOf(to, "stack")],
  }));
}

function likelyHolders(lock: LockClass, tasks: readonly Task[]): readonly Task[] {
  const holders = tasks.map((task) => ({ task, how: holds(task, lock) }));
  const holding = (wanted: "write" | "read") =>
    holders.flatMap(({ task, how }) => (how === wanted ? task : []));
  const writers = holding("write");
  // A reader keeps only writers out, and with them those who queue behind one: second choice.
  const list = writers.length > 0 ? writers : holding("read");
  // One that is stuck itself holds the lock for long; one that runs lets it go in a moment.
  const stuck = list.filter(isBlocked);
  return stuck.length > 0 ? stuck : list;
}

const LOCK_WORDS = {
  s_umount: "a super block's lock (s_umount)",
  rtnl: "the RTNL lock",
  "net-namespaces": "the lock of network namespaces",
  cgroup: "the cgroup lock",
  "cgroup-threadgroup": "the lock of forks and cgroup moves",
} as const;
