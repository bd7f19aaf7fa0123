import type { ArpQuestion, IcmpAnswers } from "../../pcap/index.ts";
import { Outcome, rowsOf } from "../../pcap/index.ts";
import { captureIndex } from "./capture-index.ts";
import { firstBehind } from "./grouped.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";

/** How a listener's address fell silent. */
export interface BackendSilence {
  /** When the first of the lost SYNs came that nothing followed, in seconds since the capture's start. */
  readonly since: number;
  /** Attempts that the listener answered before. */
  readonly answeredBefore: number;
  /** Lost attempts since then, as rows of the capture's handshakes. */
  readonly lost: readonly number[];
  /** Tries of all of them. */
  readonly tries: number;
  /** Seconds from the first to the last of the tries. */
  readonly lasted: number;
  /** Connections that went on when it fell silent, and sent data again without any answer: their last frames. */
  readonly abandoned: readonly number[];
  /** Errors that say that the address can't be reached. */
  readonly unreachable: readonly IcmpAnswers[];
  /** ARP questions for the address in a row that nobody answered. */
  readonly unresolved: ArpQuestion | undefined;
}

/** Clocks of a capture may be off by this. */
const SLACK = 0.05;
/** An answer to the last try would have come within the second in which it would be repeated. */
const RETRY = 1;
const CITED = 8;
const UNRESOLVED_RUN = 2;
const HOST_UNREACHABLE = [
  { type: 3, code: 1 },
  { type: 1, code: 3 },
];

/** What an address sent that lost SYNs: it was not gone. */
export interface BackendSpoke {
  readonly spoke: readonly number[];
  /** Whether it did while SYNs to it were lost, and not only later. */
  readonly meanwhile: boolean;
}

/** The silence of a listener's whole address, or what it sent after it had lost the first of its SYNs. */
export function backendSilence(seen: ListenerLoss): BackendSilence | BackendSpoke {
  const { handshakes } = seen.capture.model;
  const { firstTime, answerTime, answerFrame, outcome, lastSynTime, synCount } = handshakes;
  const hidden = new Set(seen.lostHere);
  const lost = seen.lost.filter((row) => !hidden.has(row) && outcome[row] === Outcome.unanswered);
  if (lost.length === 0) {
    const answered = seen.lost.map((row) => answerFrame[row] ?? 0).filter((frame) => frame > 0);
    return { spoke: answered, meanwhile: true };
  }
  let since = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (const row of lost) {
    since = Math.min(since, firstTime[row] ?? 0);
    until = Math.max(until, lastSynTime[row] ?? 0);
  }
  const { spoke, abandoned, icmp } = captureIndex(seen.capture.model).speechOf(
    handshakes.server[lost[0] ?? 0] ?? 0,
  );
  const next = firstBehind(spoke, since + SLACK);
  const first = spoke.time[next];
  if (first !== undefined) {
    return { spoke: [...spoke.item.subarray(next, next + CITED)], meanwhile: first <= until + RETRY };
  }
  return {
    since,
    answeredBefore: rowsOf(handshakes, seen.listener.key).filter(
      (row) => outcome[row] !== Outcome.icmp && (answerTime[row] ?? Number.NaN) <= since + SLACK,
    ).length,
    lost,
    tries: lost.reduce((sum, row) => sum + (synCount[row] ?? 0), 0),
    lasted: until - since,
    abandoned: [...abandoned.item.subarray(firstBehind(abandoned, since + SLACK))],
    unreachable: icmp.filter((answer) =>
      HOST_UNREACHABLE.some(({ type, code }) => answer.type === type && answer.code === code),
    ),
    unresolved: seen.capture.model.arp.questions.find(
      ({ address, longestRun }) => address === seen.listener.address && longestRun >= UNRESOLVED_RUN,
    ),
  };
}
