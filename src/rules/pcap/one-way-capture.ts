import type { Located } from "../../bundle/index.ts";
import type { Capture } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";

/** A capture that saw only one direction: what it doesn't show proves nothing. */
export const oneWayCapture = defineSymptom<Located<Capture>>({
  id: "pcap/one-way-capture",
  title: "a capture saw only one direction of the traffic",
  description:
    "A capture whose TCP conversations go on without any packet of the other side. Answers went by where nobody captured, so their " +
    "absence is no evidence.",
  remedy: [
    "Capture where both directions pass: on the pod's own interface, or with -i any, and without a filter on one address's role (src, dst).",
  ],
  references: ["https://www.tcpdump.org/manpages/pcap-filter.7.html"],
  *detect(host) {
    for (const capture of host.captures) {
      if (!capture.model.oneWay) continue;
      const { path } = capture.artifact;
      const text = `${capture.model.packets} packets, all of TCP in one direction`;
      yield {
        subject: { kind: "capture", name: path, artifact: path },
        summary: `${path} holds ${text}: answers that it lacks may have been sent.`,
        evidence: [{ artifact: path, text }],
        data: capture,
        weight: 1,
      };
    }
  },
});
