import { defineLogSymptom, lasting, writersOf } from "../log-symptom.ts";

/** Client-go lets a client send so many requests a second (--kube-api-qps), and logs those that waited for more than a second. */
export const clientThrottled = defineLogSymptom({
  id: "kube/client-throttled",
  title: "a client of the API holds its own requests back",
  description:
    "Client-go lets a client send so many requests a second (--kube-api-qps), and logs those that waited for more than a second. At least twenty waited, one of them five seconds or longer: what the client does is late by its own limit, not the server's.",
  remedy: [
    "Raise the client's QPS and burst (--kube-api-qps and --kube-api-burst of kubelet and the control plane, rest.Config of an own program) as far as the API server bears it.",
    "See why it asks so much: the URLs in the lines say for what. A watch or an informer asks once.",
  ],
  references: [
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/",
    "https://kubernetes.io/docs/concepts/cluster-administration/flow-control/",
  ],
  missing: [
    {
      text: "the client's limits",
      command: "ps -ef | grep -o -- '--kube-api-[a-z]*=[0-9]*'; grep -i kubeAPI /var/lib/kubelet/config.yaml",
    },
  ],
  signatures: ["client-throttled"],
  least: { lines: 20, amount: 5 },
  says: (seen) =>
    `${writersOf(seen)} held its own requests back, the longest for ${lasting(seen.most ?? 0)}.`,
});
