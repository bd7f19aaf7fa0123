import { isBlocked } from "./blocked.ts";
import { type Cite, citesOf, type Task, type TaskFact } from "./task.ts";
import { MOST_CANDIDATES, type World } from "./world.ts";

/** How it is known that a task belongs to a pid namespace, the surest first. */
export type Membership =
  /** Both tasks' `ns/pid` links have one inode. */
  | "ns-inode"
  /** `NSpid:` shows it as deep as the namespace's init, or deeper, and its line of parents leads there. */
  | "nspid-parent"
  /** One container's cgroup. */
  | "cgroup"
  /** `NSpid:` shows it deep enough; in which namespace of that depth, nothing says. */
  | "nspid"
  /** Nothing is known but that it is stuck and no kernel thread. */
  | "candidate";

/** A task that keeps a pid namespace alive, or may. */
export interface Member {
  readonly task: Task;
  readonly membership: Membership;
  readonly cites: readonly Cite[];
}

const ORDER: readonly Membership[] = ["ns-inode", "nspid-parent", "cgroup", "nspid", "candidate"];

/** Tasks that hold, or may hold, the namespace of `init`: the surest first, within one kind the stuck first. */
export function membersOf(init: Task, world: World): Member[] {
  const members: (Omit<Member, "cites"> & Partial<Member>)[] = [];
  for (const task of world.tasks) {
    if (task === init || task.state?.letter === "X" || (init.pid !== undefined && task.pid === init.pid))
      continue;
    const known = membershipOf(task, init, world);
    if (known) members.push({ task, ...known });
  }
  const sure = members.filter((member) => member.membership !== "candidate" && member.membership !== "nspid");
  // Guesses are worth a word only where nothing better is known.
  const kept = sure.length > 0 ? sure : members;
  kept.sort(
    (a, b) =>
      ORDER.indexOf(a.membership) - ORDER.indexOf(b.membership) ||
      Number(isBlocked(b.task)) - Number(isBlocked(a.task)) ||
      Number(b.task.ppid === init.tid) - Number(a.task.ppid === init.tid) ||
      (a.task.tid ?? 0) - (b.task.tid ?? 0),
  );
  const list = sure.length > 0 ? kept : kept.slice(0, MOST_CANDIDATES);
  return list.map(({ cites, ...member }) => ({
    ...member,
    cites: cites ?? citesOf(member.task, ...GUESSED_BY[member.membership]),
  }));
}

/** What of a task itself shows what may be. */
const GUESSED_BY: Readonly<Record<Membership, readonly TaskFact[]>> = {
  "ns-inode": [],
  "nspid-parent": [],
  cgroup: [],
  nspid: ["nspid"],
  candidate: ["stack", "state"],
};

function membershipOf(
  task: Task,
  init: Task,
  world: World,
): (Pick<Member, "membership"> & Partial<Pick<Member, "cites">>) | undefined {
  if (task.kernelThread) return undefined;
  const depth = init.nspid?.length;
  const deep = depth !== undefined && depth > 1 && task.nspid !== undefined && task.nspid.length >= depth;
  const parents = deep ? parentsUpTo(init, task, world) : undefined;
  if (task.pidNamespace !== undefined && init.pidNamespace !== undefined) {
    if (task.pidNamespace === init.pidNamespace)
      return {
        membership: "ns-inode",
        cites: [...citesOf(task, "pidNamespace"), ...citesOf(init, "pidNamespace")],
      };
    // A namespace of its own below this one still holds it.
    return parents && nspidParent(task, parents);
  }
  if (parents) return nspidParent(task, parents);
  // As deep as the host itself, or less deep than the init: it lives elsewhere.
  if (task.nspid !== undefined && !deep && (depth !== undefined || task.nspid.length === 1)) return undefined;
  if (task.containerId !== undefined && init.containerId !== undefined) {
    if (task.containerId !== init.containerId) return undefined;
    return { membership: "cgroup", cites: [...citesOf(task, "cgroup"), ...citesOf(init, "cgroup")] };
  }
  // The namespace's end sends SIGKILL to all: of those of whom no more is known, only what did not die of it counts.
  if (!isBlocked(task) && !(deep && (task.state?.letter === "Z" || task.killPending))) return undefined;
  if (deep) return NSPID;
  return CANDIDATE;
}

const NSPID = { membership: "nspid" } as const;
const CANDIDATE = { membership: "candidate" } as const;

function nspidParent(task: Task, parents: readonly Task[]): Omit<Member, "task"> {
  const chain = [task, ...parents.slice(0, -1)];
  return {
    membership: "nspid-parent",
    cites: [...citesOf(task, "nspid"), ...chain.flatMap((one) => citesOf(one, "ppid"))],
  };
}

/** The parents from a task's own up to and with the init; `undefined` when the line does not lead there. */
function parentsUpTo(init: Task, task: Task, world: World): Task[] | undefined {
  const parents: Task[] = [];
  for (let at = task; parents.length < 64;) {
    const parent = world.withTid(at.ppid);
    if (!parent) return undefined;
    parents.push(parent);
    if (parent === init || (init.pid !== undefined && parent.pid === init.pid)) return parents;
    at = parent;
  }
  return undefined;
}
