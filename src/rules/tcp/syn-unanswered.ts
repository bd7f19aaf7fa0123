import { namedAddress } from "../behind.ts";
import { Direction, Outcome, oneWayAt, rowsOf } from "../../pcap/index.ts";
import { isByChance, lossesByChance, lostOfOneKind } from "../background.ts";
import { defineSymptom } from "../engine/index.ts";
import { median } from "../median.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic, lostHereRows, lostRows } from "./listener-loss.ts";

/** A listener whose SYNs get no answer: what the causes of lost handshakes look at. */
export interface ListenerLoss extends ListenerTraffic {
  /** Attempts whose first SYN was lost, as rows of the capture's handshakes. */
  readonly lost: readonly number[];
  /** Of {@link lost} those whose SYN was lost on the capturing host, before it came to the listener: {@link lostHereRows}. */
  readonly lostHere: readonly number[];
  /**
   * Whether the capture was taken where the connections begin: its host is then not the listener's, and its settings and
   * counters say nothing of the listener.
   */
  readonly atClient: boolean;
  /** Whether it was taken where they end; often neither is known. */
  readonly atListener: boolean;
}

/** SYNs without an answer, told apart from refusals, ICMP errors, and what the capture can't show. */
export const synUnanswered = defineSymptom<ListenerLoss>({
  id: "tcp/syn-unanswered",
  title: "SYNs get no answer",
  description:
    "Connection attempts in a capture that nobody answers: no SYN-ACK, no RST, no ICMP error, while the client tries again; or " +
    "several that are answered only after the SYN was sent again. One retry that is answered is nothing, nor are a few among thousands of handshakes, as many as a network " +
    "loses that is well, unless they are of one client that hardly has others; an attempt at the capture's " +
    "end is undecided; a capture that saw one direction doesn't count.",
  remedy: [
    "Capture on the listener's node and on the client's at once, to see on which way the SYN is lost.",
  ],
  references: ["RFC 9293, section 3.5", "https://docs.kernel.org/networking/ip-sysctl.html"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { listener, capture } = traffic;
      const { attempts } = listener;
      if (oneWayAt(capture.model, listener.key)) continue;
      const lostHere = lostHereRows(traffic);
      const lostLater = lostRows(traffic);
      const lost = [...lostLater, ...lostHere].sort((a, b) => a - b);
      const unanswered = lostLater.length - listener.answeredLate;
      const answeredLate = listener.answeredLate + lostHere.length;
      const answered = listener.answered - lostHere.length;
      if (unanswered === 0 && answeredLate < 2) continue;
      if (isNoise(traffic, lost)) continue;
      const late = answeredLate > 0 ? `, ${answeredLate} only after the SYN was sent again` : "";
      const sources = count(listener.sources, "source address", "source addresses");
      const others = otherOutcomes(traffic);
      const place = namedAddress(host, listener.address, { capture, port: listener.port });
      yield {
        subject: listenerSubject(traffic),
        summary:
          `${unanswered} of ${count(attempts, "connection attempt")} to ${listener.key}${place.said} from ${sources} got no answer at all${late}; ` +
          `${answered} were answered at once${others}.`,
        evidence: [
          citeSyns(traffic, lost, `${count(lost.length, "SYN")} to ${listener.key} not answered`),
          ...place.cites,
        ],
        data: { ...traffic, lost, lostHere, ...vantage(traffic, lost) },
        weight: lost.length,
      };
    }
  },
});

/** Of thousands of handshakes a few need a second SYN in any network; nobody whom a second one doesn't help is one of them. */
function isNoise(traffic: ListenerTraffic, lost: readonly number[]): boolean {
  const { handshakes } = traffic.capture.model;
  if (lost.length > lossesByChance(traffic.listener.attempts)) return false;
  if (
    lost.some((row) => handshakes.outcome[row] === Outcome.unanswered && (handshakes.synCount[row] ?? 0) > 1)
  )
    return false;
  const isLost = new Set(lost);
  const all = [...rowsOf(handshakes, traffic.listener.key)].sort(
    (a, b) => (handshakes.firstTime[a] ?? 0) - (handshakes.firstTime[b] ?? 0),
  );
  const places = all.flatMap((row, place) => (isLost.has(row) ? [place] : []));
  if (!isByChance(places, all.length)) return false;
  return lostOfOneKind(all, isLost, (row) => handshakes.originalClient[row] ?? 0).size === 0;
}

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

/** How much longer than the client the listener must take to answer, in seconds and as a ratio, before it is the far one. */
const FAR = 0.0005;
const FAR_RATIO = 3;

/**
 * Whether the capture was taken where the connections begin, or where they end. The capture tells directions in some link
 * types: the copy nearest to the listener leaves the host, or comes to it. Else the time tells it: from the SYN to its answer
 * the far side is passed by, from the answer to the client's acknowledgement the near one.
 */
function vantage(
  traffic: ListenerTraffic,
  lost: readonly number[],
): Pick<ListenerLoss, "atClient" | "atListener"> {
  const { handshakes } = traffic.capture.model;
  const { direction, outcome, firstTime, answerTime, completeTime } = handshakes;
  const all = (way: number): boolean => lost.length > 0 && lost.every((row) => direction[row] === way);
  if (all(Direction.outgoing)) return { atClient: true, atListener: false };
  const rows = rowsOf(handshakes, traffic.listener.key).filter(
    (row) => outcome[row] === Outcome.answered && (completeTime[row] as number) >= 0,
  );
  const between = (from: Float64Array, to: Float64Array): Float64Array => {
    const took = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) took[i] = (to[rows[i] ?? 0] ?? 0) - (from[rows[i] ?? 0] ?? 0);
    return took;
  };
  const listenerSide = median(between(firstTime, answerTime));
  const clientSide = median(between(answerTime, completeTime));
  return {
    atClient: listenerSide > FAR && listenerSide > clientSide * FAR_RATIO,
    atListener: clientSide > FAR && clientSide > listenerSide * FAR_RATIO,
  };
}
