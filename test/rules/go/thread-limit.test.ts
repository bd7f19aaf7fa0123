import { describeLogRule } from "../log-case.ts";

describeLogRule("go/thread-limit", {
  subject: { kind: "node" },
  summary: "A program came to 10000 threads, and ended.",
  line: 2,
});
