import { describeLogRule } from "../log-case.ts";

describeLogRule("node/cgroup-ids-exhausted", {
  subject: { kind: "node" },
  summary: "no more ids for memory cgroups",
  line: 1,
});
