import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/etcd-no-space", {
  subject: { kind: "node" },
  summary: "refuses to write",
  line: 1,
});
