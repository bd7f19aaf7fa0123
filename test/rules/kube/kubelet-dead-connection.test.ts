import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/kubelet-dead-connection", {
  subject: { kind: "server", name: "10.0.0.10:6443" },
  summary: "kubelet used a closed connection to 10.0.0.10:6443 again and again.",
  line: 1,
});
