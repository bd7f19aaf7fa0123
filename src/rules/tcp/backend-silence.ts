import { memo } from "../../bytes/index.ts";
import type { ArpQuestion, Capture, IcmpAnswers } from "../../pcap/index.ts";
import { Outcome, State, rowsOf } from "../../pcap/index.ts";
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
  /** What else the silence may be: a program that takes no connections any more, or a path on which all fell silent. */
  readonly rival: "program" | "path" | undefined;
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
  const given = [...abandoned.item.subarray(firstBehind(abandoned, since + SLACK))];
  const unreachable = icmp.filter((answer) =>
    HOST_UNREACHABLE.some(({ type, code }) => answer.type === type && answer.code === code),
  );
  const unresolved = seen.capture.model.arp.questions.find(
    ({ address, longestRun }) => address === seen.listener.address && longestRun >= UNRESOLVED_RUN,
  );
  // Whose data is not acknowledged either, or whom no router finds, is gone with its kernel.
  const isHostSilent = given.length > 0 || unreachable.length > 0 || unresolved !== undefined;
  return {
    since,
    answeredBefore: rowsOf(handshakes, seen.listener.key).filter(
      (row) => outcome[row] !== Outcome.icmp && (answerTime[row] ?? Number.NaN) <= since + SLACK,
    ).length,
    lost,
    tries: lost.reduce((sum, row) => sum + (synCount[row] ?? 0), 0),
    lasted: until - since,
    abandoned: given,
    unreachable,
    unresolved,
    rival: isPathSilent(seen, since)
      ? "path"
      : !isHostSilent && isLastUnserved(seen, since)
        ? "program"
        : undefined,
  };
}

/** Whether other addresses fell silent as well, and nobody at all was heard since. */
function isPathSilent({ capture, lost }: ListenerLoss, since: number): boolean {
  const own = capture.model.handshakes.server[lost[0] ?? 0] ?? 0;
  const index = captureIndex(capture.model);
  return index.othersSpokeUntil(own) <= since + SLACK && index.othersAskedInVainUntil(own) > since;
}

/** The connection of each attempt, as rows of a capture's tables; -1 for none: a scan has as many listeners as attempts. */
const connectionOf: (capture: Capture) => Int32Array = memo(({ connections, handshakes }) => {
  const { length, counted, handshake } = connections;
  const rows = new Int32Array(handshakes.length).fill(-1);
  for (let row = 0; row < length; row++) {
    const attempt = handshake[row] as number;
    if (counted[row] === 1 && attempt !== -1) rows[attempt] = row;
  }
  return rows;
});

/**
 * Whether the kernel took the last connection before the silence, and what its client sent, and the program neither answered
 * nor closed it: a program that hangs lets its accept queue fill up, and then its kernel answers no SYN.
 */
function isLastUnserved({ capture, listener }: ListenerLoss, since: number): boolean {
  const { connections, handshakes } = capture.model;
  const { state, ofClient, ofServer } = connections;
  const rows = connectionOf(capture.model);
  let last = -1;
  let lastTime = Number.NEGATIVE_INFINITY;
  for (const attempt of rowsOf(handshakes, listener.key)) {
    const row = rows[attempt] as number;
    const time = handshakes.completeTime[attempt] as number;
    if (row === -1 || handshakes.completed[attempt] !== 1 || time > since + SLACK || time < lastTime)
      continue;
    // Of two at one time it is the connection that began later.
    last = time === lastTime ? Math.max(last, row) : row;
    lastTime = time;
  }
  if (last === -1) return false;
  const has = (bits: number): boolean => ((state[last] ?? 0) & bits) !== 0;
  const wasAsked = (ofClient.bytes[last] ?? 0) > 0 || has(State.clientFin);
  return wasAsked && (ofServer.bytes[last] ?? 0) === 0 && !has(State.serverFin | State.serverReset);
}
