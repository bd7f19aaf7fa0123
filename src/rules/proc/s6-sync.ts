import type { Cite } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Member, Task } from "../../procstack/index.ts";
import { foldSymbol, isBlocked, nameOf } from "../../procstack/index.ts";
import type { Answer, Weight } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { remedyOf, S6_SYNC } from "../fixes/index.ts";
import { KNOWN_MEMBER, isKnown } from "./blocked-namespace.ts";
import { killTimeout } from "../runtime/kill-timeout.ts";
import { namespaceSubject, pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";
import type { Stuck } from "./stuck.ts";

const NAME = "s6-sync";
/** What sync(2) does for each super block, which nothing else does. */
const SYNC_ONE = /^sync_(?:inodes|fs)_one_sb$/;

/** s6-overlay up to 1.21.8.0 syncs every file system of the host when its container exits. */
export const s6Sync = defineCause<Stuck>({
  id: "proc/s6-sync",
  title: "s6-sync, run when its container exits, waits for a file system of the host",
  description:
    "The task that keeps the pid namespace alive is s6-sync in sync(2), which goes through every super block of the host, " +
    "not only the container's, and stops at the first that another task holds. s6-overlay up to 1.21.8.0 runs it on exit.",
  explains: [pidNamespaceZapHang, killTimeout],
  concerns: ({ seen }) => seen?.chain !== undefined,
  // The namespace and the container of which the runtime complains are one thing.
  culprit: ({ seen }) => seen?.chain && namespaceSubject(seen.chain),
  tests: [
    {
      statement: "a task of the namespace is inside sync(2)",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the stacks of the namespace's other tasks",
        command:
          "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root",
      },
      answer: ({ seen }) => answerSync(seen),
    },
    {
      statement: "the task in sync(2) is s6-sync",
      axis: "identity",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the task's name", command: "cat /proc/PID/comm" },
      answer: ({ seen }) => answerName(seen),
    },
    KNOWN_MEMBER,
  ],
  fixes: [S6_SYNC],
  remedy: remedyOf(S6_SYNC),
  references: S6_SYNC.references,
  summary({ seen }) {
    const member = seen && syncingMembers(seen)[0];
    if (!member) return "No task of the namespace was seen inside sync(2).";
    return (
      `${nameOf(member.task)} is inside sync(2), which writes out every file system of the host, and waits there` +
      `${member.task.site ? ` for ${member.task.site.waitsFor}` : ""}; ` +
      (isKnown(member)
        ? "the container's init waits for it."
        : "nothing tells yet that it is of the container.")
    );
  },
});

function syncingMembers({ chain }: Stuck): Member[] {
  return (chain?.members ?? []).filter(({ task }) => isInSync(task));
}

function isInSync({ stack }: Task): boolean {
  const frames = stack?.frames.filter(({ reliable }) => reliable) ?? [];
  return frames.some(({ symbol }) => foldSymbol(symbol) === "sys_sync" || SYNC_ONE.test(symbol));
}

/** A task of which only its stack or cgroup says that it may be of the namespace shows little. */
function worth(member: Member): { atMost?: Weight } {
  return isKnown(member) ? {} : { atMost: "weak" };
}

function answerSync(seen: Stuck | undefined): Answer {
  if (!seen) return cantTell();
  const [syncing] = syncingMembers(seen);
  if (syncing)
    return holds(citeStack(syncing.task, `${nameOf(syncing.task)} is inside sync(2)`), worth(syncing));
  const members = seen.chain?.members ?? [];
  if (members.length === 0 || members.some(({ task }) => task.stack === undefined))
    return cantTell("uncovered");
  const cites = members.flatMap(({ task }) => citeStack(task, `${nameOf(task)} is not inside sync(2)`));
  // Where none of them is stuck, the one that is was not collected.
  const all = members.every(isKnown) && members.some(({ task }) => isBlocked(task));
  return all ? fails(cites) : cantTell("uncovered");
}

function answerName(seen: Stuck | undefined): Answer {
  if (!seen) return cantTell();
  const syncing = syncingMembers(seen);
  const named = syncing.find(({ task }) => isNamed(task));
  if (named) return holds(citeName(named.task), worth(named));
  if (syncing.length === 0 || syncing.some(({ task }) => task.comm === undefined))
    return cantTell("uncovered");
  // Somebody's sync(2), of which nothing tells that it is of the namespace, says nothing of the one that is.
  return syncing.every(isKnown)
    ? fails(syncing.flatMap(({ task }) => citeName(task)))
    : cantTell("uncovered");
}

function isNamed({ comm, cmdline }: Task): boolean {
  return comm === NAME || cmdline?.[0]?.split("/").at(-1) === NAME;
}

function citeStack(task: Task, text: string): Cite[] {
  return task.cites.stack ? [citeOfTask(task.cites.stack, text, task)] : [];
}

function citeName(task: Task): Cite[] {
  const where = task.cites.comm ?? task.cites.cmdline;
  return where
    ? [citeOfTask(where, `the task in sync(2) is called ${task.comm ?? task.cmdline?.[0] ?? ""}`, task)]
    : [];
}
