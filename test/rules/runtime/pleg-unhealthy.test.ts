import { describeLogRule } from "../log-case.ts";

describeLogRule("runtime/pleg-unhealthy", {
  subject: { kind: "node", name: "node-a" },
  summary: "not seen its containers for 4 minutes at the longest. kubelet.log says so in 24 lines",
  line: 1,
});
