import { defineLogSymptom, writersOf } from "../log-symptom.ts";

/** Go's HTTP/2 client may keep a connection in its pool that is closed, and give each request to it. */
export const kubeletDeadConnection = defineLogSymptom({
  id: "kube/kubelet-dead-connection",
  title: "a component goes on using a closed connection to the API server",
  description:
    "Go's HTTP/2 client may keep a connection in its pool that is closed, and give each request to it. At least ten requests of a component failed so, over two minutes or more: the node becomes NotReady until kubelet is restarted.",
  remedy: [
    "Restart the component: it connects anew.",
    "Upgrade: client-go since Kubernetes 1.20 and 1.19.4 checks connections by HTTP/2 pings (READ_IDLE_TIMEOUT), with Go 1.15 or later.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/87615",
    "https://github.com/kubernetes/kubernetes/issues/91963",
    "https://github.com/golang/go/issues/39750",
  ],
  missing: [
    {
      text: "the connections of the component and how long they have been silent",
      command: "ss -tnpio state established '( dport = :6443 )'",
    },
  ],
  signatures: ["dead-connection"],
  each: { field: "server", kind: "server" },
  least: { lines: 10, seconds: 120 },
  says: (seen) => `${writersOf(seen)} used a closed connection to ${seen.fields["server"]} again and again.`,
});
