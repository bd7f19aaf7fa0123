import type { HostEvidence } from "../../evidence/index.ts";
import { presentLogs } from "../../evidence/index.ts";
import type { RcuStall } from "../../procstack/index.ts";
import { cantTell, holds } from "../engine/index.ts";
import { lastingOf, waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["rcu"];

/** A CPU that never passes through a quiescent state holds up whoever waits for a grace period. */
export const rcuStallConvoy = defineStuckCause({
  id: "proc/rcu-stall-convoy",
  title: "an RCU grace period does not end: a CPU doesn't get to it",
  description:
    "Tasks wait for a grace period (synchronize_rcu, rcu_barrier), and the kernel reports that a CPU or task stalls it: a loop in the " +
    "kernel, a real-time task that leaves RCU's threads no time, or a virtual CPU that its host doesn't run. All that changes networks, mounts or cgroups is slow or stands.",
  sites: SITES,
  statement: "a task waits for an RCU grace period",
  // They wait for other things too: a lock that another waiter holds.
  lasts: "weak",
  tests: [
    {
      statement: "the kernel reports that a grace period stalls",
      axis: "counter",
      holds: "strong",
      ask: { text: "the kernel's reports of stalls", command: "dmesg" },
      answer({ seen, host }) {
        const stalls = stallsOf(host);
        const [waiter] = waitersAt(seen, new Set(SITES));
        if (!waiter || stalls.length === 0) return cantTell("uncovered");
        const cites = stalls.slice(-CITED).map(({ path, stall }) => ({
          artifact: path,
          text: stallInWords(stall),
          where: { line: stall.line },
        }));
        // A stall passes without a word: an old one says nothing of a wait that may be one of a moment.
        return holds(
          cites,
          lastingOf(waiter.task, host) === undefined ? { atMost: "weak" } : worthOf(waiter),
        );
      },
    },
  ],
  remedy: [
    "Read the stall's report: it names the CPU or task, and prints its stack. Stop what keeps that CPU; give real-time tasks bounds.",
    "On a virtual machine look at its steal time: the host may not have run its CPUs.",
  ],
  references: ["https://docs.kernel.org/RCU/stallwarn.html"],
  tell({ host }) {
    const last = stallsOf(host).at(-1);
    return last ? `The kernel: ${stallInWords(last.stall)}.` : "";
  },
});

/** Reports of stalls that are cited. */
const CITED = 2;

function stallsOf(host: HostEvidence): { stall: RcuStall; path: string }[] {
  return presentLogs(host).flatMap(({ stalls, path }) => stalls.map((stall) => ({ stall, path })));
}

function stallInWords({ flavour, how, cpus }: RcuStall): string {
  const who = cpus.length === 0 ? "" : ` by CPU ${cpus.join(", ")}`;
  return how === "kthread-starved"
    ? `the thread of ${flavour} gets no CPU`
    : `a grace period of ${flavour} is held up${who}`;
}
