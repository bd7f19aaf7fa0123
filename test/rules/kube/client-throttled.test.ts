import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/client-throttled", {
  subject: { kind: "node" },
  summary: "kube-controller-manager held its own requests back, the longest for 17 seconds",
  line: 1,
});
