import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/xtables-lock-contention", {
  subject: { kind: "node" },
  summary: "kube-proxy.log says so in 12 lines, over 5 minutes",
  line: 1,
});
