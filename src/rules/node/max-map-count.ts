import { defineLogSymptom } from "../log-symptom.ts";

/** Elasticsearch, OpenSearch and what contains them check at their start how many memory areas a process may have, and say what they need. */
export const maxMapCount = defineLogSymptom({
  id: "node/max-map-count",
  title: "a program does not start, for vm.max_map_count is too low",
  description:
    "Elasticsearch, OpenSearch and what contains them check at their start how many memory areas a process may have, and say what they need.",
  remedy: [
    "Set vm.max_map_count on the node (sysctl -w, and in /etc/sysctl.d), or by a privileged init container: it is not a parameter of the pod's namespaces.",
  ],
  references: ["https://www.elastic.co/guide/en/elasticsearch/reference/8.11/_maximum_map_count_check.html"],
  missing: [{ text: "the value in force", command: "sysctl vm.max_map_count" }],
  signatures: ["max-map-count"],
  least: { lines: 1 },
  says: ({ fields }) =>
    `A program needs vm.max_map_count of ${fields["needed"]} at least; the node has ${fields["value"]}.`,
});
