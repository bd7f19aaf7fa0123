import { podOf } from "../../procstack/index.ts";
import { subjectName } from "../engine/index.ts";
import { count } from "../words.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/** A control group has as many tasks as it may have. */
export const pidExhaustion = kernelSymptom({
  id: "node/pid-exhaustion",
  title: "new processes and threads are refused: the limit of pids is reached",
  description:
    "`cgroup: fork rejected by pids controller` in the kernel's log: a pod has as many processes and threads as its control group may have (podPidsLimit), and gets `Resource temporarily unavailable`. The " +
    "kernel logs it once for each group.",
  kinds: ["fork-rejected"],
  subjectOf({ details }) {
    const cgroup = details["cgroup"] ?? "";
    const podUid = podOf(cgroup);
    return podUid === undefined ? { kind: "cgroup", name: cgroup } : { kind: "pod", name: podUid };
  },
  summary: ({ count: lines }, subject) =>
    `The ${subject.kind === "pod" ? "pod" : "control group"} ${subjectName(subject)} has as many processes and threads as it may have; more were refused (logged ${count(lines, "time")}, once for each group).`,
  missing: [
    {
      text: "the group's limit and its tasks",
      command:
        "grep . /sys/fs/cgroup/pids/kubepods/*/*/pids.{current,max} /sys/fs/cgroup/kubepods*/*/*/pids.{current,max}; ps -eLf",
    },
  ],
  remedy: [
    "Find out what makes so many: threads that block, children that nobody reaps (ps -eLf, by parent). Raise podPidsLimit of the kubelet only where the need is real.",
  ],
  references: [
    "https://kubernetes.io/docs/concepts/policy/pid-limiting/",
    "https://docs.kernel.org/admin-guide/cgroup-v1/pids.html",
  ],
});
