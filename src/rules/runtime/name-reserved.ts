import { defineLogSymptom } from "../log-symptom.ts";

/** Kubelet's request for a container timed out, and each later one is refused, since the first still runs in the runtime. */
export const nameReserved = defineLogSymptom({
  id: "runtime/name-reserved",
  title: "the runtime is still at work on a container that kubelet asks for again",
  description:
    "Kubelet's request for a container timed out, and each later one is refused, since the first still runs in the runtime. At least five times for one container: creating it takes more than kubelet's two minutes, or hangs.",
  remedy: [
    "See what the runtime waits for: the disk (unpacking an image, copying a volume's files), a mount that hangs, or a lock. A goroutine dump of containerd (kill -USR1) shows it.",
    "A faster disk, or a greater --runtime-request-timeout of kubelet. Where the first request has hung for good, only a restart of the runtime frees the name.",
  ],
  references: [
    "https://github.com/containerd/containerd/issues/4604",
    "https://github.com/containerd/containerd/issues/13867",
  ],
  missing: [
    {
      text: "what the runtime is at, and what its disk does",
      command: "kill -USR1 $(pidof containerd); cat /proc/pressure/io; iostat -x 5 3",
    },
  ],
  signatures: ["container-name-reserved"],
  inEvents: {},
  each: { field: "name", kind: "container" },
  least: { lines: 5 },
  says: ({ fields }) => `Creating ${fields["name"]} takes the runtime longer than kubelet waits.`,
});
