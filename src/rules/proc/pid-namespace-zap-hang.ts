import type { Cite } from "../../evidence/index.ts";
import { citeOfTask, presentLogs } from "../../evidence/index.ts";
import type { BlockingChain } from "../../procstack/index.ts";
import { nameOf, waitInWords, zappedInits } from "../../procstack/index.ts";
import type { Missing, Subject } from "../engine/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { BlockedNamespace } from "./blocked-namespace.ts";
import { blockedNamespaces, citeLink, isKnown, pathText } from "./blocked-namespace.ts";

/** Further ends of a chain that are named. */
const NAMED_ROOTS = 3;
/** Links of a chain that are cited one by one. */
const CITED_LINKS = 8;

const COLLECT_TASKS: Missing = {
  text: "the other tasks of the pid namespace, with their stacks and namespaces",
  command:
    "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root",
};

/** A container's init that has exited and waits for the rest of its pid namespace. */
export const pidNamespaceZapHang = defineSymptom<BlockedNamespace>({
  id: "proc/pid-namespace-zap-hang",
  title: "a pid namespace can't end: its init waits for another task of it",
  description:
    "A task waits in zap_pid_ns_processes: the init of a pid namespace has exited and waits for every other task of it to go. " +
    "The chain of who waits for whom is followed to the task that everything waits for.",
  remedy: ["Look at the task at the end of the chain: killing the container's init again changes nothing."],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/kernel/pid_namespace.c",
    "https://man7.org/linux/man-pages/man7/pid_namespaces.7.html",
    "https://github.com/moby/moby/issues/31614",
  ],
  *detect(host) {
    const namespaces = blockedNamespaces(host);
    const leftOut = zappedInits(host.tasks, presentLogs(host)) - namespaces.length;
    const rest = leftOut > 0 ? ` ${leftOut} more inits wait so on this host; what for was not followed.` : "";
    for (const [at, namespace] of namespaces.entries()) {
      yield {
        subject: namespaceSubject(namespace.chain),
        summary: summaryOf(namespace) + (at === 0 ? rest : ""),
        evidence: evidenceOf(namespace),
        data: namespace,
        weight: 1 + namespace.chain.members.length,
        missing: isFirstKnown(namespace) ? [] : [COLLECT_TASKS],
      };
    }
  },
});

/** Whether the surest member is one by more than a guess. */
function isFirstKnown({ chain }: BlockedNamespace): boolean {
  const [member] = chain.members;
  return member !== undefined && isKnown(member);
}

/** A pid namespace that can't end, as what a finding is about. */
export function namespaceSubject({ init, pidNamespace }: BlockingChain): Subject {
  const inode = pidNamespace === undefined ? undefined : `pid:[${pidNamespace}]`;
  return {
    kind: "pid-namespace",
    name: inode === undefined ? `of ${nameOf(init)}` : `${inode} of ${nameOf(init)}`,
    ...(pidNamespace !== undefined && { inode: pidNamespace }),
    ...(init.pid !== undefined && { pid: init.pid }),
    ...(init.containerId !== undefined && { container: init.containerId }),
  };
}

function summaryOf({ chain, roots }: BlockedNamespace): string {
  const { init, pidNamespace, members } = chain;
  const where = pidNamespace === undefined ? "its pid namespace" : `its pid namespace pid:[${pidNamespace}]`;
  const start = `${nameOf(init)} has exited and waits in zap_pid_ns_processes for every other task of ${where}.`;
  const [root] = roots;
  if (!root && chain.unguessed === true)
    return `${start} No task is known to be of it; which of the stuck ones may be was not looked at, as so many inits wait.`;
  if (!root) return `${start} No other task of it was collected.`;
  const sure = root.certainty === "candidate" ? "What blocks it may be" : "What blocks it:";
  const rest = roots
    .slice(1, 1 + NAMED_ROOTS)
    .map((other) => `${pathText(other)}; ${waitInWords(other.task)}`);
  const others = rest.length === 0 ? "" : ` Besides: ${rest.join(". ")}.`;
  const many = members.length > 1 ? ` ${members.length} tasks are, or may be, in the namespace.` : "";
  const ring = root.cycle
    ? ` They wait for each other in a ring: ${root.cycle.map(nameOf).join(" → ")}.`
    : "";
  return `${start} ${sure} ${pathText(root)}; ${waitInWords(root.task)}.${ring}${others}${many}`;
}

function evidenceOf({ chain, roots }: BlockedNamespace): Cite[] {
  const { init } = chain;
  const stack = init.cites.stack ?? init.cites.wchan;
  const waits = stack ? [citeOfTask(stack, `${nameOf(init)} waits in zap_pid_ns_processes`, init)] : [];
  const links = roots[0]?.path ?? [];
  const end = roots[0]?.task;
  const endStack = end?.cites.stack;
  const last = end && endStack ? [citeOfTask(endStack, waitInWords(end), end)] : [];
  return [...waits, ...links.slice(0, CITED_LINKS).flatMap(citeLink), ...last];
}
