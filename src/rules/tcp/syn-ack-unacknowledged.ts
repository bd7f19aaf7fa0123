import { Reset, oneWayAt, rowsOf } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic } from "./listener-loss.ts";

/** Fewer half-open connections than these are somebody who left, or a port scan. */
const FEWEST = 3;

/** Handshakes that stop half-way: the listener answers again and again, and the client never acknowledges it. */
export const synAckUnacknowledged = defineSymptom<ListenerTraffic>({
  id: "tcp/syn-ack-unacknowledged",
  title: "SYN-ACKs are not acknowledged",
  description:
    "Connection attempts in a capture whose SYN-ACK was sent several times while the client sent its SYN again: the answer " +
    "doesn't come to the client, or the client's acknowledgement doesn't come back. Ways there and back that differ, or a " +
    "firewall that saw only one direction, look like this; so does a flood of SYNs with false addresses.",
  remedy: [
    "Capture at the client, too: if the SYN-ACK arrives, its ACK is lost on the way there, else the SYN-ACK on the way back.",
    "Compare the ways: ip route get CLIENT at the listener, and what firewalls with connection tracking lie on one of them alone.",
  ],
  references: ["RFC 9293, section 3.5", "https://docs.kernel.org/networking/ip-sysctl.html"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { capture, listener } = traffic;
      if (oneWayAt(capture.model, listener.key)) continue;
      const { handshakes } = capture.model;
      const { completed, synAckCount, synCount, reset } = handshakes;
      const rows = rowsOf(handshakes, listener.key).filter(
        (row) =>
          completed[row] === 0 &&
          (synAckCount[row] ?? 0) > 1 &&
          (synCount[row] ?? 0) > 1 &&
          reset[row] === Reset.none,
      );
      if (rows.length < FEWEST) continue;
      const synAcks = rows.reduce((sum, row) => sum + (synAckCount[row] ?? 0), 0);
      const sources = new Set(rows.map((row) => handshakes.client[row])).size;
      yield {
        subject: listenerSubject(traffic),
        summary:
          `${listener.key} answered ${rows.length} of ${count(listener.attempts, "connection attempt")} from ${count(sources, "source address", "source addresses")} ` +
          `with ${count(synAcks, "SYN-ACK")}, none of which was acknowledged; the clients sent their SYNs again.`,
        evidence: [
          citeSyns(
            traffic,
            rows,
            `${count(rows.length, "SYN")} to ${listener.key} answered again and again, never acknowledged`,
          ),
        ],
        data: traffic,
        weight: rows.length,
      };
    }
  },
});
