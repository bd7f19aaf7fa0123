import { DEAD_HTTP2 } from "../fixes/index.ts";
import { defineLogSymptom, writersOf } from "../log-symptom.ts";

/** Go's HTTP/2 client may keep a connection in its pool that is closed, and give each request to it. */
export const kubeletDeadConnection = defineLogSymptom({
  id: "kube/kubelet-dead-connection",
  title: "a component goes on using a closed connection to the API server",
  description:
    "Go's HTTP/2 client may keep a connection in its pool that is closed, and give each request to it. At least ten requests of a component failed so, over two minutes or more: the node becomes NotReady until kubelet is restarted.",
  fixes: [DEAD_HTTP2],
  remedy: [...DEAD_HTTP2.workaround, DEAD_HTTP2.upgrade],
  references: [...DEAD_HTTP2.references, "https://github.com/kubernetes/kubernetes/issues/91963"],
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
