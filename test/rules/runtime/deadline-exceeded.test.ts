import { describeLogRule } from "../log-case.ts";

describeLogRule("runtime/deadline-exceeded", {
  subject: { kind: "call", name: "ListPodSandbox" },
  summary: "did not answer ListPodSandbox in time. kubelet.log says so in 6 lines, over 10 minutes",
  line: 1,
});
