import { describeLogRule } from "../log-case.ts";

describeLogRule("runtime/name-reserved", {
  subject: { kind: "container" },
  summary: "takes the runtime longer than kubelet waits",
  line: 1,
});
