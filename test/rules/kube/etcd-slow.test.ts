import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/etcd-slow", {
  subject: { kind: "node" },
  summary: "longer than it expects, 5 seconds at the longest",
  line: 1,
});
