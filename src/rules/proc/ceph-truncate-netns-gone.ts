import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { isBlocked, nameOf } from "../../procstack/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { complainsOf, complaints, hasNoNetwork } from "./remote-notes.ts";
import type { Stuck } from "./stuck.ts";
import { waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["ceph", "ceph-truncate"];
/** A Ceph mount that was made in a pod's network namespace dies with it. */
export const cephTruncateNetnsGone = defineStuckCause({
  id: "proc/ceph-truncate-netns-gone",
  title: "a Ceph mount has lost the network namespace that it was made in",
  description:
    "A task waits in the kernel's Ceph client, most often in a truncation, for a cluster that it can't reach any more: the client " +
    "uses the network namespace in which the mount was made, and that belonged to a pod that is gone. A task that is exiting has no " +
    "net link either, so that link alone shows nothing.",
  sites: SITES,
  accepts: ({ site }, { host }) =>
    site.id === "ceph-truncate" || complaints(host, ["libceph"]).some(hasNoNetwork),
  // A cluster that is down looks the same.
  waits: "weak",
  lasts: "weak",
  statement: "a task waits for the Ceph cluster",
  tests: [
    {
      statement: "no living process holds the network namespace of the tasks that wait",
      axis: "identity",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the network namespaces of all processes, those of the stuck task included",
        command: "ls -l /proc/[0-9]*/ns > ns.txt 2>&1; lsns -t net   # as root",
      },
      answer: ({ seen, host }) => answerHolders(seen, host),
    },
    complainsOf({
      statement: "the kernel's Ceph client has no network: it can't even begin to connect",
      about: ["libceph"],
      sites: SITES,
      accepts: hasNoNetwork,
    }),
  ],
  remedy: [
    "Reboot the node: nothing gives the mount its network back.",
    "Mount from the host's network namespace: run the CSI plugin with hostNetwork: true (CSI_ENABLE_HOST_NETWORK=true in Rook).",
  ],
  references: ["https://github.com/rook/rook/issues/8085", "https://github.com/ceph/ceph-csi/issues/4392"],
});

function answerHolders(seen: Stuck | undefined, host: HostEvidence): Answer {
  const [waiter] = waitersAt(seen, new Set(SITES));
  if (!waiter) return cantTell("uncovered");
  const { task } = waiter;
  const inode = task.namespaces?.get("net");
  // Whoever exits has left its namespaces: that its link leads nowhere says nothing of the mount's.
  if (typeof inode !== "number") return cantTell("uncovered");
  const host1 = host.tasks.find(({ tid }) => tid === 1);
  const holder = host.tasks.find((one) => one.namespaces?.get("net") === inode && !isLeaving(one, task));
  if (holder) {
    const what = holder === host1 ? "the host's own" : `held by ${nameOf(holder)}`;
    return fails(citeLink(holder, `its network namespace net:[${inode}] is ${what}`), worthOf(waiter));
  }
  // Only a listing of all processes can show that none holds it.
  if (host1?.namespaces?.get("net") === undefined || listed(host) < LEAST) return cantTell("uncovered");
  const cites = citeLink(task, `no other process that lives has its network namespace net:[${inode}]`);
  return holds(cites, worthOf(waiter));
}

/** A node has more processes than this in any hour. */
const LEAST = 10;

const listed = ({ tasks }: HostEvidence): number =>
  tasks.filter(({ namespaces }) => typeof namespaces?.get("net") === "number").length;

/** A task that is on its way out with the one in question keeps no pod alive. */
function isLeaving(task: Task, waiter: Task): boolean {
  return task === waiter || task.exiting === true || (isBlocked(task) && task.killPending === true);
}

function citeLink(task: Task, text: string): Cite[] {
  const where = task.cites.namespaces ?? task.cites.stack;
  return where ? [citeOfTask(where, text, task)] : [];
}
