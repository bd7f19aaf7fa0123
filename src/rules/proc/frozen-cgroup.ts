import type { HostEvidence } from "../../evidence/index.ts";
import { freezerOf } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import { FROZEN_POD_CGROUP, versionTest } from "../fixes/index.ts";
import type { Stuck } from "./stuck.ts";
import { waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["cgroup-freezer"];

/** A frozen task takes no signal; whoever froze its control group must thaw it. */
export const frozenCgroup = defineStuckCause({
  id: "proc/frozen-cgroup",
  title: "a control group is frozen and was not thawed",
  description:
    "A task sits in the freezer of its control group: docker pause, a checkpoint, or runc, which freezes a container while it " +
    "changes its devices. A task of the v1 freezer dies only when it is thawed. A container that was paused on purpose is no finding until somebody kills it.",
  sites: SITES,
  statement: "a task sits in the freezer of its control group",
  tests: [
    {
      statement: "its control group is frozen",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the freezer's state of the task's control group",
        command:
          "find /sys/fs/cgroup -name freezer.state -o -name cgroup.freeze -o -name cgroup.events | xargs tail -n +1 > cgroups.txt",
      },
      answer: ({ seen, host }) => answerState(seen, host),
    },
    // Whoever freezes on purpose does so with any version: it speaks for this one alone.
    versionTest<Stuck>(FROZEN_POD_CGROUP, {
      statement: "the node's kubelet is of a version that may leave pods frozen",
      holds: "weak",
      ask: "none",
    }),
  ],
  fixes: [FROZEN_POD_CGROUP],
  remedy: [...FROZEN_POD_CGROUP.workaround, FROZEN_POD_CGROUP.upgrade],
  references: [
    "https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html",
    ...FROZEN_POD_CGROUP.references,
  ],
});

function answerState(seen: Stuck | undefined, host: HostEvidence): Answer {
  for (const waiter of waitersAt(seen, new Set(SITES))) {
    const { frozen, thawed } = freezerOf(host, waiter.task);
    if (frozen.length > 0) return holds(frozen, worthOf(waiter));
    if (thawed.length > 0) return fails(thawed, worthOf(waiter));
  }
  return cantTell("uncovered");
}
