import { describeLogRule } from "../log-case.ts";

describeLogRule("node/max-map-count", {
  subject: { kind: "node" },
  summary: "vm.max_map_count of 262144 at least; the node has 65530.",
  line: 4,
});
