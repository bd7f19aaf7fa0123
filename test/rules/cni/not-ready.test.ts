import { describeLogRule } from "../log-case.ts";

describeLogRule("cni/not-ready", {
  subject: { kind: "node" },
  summary: "150 lines, over 12 minutes",
  line: 1,
});
