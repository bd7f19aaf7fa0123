import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/certificate-expired", {
  subject: { kind: "node" },
  summary: "past its end: 2024-04-11T09:00:00Z",
  line: 1,
});
