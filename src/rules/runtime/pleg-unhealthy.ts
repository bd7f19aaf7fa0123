import { defineLogSymptom, lasting } from "../log-symptom.ts";

/** Kubelet writes `PLEG is not healthy` when it has not listed all containers and their states for three minutes. */
export const plegUnhealthy = defineLogSymptom({
  id: "runtime/pleg-unhealthy",
  title: "kubelet can't list the containers",
  description:
    "Kubelet writes PLEG is not healthy when it has not listed all containers and their states for three minutes: the node becomes NotReady, and no pod starts or ends. At least two such lines.",
  remedy: [
    "Find what the container runtime is blocked on: one container that can't be inspected is enough. Look for tasks in state D, and take a goroutine dump of the runtime (kill -USR1) while it lasts.",
    "Count the containers of the node: very many take more than three minutes even where each is quick.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/61117",
    "https://github.com/kubernetes/kubernetes/issues/94829",
    "https://github.com/moby/moby/issues/44300",
  ],
  missing: [
    {
      text: "the stacks of blocked tasks and a goroutine dump of the container runtime, from while it lasts",
      command: "for p in /proc/[0-9]*; do cat $p/stack; done; kill -USR1 $(pidof containerd)",
    },
  ],
  signatures: ["pleg-unhealthy"],
  least: { lines: 2, amount: 180 },
  says: (seen) => `Kubelet had not seen its containers for ${lasting(seen.most ?? 0)} at the longest.`,
});
