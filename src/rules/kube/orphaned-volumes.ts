import { defineLogSymptom } from "../log-symptom.ts";

/** Kubelet finds the folder of a pod that is gone, with something of its volumes still in it, and leaves it alone every two seconds, for ten minutes or more. */
export const orphanedVolumes = defineLogSymptom({
  id: "kube/orphaned-volumes",
  title: "what is left of a pod's volumes can't be cleaned up",
  description:
    "Kubelet finds the folder of a pod that is gone, with something of its volumes still in it, and leaves it alone every two seconds, for ten minutes or more. It costs space, and the lines hide others.",
  remedy: [
    "Look into /var/lib/kubelet/pods/UID/volumes: where a volume is still mounted, find who holds it and unmount it first. Deleting the folder while it is mounted deletes the data.",
    "Upgrade kubelet: later ones remove empty folders themselves.",
  ],
  references: ["https://github.com/kubernetes/kubernetes/issues/60987"],
  missing: [
    {
      text: "what is left, and whether it is mounted",
      command: "find /var/lib/kubelet/pods/UID -xdev -maxdepth 4; grep UID /proc/self/mountinfo",
    },
  ],
  signatures: ["orphaned-pod"],
  each: { field: "pod", kind: "pod" },
  least: { lines: 20, seconds: 600 },
  says: ({ fields }) => `The pod ${fields["pod"]} is gone, and something of its volumes is still there.`,
});
