import type { HostEvidence } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { nameOf } from "../../procstack/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { NET_MUTEX, remedyOf } from "../fixes/index.ts";
import type { Stuck } from "./stuck.ts";
import { citeWait, waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";
import { count } from "../words.ts";

const SITES = ["netns-create"];
/** Who works under the lock: the worker that ends namespaces, or a module that comes or goes. */
const HOLDS = /^(?:cleanup_net|setup_net|(?:un)?register_pernet_\w+)$/;
/** So many that wait at once are a queue. */
const QUEUE = 3;

/** Network namespaces are made and ended under one lock, one after the other. */
export const netnsCreationConvoy = defineStuckCause({
  id: "proc/netns-creation-convoy",
  title: "new containers queue for the lock of network namespaces",
  description:
    "Tasks that make a network namespace (runc, dockerd, ip, CNI plugins) wait for the lock that another one holds while it ends or " +
    "makes namespaces. Up to 4.16 that was a mutex, so that each waited for all others; since then making them shares it.",
  sites: SITES,
  waits: "weak",
  statement: "a task waits to make a network namespace",
  tests: [
    {
      statement: "several wait for it at once",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      answer({ seen }) {
        const waiters = waitersAt(seen, new Set(SITES));
        const [first] = waiters;
        if (!first) return cantTell("uncovered");
        const cites = waiters.flatMap(({ task }) => citeWait(task));
        return waiters.length >= QUEUE ? holds(cites, worthOf(first)) : fails(cites, { atMost: "weak" });
      },
    },
    {
      statement: "a task is at work under that lock",
      axis: "identity",
      holds: "strong",
      ask: {
        text: "the stacks of kernel threads: which one is in cleanup_net",
        command: "tail -n +1 /proc/[0-9]*/comm /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
      },
      answer({ seen, host }) {
        const holder = holderOf(seen, host);
        return holder ? holds(citeWait(holder)) : cantTell("uncovered");
      },
    },
  ],
  fixes: [NET_MUTEX],
  remedy: [
    "Look at the task that holds the lock: one that can't end a namespace (unregister_netdevice in the kernel's log) blocks all others.",
    ...remedyOf(NET_MUTEX),
  ],
  references: [
    ...NET_MUTEX.references,
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/net/core/net_namespace.c",
  ],
  tell({ seen, host, waiters }) {
    const holder = holderOf(seen, host);
    const many = count(waiters.length, "task waits", "tasks wait");
    return holder ? `${many}; ${nameOf(holder)} is at work under that lock.` : `${many} for it.`;
  },
});

/** The task that is at work under the lock, and does not wait for it. */
function holderOf(seen: Stuck | undefined, host: HostEvidence): Task | undefined {
  const waiting = new Set(waitersAt(seen, new Set(SITES)).map(({ task }) => task.tid));
  return host.tasks.find(({ tid, stack, site }) => {
    if (!stack || !site || site.id === "netns-create" || waiting.has(tid)) return false;
    return stack.frames.some(({ symbol, reliable }) => reliable && HOLDS.test(symbol));
  });
}
