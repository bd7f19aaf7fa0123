import { memo } from "../../bytes/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import { citeOfTask, isSameContainer, stuckGroupsOf } from "../../evidence/index.ts";
import { containerStatusesOf } from "../../kube/index.ts";
import type { Root, Task } from "../../procstack/index.ts";
import { nameOf as taskName, waitInWords } from "../../procstack/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { citeWait, lastingOf } from "../proc/stuck.ts";
import { stuckIn } from "../proc/stuck-in.ts";
import { count } from "../words.ts";
import { nameOf } from "./named.ts";
import { podTerminating } from "./pod-terminating.ts";
import type { TerminatingPod } from "./terminating.ts";

const CITED = 4;

/** A task of the pod hangs in the kernel, and no signal reaches it. */
export const podUnkillable = defineCause<TerminatingPod>({
  id: "kube/pod-unkillable",
  title: "a task of the pod is stuck in the kernel",
  description:
    "A task of one of the pod's containers, by its control group or by its pid namespace, waits uninterruptibly in the kernel: SIGKILL doesn't end it, and its container can't be removed. " +
    "What it waits for is told by the finding about that place.",
  explains: [podTerminating],
  concerns: ({ seen, host }) => seen !== undefined && stuckGroupsOf(host).length > 0,
  tests: [
    {
      statement: "a task of the pod is stuck in the kernel",
      axis: "state",
      holds: "strong",
      ask: {
        text: "the tasks of the pod's node, with their states, stacks and control groups",
        command:
          "(tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack /proc/[0-9]*/cgroup; ls -l /proc/[0-9]*/ns) > tasks.txt 2>&1   # as root, on the node",
      },
      answer(about) {
        const roots = rootsOfPod(about);
        if (roots.length === 0) return cantTell("uncovered");
        const isSure = roots.some(({ certainty }) => certainty === "named");
        return holds(citesOf(roots), isSure ? {} : { atMost: "weak" });
      },
    },
    {
      statement: "it has been there for long, or a SIGKILL is pending for it",
      axis: "time",
      holds: "strong",
      ask: { text: "the kernel's reports of hung tasks", command: "dmesg" },
      answer(about) {
        for (const { task, certainty } of rootsOfPod(about)) {
          const lasting = lastingOf(task, about.host);
          if (lasting) return holds(lasting.cites, certainty === "named" ? {} : { atMost: "weak" });
        }
        return cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Mend what the task waits for; the finding about that place says how. Killing the pod again, or deleting it by force, leaves the task where it is.",
  ],
  references: [
    "https://github.com/moby/moby/issues/31614",
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-forced",
  ],
  summary(about) {
    const roots = rootsOfPod(about);
    const [first] = roots;
    if (!first || !about.seen)
      return "Tasks of the node are stuck in the kernel; nothing tells whether one of them is of the pod.";
    const tasks = [...new Set(roots.map(({ task }) => task))];
    const others = tasks.length > 1 ? ` ${count(tasks.length - 1, "other task")} of it hangs too.` : "";
    const path =
      first.path.length > 0 ? ` Behind it: ${first.path.map(({ from }) => taskName(from)).join(" → ")}.` : "";
    const whose = first.certainty === "named" ? "Of" : "Perhaps of";
    return `${whose} pod ${nameOf(about.seen)}: ${waitInWords(first.task)}.${path}${others}`;
  },
});

/** Where the waits of the pod's tasks end, the surest first. */
const rootsOfPod = ({ host, seen }: About<TerminatingPod>): readonly Root[] =>
  seen ? rootsOn(host)(seen) : [];

const rootsOn = memo((host: HostEvidence) =>
  memo((seen: TerminatingPod): readonly Root[] => {
    const ids = containersOf(seen);
    const isIts = ({ podUid, containerId }: Task): boolean | undefined => {
      if (podUid !== undefined && seen.uid !== undefined) return podUid === seen.uid;
      if (containerId === undefined || ids.length === 0) return undefined;
      return ids.some((id) => isSameContainer(containerId, id));
    };
    return stuckIn(host, isIts).roots.toSorted((a, b) => ORDER[a.certainty] - ORDER[b.certainty]);
  }),
);

const ORDER: Record<Root["certainty"], number> = { named: 0, "sole-candidate": 1, candidate: 2 };

function containersOf({ pod }: TerminatingPod): string[] {
  return pod ? containerStatusesOf(pod.object).flatMap(({ containerId }) => containerId ?? []) : [];
}

function citesOf(roots: readonly Root[]): Cite[] {
  const tasks = new Set(roots.flatMap(({ path, task }) => [...path.map(({ from }) => from), task]));
  return [...tasks].flatMap((task) => [...citeWait(task), ...citeGroup(task)]).slice(0, CITED);
}

/** What says whose it is. */
function citeGroup(task: Task): Cite[] {
  const { cgroup } = task.cites;
  if (!cgroup) return [];
  const whose = task.podUid === undefined ? `container ${task.containerId}` : `pod ${task.podUid}`;
  return [citeOfTask(cgroup, `${taskName(task)} is in ${whose}`, task)];
}
