import { defineLogSymptom } from "../log-symptom.ts";

/** The plugin host-local keeps a file for each address that it gave away. */
export const ipamExhausted = defineLogSymptom({
  id: "cni/ipam-exhausted",
  title: "a node has no more addresses for pods",
  description:
    "The plugin host-local keeps a file for each address that it gave away. At least twice it had none left in its range, so that no pod could start on the node.",
  remedy: [
    "Compare the files in /var/lib/cni/networks/NETWORK with the pods of the node: each file names its container. Those of containers that are gone, as after a reboot or a crash of the runtime, can be deleted.",
    "Where the files are of living pods, the node has more pods than addresses: a greater pod CIDR for the node, or a lower maxPods.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/57280",
    "https://github.com/kubernetes/kubernetes/issues/108121",
    "https://github.com/containernetworking/plugins/issues/252",
  ],
  missing: [
    {
      text: "the addresses that are given away, and the containers that there are",
      command: "ls -l /var/lib/cni/networks/*; crictl pods; uptime -s",
    },
  ],
  namesItsCause: true,
  signatures: ["ip-range-exhausted"],
  inEvents: {},
  each: { field: "range", kind: "address-range" },
  least: { lines: 2 },
  says: ({ fields }) => `host-local has given away every address of ${fields["range"] ?? "its range"}.`,
});
