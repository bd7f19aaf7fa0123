import type { HostEvidence } from "../../evidence/index.ts";
import { oomControlOf } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import type { Stuck } from "./stuck.ts";
import { waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["memcg-oom"];

/** Where the killer is off, whoever needs memory beyond the limit waits for someone to make room. */
export const memcgOomDisabled = defineStuckCause({
  id: "proc/memcg-oom-disabled",
  title: "a control group is out of memory, and its killer is off",
  description:
    "Tasks of a control group (v1) wait for memory beyond its limit. With oom_kill_disable they are not killed: they wait until the limit " +
    "is raised or something else gives memory back. docker run --oom-kill-disable sets it.",
  sites: SITES,
  statement: "a task waits for its control group's out-of-memory to be resolved",
  // Without the setting the wait ends when the killer's victim has died, however long that takes.
  lasts: "weak",
  tests: [
    {
      statement: "the control group's killer is off, and it is out of memory",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the memory controller's setting for the task's control group",
        command: "find /sys/fs/cgroup/memory -name memory.oom_control | xargs tail -n +1 > oom_control.txt",
      },
      answer: ({ seen, host }) => answerControl(seen, host),
    },
  ],
  remedy: [
    "Raise the limit (memory.limit_in_bytes) or turn the killer on: echo 0 > memory.oom_control. Then fix the limit or the leak.",
    "Don't run containers with --oom-kill-disable; Kubernetes never sets it.",
  ],
  references: [
    "https://docs.kernel.org/admin-guide/cgroup-v1/memory.html",
    "https://github.com/moby/moby/issues/18848",
  ],
});

function answerControl(seen: Stuck | undefined, host: HostEvidence): Answer {
  for (const waiter of waitersAt(seen, new Set(SITES))) {
    const { off, under, on } = oomControlOf(host, waiter.task);
    if (off.length > 0)
      return holds([...off, ...under], under.length > 0 ? worthOf(waiter) : { atMost: "weak" });
    if (on.length > 0) return fails(on, worthOf(waiter));
  }
  return cantTell("uncovered");
}
