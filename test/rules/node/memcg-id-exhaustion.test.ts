import { describeLogRule } from "../log-case.ts";

describeLogRule("node/memcg-id-exhaustion", {
  subject: { kind: "node" },
  summary: "No memory control group can be made",
  line: 1,
});
