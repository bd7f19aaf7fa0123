import { defineLogSymptom } from "../log-symptom.ts";

/** Kubelet reports that the container runtime has no network for pods. */
export const notReady = defineLogSymptom({
  id: "cni/not-ready",
  title: "the node's network plugin does not get ready",
  description:
    "Kubelet reports that the container runtime has no network for pods. On a node that starts, that lasts until the plugin's pod has written its configuration; here it lasted ten minutes or more, to the end of the log.",
  remedy: [
    "Look at the plugin's own pod on this node (kubectl -n kube-system get pods -o wide) and at its log: it writes the file in /etc/cni/net.d that the runtime waits for.",
    "Where the file is there, see that the runtime looks in the same folder (conf_dir), and that the plugin's program is in bin_dir.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/43815",
    "https://github.com/containerd/containerd/issues/8419",
  ],
  missing: [
    {
      text: "the plugin's configuration and its log",
      command: "ls -l /etc/cni/net.d /opt/cni/bin; crictl ps -a; crictl logs CONTAINER",
    },
  ],
  signatures: ["network-not-ready"],
  inEvents: {},
  least: { lines: 20, seconds: 600 },
  lasts: true,
  says: () => "The container runtime has no network for pods, and the node stays NotReady.",
});
