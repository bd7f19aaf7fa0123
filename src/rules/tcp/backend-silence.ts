import type { IcmpAnswers } from "../../pcap/index.ts";
import { Outcome, State, listeners, rowsOf } from "../../pcap/index.ts";
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
  /** Connections that went on when it fell silent, and sent data again without any answer: frames where they begin. */
  readonly abandoned: readonly number[];
  /** Errors that say that the address can't be reached. */
  readonly unreachable: readonly IcmpAnswers[];
}

/** Clocks of a capture may be off by this. */
const SLACK = 0.05;
/** An answer to the last try would have come within the second in which it would be repeated. */
const RETRY = 1;
/** Data that was sent again so often without an answer is not just late. */
const ABANDONED_TRIES = 2;
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
  const { handshakes, connections } = seen.capture.model;
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
  const own = listeners(seen.capture.model).filter(({ address }) => address === seen.listener.address);
  const spoke: { time: number; frame: number }[] = [];
  let answeredBefore = 0;
  let server = -1;
  for (const { key } of own) {
    for (const row of rowsOf(handshakes, key)) {
      server = handshakes.server[row] ?? -1;
      // An error about an attempt comes from another host.
      if (outcome[row] === Outcome.icmp) continue;
      const time = answerTime[row] ?? Number.NaN;
      if (time > since + SLACK) spoke.push({ time, frame: answerFrame[row] ?? 0 });
      else if (time <= since + SLACK && key === seen.listener.key) answeredBefore++;
    }
  }
  const abandoned: number[] = [];
  for (const [row, state] of connections.state.entries()) {
    if (connections.server[row] !== server || connections.counted[row] !== 1) continue;
    if ((state & State.server) === 0) continue;
    const lasted = connections.lastTime[row] ?? 0;
    if (lasted <= since + SLACK) continue;
    if ((connections.ofClient.lastBackoff[row] ?? 0) >= ABANDONED_TRIES)
      abandoned.push(connections.firstFrame[row] ?? 0);
    else if ((connections.ofClient.lastBackoff[row] ?? 0) === 0 && (state & State.clientReset) === 0)
      spoke.push({ time: lasted, frame: connections.lastFrame[row] ?? 0 });
  }
  if (spoke.length > 0) {
    const meanwhile = spoke.some(({ time }) => time <= until + RETRY);
    return { spoke: spoke.map(({ frame }) => frame), meanwhile };
  }
  return {
    since,
    answeredBefore,
    lost,
    tries: lost.reduce((sum, row) => sum + (synCount[row] ?? 0), 0),
    lasted: until - since,
    abandoned,
    unreachable: own.flatMap(({ icmp }) =>
      icmp.filter((answer) =>
        HOST_UNREACHABLE.some(({ type, code }) => answer.type === type && answer.code === code),
      ),
    ),
  };
}
