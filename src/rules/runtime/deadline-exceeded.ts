import { defineLogSymptom } from "../log-symptom.ts";

/** At least three calls of one kind to the container runtime ended with DeadlineExceeded, which is after two minutes for most. */
export const deadlineExceeded = defineLogSymptom({
  id: "runtime/deadline-exceeded",
  title: "the container runtime does not answer kubelet in time",
  description:
    "At least three calls of one kind to the container runtime ended with DeadlineExceeded, which is after two minutes for most. Commands of probes (ExecSync) are not counted: their time is the probe's own.",
  remedy: [
    "Find what the container runtime is blocked on: tasks in state D, a goroutine dump of it (kill -USR1), the disk.",
    "Restart the runtime only after that was collected: its containers stay, and what blocked it mostly too.",
  ],
  references: [
    "https://github.com/k3s-io/k3s/issues/2370",
    "https://github.com/containerd/containerd/issues/6080",
  ],
  missing: [
    {
      text: "the stacks of blocked tasks and a goroutine dump of the container runtime, from while it lasts",
      command: "for p in /proc/[0-9]*; do cat $p/stack; done; kill -USR1 $(pidof containerd)",
    },
  ],
  signatures: ["runtime-deadline"],
  inEvents: {
    pattern:
      /^(?<call>Failed to create pod sandbox|Failed create pod sandbox|Error: failed to (?:create|start) container.{0,20}?|error killing pod|FailedKillPod|error determining status).{0,200}?(?:code = DeadlineExceeded|context deadline exceeded)/,
  },
  each: { field: "call", kind: "call" },
  least: { lines: 3 },
  says: ({ fields }) => `The container runtime did not answer ${fields["call"]} in time.`,
});
