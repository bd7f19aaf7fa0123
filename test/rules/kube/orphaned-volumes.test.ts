import { describeLogRule } from "../log-case.ts";

describeLogRule("kube/orphaned-volumes", {
  subject: { kind: "pod", name: "0008e5b2-6008-45b9-89cd-1aa60f896e24" },
  summary: "60 lines, over 19 minutes",
  line: 1,
});
