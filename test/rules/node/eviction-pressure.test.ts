import { describeLogRule } from "../log-case.ts";

describeLogRule("node/eviction-pressure", {
  subject: { kind: "resource", name: "ephemeral-storage" },
  summary: "was short of ephemeral-storage and had to evict pods",
  line: 2,
});
