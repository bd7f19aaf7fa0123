import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask } from "../../evidence/index.ts";
import type { Task } from "../../procstack/index.ts";
import { citesOf, nameOf } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";

/** A container whose pid 1 is stopped reaps nothing, answers nothing and takes no signal but SIGKILL and SIGCONT. */
export const stoppedInit = defineSymptom<Task>({
  id: "proc/stopped-init",
  title: "the init of a container is stopped",
  description:
    "The first process of a pid namespace below the host's is in state T or t: a debugger or strace holds it, or somebody sent it SIGSTOP. " +
    "It takes no SIGTERM, so a stop of its container runs into its deadline. A paused container is not this: its tasks are frozen.",
  remedy: [
    "Have the debugger detach, or end it; kill -CONT for what was stopped by a signal.",
    "Look for strace, gdb, delve or a profiler that attaches and was left behind.",
  ],
  references: ["https://man7.org/linux/man-pages/man2/ptrace.2.html"],
  *detect(host) {
    for (const task of host.tasks) {
      if (!isStoppedInit(task)) continue;
      const tracer = tracerOf(task, host);
      yield {
        subject: {
          kind: "process",
          name: nameOf(task),
          ...(task.tid !== undefined && { pid: task.tid }),
          ...(task.containerId !== undefined && { container: task.containerId }),
        },
        summary: `${nameOf(task)}, pid 1 of its pid namespace, is stopped${tracer}.`,
        evidence: evidenceOf(task, tracer),
        data: task,
        weight: 1,
      };
    }
  },
});

/** `NSpid` of a container's first process: its number on the host, then 1. */
function isStoppedInit({ nspid, state, tid, pid }: Task): boolean {
  if (nspid === undefined || nspid.length < 2 || nspid.at(-1) !== 1) return false;
  return tid === pid && /^[tT]$/.test(state?.letter ?? "");
}

function tracerOf({ tracerPid }: Task, host: HostEvidence): string {
  if (tracerPid === undefined)
    return ", and no debugger holds it: somebody sent it SIGSTOP, or its terminal did";
  const tracer = host.tasks.find(({ tid }) => tid === tracerPid);
  return ` under its debugger, ${tracer ? nameOf(tracer) : `pid ${tracerPid}`}`;
}

function evidenceOf(task: Task, tracer: string): Cite[] {
  const cites = citesOf(task, "state", "tracerPid");
  return cites.map((cite) => citeOfTask(cite, `${nameOf(task)} is stopped${tracer}`, task));
}
