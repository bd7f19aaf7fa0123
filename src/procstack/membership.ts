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
export function membersOf(init: Task, world: World): readonly Member[] {
  let known = world.members.get(init);
  if (!known) world.members.set(init, (known = findMembers(init, world)));
  return known;
}

/** Whether it was left open which tasks may be of a namespace of which none is known: a guess is held against all that is stuck. */
export const isUnguessed = (init: Task, world: World): boolean => world.unguessed.has(init);

/** Most namespaces whose members are guessed. */
const MOST_GUESSED = 100;

function findMembers(init: Task, world: World): Member[] {
  const sure = [...kept(init, world, relatives(init, world), isSure)];
  if (sure.length > 0) return inOrder(sure, init).map(cited);
  if (world.guessed >= MOST_GUESSED) {
    world.unguessed.add(init);
    return [];
  }
  world.guessed++;
  // Guesses are worth a word only where nothing better is known.
  return inOrder(firstGuesses(init, world), init).slice(0, MOST_CANDIDATES).map(cited);
}

/** Of each rank of guesses the first, which are all that any order needs: of thousands that may be of it a hundred are kept. */
function firstGuesses(init: Task, world: World): Candidate[] {
  const byRank = new Map<string, Candidate[]>();
  for (const one of kept(init, world, world.once(canBeGuessed, chooseGuesses), () => true)) {
    const rank = `${one.membership} ${isBlocked(one.task)} ${one.task.ppid === init.tid}`;
    const list = byRank.get(rank);
    if (!list) byRank.set(rank, [one]);
    else if (list.length < MOST_CANDIDATES) list.push(one);
  }
  return [...byRank.values()].flat();
}

type Candidate = Known & { readonly task: Task };
type Known = Pick<Member, "membership"> & Partial<Pick<Member, "cites">>;

const isSure = ({ membership }: Known): boolean => membership !== "candidate" && membership !== "nspid";

function* kept(
  init: Task,
  world: World,
  tasks: Iterable<Task>,
  wanted: (known: Known) => boolean,
): Generator<Candidate> {
  for (const task of tasks) {
    if (task === init || task.state?.letter === "X" || (init.pid !== undefined && task.pid === init.pid))
      continue;
    const known = membershipOf(task, init, world);
    if (known && wanted(known)) yield { task, ...known };
  }
}

function inOrder(members: Candidate[], init: Task): Candidate[] {
  return members.sort(
    (a, b) =>
      ORDER.indexOf(a.membership) - ORDER.indexOf(b.membership) ||
      Number(isBlocked(b.task)) - Number(isBlocked(a.task)) ||
      Number(b.task.ppid === init.tid) - Number(a.task.ppid === init.tid) ||
      (a.task.tid ?? 0) - (b.task.tid ?? 0),
  );
}

const cited = ({ cites, ...member }: Candidate): Member => ({
  ...member,
  cites: cites ?? citesOf(member.task, ...GUESSED_BY[member.membership]),
});

/** Tasks of its namespace's inode, of its container, and below it in the tree of processes: all others are guesses. */
function relatives(init: Task, world: World): Set<Task> {
  const found = new Set([...world.ofPidNamespace(init.pidNamespace), ...world.ofContainer(init.containerId)]);
  const below = new Set<Task>();
  for (let level = childrenOf(init, world); level.length > 0;) {
    const next: Task[] = [];
    for (const task of level) {
      if (below.has(task) || task === init) continue;
      below.add(task);
      next.push(...childrenOf(task, world));
    }
    level = next;
  }
  for (const task of below) found.add(task);
  return found;
}

/** The children of a task, whichever of its ids they name. */
function childrenOf({ pid, tid }: Task, world: World): readonly Task[] {
  const children = world.childrenOf(pid);
  return tid === pid ? children : [...children, ...world.childrenOf(tid)];
}

/** The namespace's end sends SIGKILL to all: of those of whom no more is known, only what did not die of it counts. */
const canBeGuessed = (task: Task): boolean =>
  task.kernelThread !== true && (isBlocked(task) || task.state?.letter === "Z" || task.killPending === true);

const chooseGuesses = (tasks: readonly Task[]): readonly Task[] =>
  tasks.filter(canBeGuessed).sort((a, b) => (a.tid ?? 0) - (b.tid ?? 0));

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
  if (!isBlocked(task) && !(deep && (task.state?.letter === "Z" || task.killPending))) return undefined;
  if (task.site?.id !== "zap-pid-ns") return deep ? NSPID : CANDIDATE;
  // It is the init of a namespace of its own: in this one only where that lies below it.
  return deep && task.nspid.length > depth ? NSPID : undefined;
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
