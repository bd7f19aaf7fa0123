import { Direction, oneWayAt } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic, lostRows } from "./listener-loss.ts";

/** A listener whose SYNs get no answer: what the causes of lost handshakes look at. */
export interface ListenerLoss extends ListenerTraffic {
  /** Attempts whose first SYN was lost, as rows of the capture's handshakes. */
  readonly lost: readonly number[];
  /**
   * Whether the capture was taken where the connections begin: its host is then not the listener's, and its settings and
   * counters say nothing of the listener.
   */
  readonly atClient: boolean;
}

/** SYNs without an answer, told apart from refusals, ICMP errors, and what the capture can't show. */
export const synUnanswered = defineSymptom<ListenerLoss>({
  id: "tcp/syn-unanswered",
  title: "SYNs get no answer",
  description:
    "Connection attempts in a capture that nobody answers: no SYN-ACK, no RST, no ICMP error, while the client tries again; or " +
    "several that are answered only after the SYN was sent again. One retry that is answered is nothing; an attempt at the capture's " +
    "end is undecided; a capture that saw one direction doesn't count.",
  remedy: [
    "Capture on the listener's node and on the client's at once, to see on which way the SYN is lost.",
  ],
  references: ["RFC 9293, section 3.5", "https://docs.kernel.org/networking/ip-sysctl.html"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { listener, capture } = traffic;
      const { unanswered, answeredLate, answered, attempts } = listener;
      if (unanswered === 0 && answeredLate < 2) continue;
      if (oneWayAt(capture.model, listener.key)) continue;
      const lost = lostRows(traffic);
      const late = answeredLate > 0 ? `, ${answeredLate} only after the SYN was sent again` : "";
      const sources = count(listener.sources, "source address", "source addresses");
      const others = otherOutcomes(traffic);
      yield {
        subject: listenerSubject(traffic),
        summary:
          `${unanswered} of ${count(attempts, "connection attempt")} to ${listener.key} from ${sources} got no answer at all${late}; ` +
          `${answered} were answered at once${others}.`,
        evidence: [citeSyns(traffic, lost, `${count(lost.length, "SYN")} to ${listener.key} not answered`)],
        data: { ...traffic, lost, atClient: isAtClient(capture.model.handshakes.direction, lost) },
        weight: lost.length,
      };
    }
  },
});

function otherOutcomes({ listener }: ListenerTraffic): string {
  const { refused, icmp, undecided } = listener;
  const byIcmp = icmp.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(byIcmp > 0 ? [`${byIcmp} answered by ICMP`] : []),
    ...(undecided > 0 ? [`${undecided} undecided when the capture ended`] : []),
  ];
  return parts.length === 0 ? "" : `, ${parts.join(", ")}`;
}

/** The copy nearest to the listener leaves the host where the capture tells directions. */
function isAtClient(direction: Uint8Array, rows: readonly number[]): boolean {
  return rows.length > 0 && rows.every((row) => direction[row] === Direction.outgoing);
}
