import { defineLogSymptom } from "../log-symptom.ts";

/** Kubelet waits two minutes for a pod's volumes, and then begins again. */
export const volumeMountTimeout = defineLogSymptom({
  id: "kube/volume-mount-timeout",
  title: "a pod waits in vain for its volumes",
  description:
    "Kubelet gave up waiting for a pod's volumes after two minutes, at least twice; it tries again and again, and the pod stays in " +
    "ContainerCreating.",
  remedy: [
    "Look at the lines of kubelet and of the CSI driver about the volumes that are not mounted: attaching, mounting, and giving the files to the pod's group take their time one after the other.",
  ],
  references: ["https://github.com/kubernetes/kubernetes/issues/69699"],
  missing: [
    {
      text: "what kubelet is at for the volume",
      command:
        "curl -s http://127.0.0.1:10248/debug/pprof/goroutine?debug=2; kubectl describe pod POD; kubectl get volumeattachments",
    },
  ],
  signatures: ["volume-mount-timeout"],
  inEvents: {
    pattern:
      /^Unable to (?:attach or )?mount volumes(?: for pod "[^"]{1,400}")?: .{0,2000}?(?:timed out waiting for the condition|timeout expired waiting for volumes|context deadline exceeded)/,
    about: "pod",
  },
  each: { field: "pod", kind: "pod" },
  least: { lines: 2 },
  says: ({ fields }) => `Kubelet waited in vain for volumes of ${fields["pod"] ?? "a pod"}.`,
});
