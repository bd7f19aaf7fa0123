import { Outcome } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic, rowsWith } from "./listener-loss.ts";

/** SYNs that are answered by a reset. */
export const connectionRefused = defineSymptom<ListenerTraffic>({
  id: "tcp/connection-refused",
  title: "connections are refused with a RST",
  description:
    "SYNs in a capture that are answered by a RST: nothing listens at that address and port, or a firewall rejects " +
    "with tcp-reset. That is an answer, unlike silence.",
  remedy: [
    "Look at what listens there (ss -lnt), at the Service's targetPort, and at when the pod became ready.",
  ],
  references: ["RFC 9293, section 3.5.2"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { listener } = traffic;
      if (listener.refused === 0) continue;
      const rows = rowsWith(traffic, Outcome.refused);
      yield {
        subject: listenerSubject(traffic),
        summary: `${listener.refused} of ${count(listener.attempts, "connection attempt")} to ${listener.key} ${listener.refused === 1 ? "was" : "were"} refused with a RST.`,
        evidence: [
          citeSyns(traffic, rows, `${count(listener.refused, "SYN")} to ${listener.key} answered by a RST`),
        ],
        data: traffic,
        weight: listener.refused,
      };
    }
  },
});
