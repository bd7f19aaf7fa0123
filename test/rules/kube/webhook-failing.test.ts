import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/webhook-failing", {
  subject: { kind: "webhook", name: "validate.policy.example.com" },
  summary: "failed: context deadline exceeded",
  line: 1,
});
