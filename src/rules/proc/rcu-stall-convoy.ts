import { complainsOf } from "./remote-notes.ts";
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
    complainsOf({
      statement: "the kernel reports that a grace period stalls",
      about: ["rcu"],
      sites: SITES,
    }),
  ],
  remedy: [
    "Read the stall's report: it names the CPU or task, and prints its stack. Stop what keeps that CPU; give real-time tasks bounds.",
    "On a virtual machine look at its steal time: the host may not have run its CPUs.",
  ],
  references: ["https://docs.kernel.org/RCU/stallwarn.html"],
});
