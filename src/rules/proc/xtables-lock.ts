import type { Cite } from "../../evidence/index.ts";
import { citeOfTask, processFilesOf } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { nameOf, waitInWords } from "../../procstack/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { IPTABLES_RESTART, remedyOf } from "../fixes/index.ts";
import type { LockQueue } from "./file-lock-wait.ts";
import { fileLockWait } from "./file-lock-wait.ts";

/** The tools that take the lock; names are cut to 15 bytes. */
const TOOL = /^(?:ip6?tables|xtables|arptables|ebtables)(?:-|$)/;
const LOCK_FILE = /\/xtables\.lock$/;

/** iptables locks all its tables for as long as it works; a large restore takes seconds, and all others wait. */
export const xtablesLock = defineCause<LockQueue>({
  id: "proc/xtables-lock",
  title: "iptables commands queue for the xtables lock",
  description:
    "Every iptables command takes a lock on /run/xtables.lock. On a node with very many rules a restore holds it for seconds, and kube-proxy, CNI " +
    "plugins and hostPorts wait for each other; a holder that is stuck itself keeps all of them.",
  explains: [fileLockWait],
  concerns: ({ seen }) =>
    [...(seen?.waiters ?? []), ...(seen?.holder?.task ? [seen.holder.task] : [])].some(isTool),
  tests: [
    {
      statement: "the processes that wait are iptables commands",
      axis: "identity",
      holds: "strong",
      fails: "decisive",
      answer({ seen, host }) {
        const tools = seen?.waiters.filter(isTool) ?? [];
        if (!seen || seen.waiters.length === 0) return cantTell("uncovered");
        if (tools.length === 0) return fails(seen.waiters.slice(0, 3).flatMap(citeName));
        const files = processFilesOf(host);
        const open = tools.flatMap(({ pid }) => files.get(pid ?? -1)?.descriptors ?? []);
        const lock = open.find(({ value }) => LOCK_FILE.test(value.target));
        return holds([...tools.slice(0, 3).flatMap(citeName), ...(lock ? [lock.cite] : [])]);
      },
    },
    {
      statement: "another iptables command holds the lock",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "who holds the lock, and what that one is doing",
        command: "cat /proc/locks; lslocks; tail -n +1 /proc/HOLDER/{status,stack}",
      },
      answer({ seen }) {
        const { holder } = seen ?? {};
        if (!holder?.task) return cantTell("uncovered");
        const cites = [holder.cite, ...citeState(holder.task)];
        return isTool(holder.task) ? holds(cites) : fails(cites, { atMost: "weak" });
      },
    },
  ],
  fixes: [IPTABLES_RESTART],
  remedy: [
    "Have fewer rules: kube-proxy in IPVS or nftables mode, fewer services; look at iptables-save | wc -l.",
    "Look at the holder: one that is stuck must be freed first.",
    ...remedyOf(IPTABLES_RESTART),
  ],
  references: IPTABLES_RESTART.references,
  summary({ seen }) {
    if (!seen) return "";
    const { holder, total } = seen;
    const held = holder
      ? `${holder.task ? nameOf(holder.task) : `pid ${holder.pid}`} holds it${holder.task?.site ? `; ${waitInWords(holder.task)}` : ""}.`
      : "Who holds it was not collected.";
    return `${total} iptables commands wait for the xtables lock. ${held}`;
  },
});

const isTool = ({ comm }: Task): boolean => comm !== undefined && TOOL.test(comm);

function citeName(task: Task): Cite[] {
  const where = task.cites.comm ?? task.cites.cmdline;
  return where ? [citeOfTask(where, `a process that waits is called ${task.comm ?? ""}`, task)] : [];
}

function citeState(task: Task): Cite[] {
  const where = task.cites.stack ?? task.cites.state;
  return where && task.site ? [citeOfTask(where, waitInWords(task), task)] : [];
}
