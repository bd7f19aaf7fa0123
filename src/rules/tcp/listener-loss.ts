import type { Located } from "../../bundle/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Capture, Listener } from "../../pcap/index.ts";
import { Outcome, listeners, rowsOf } from "../../pcap/index.ts";

/** A listener in one capture, as the rules about handshakes see it. */
export interface ListenerTraffic {
  readonly capture: Located<Capture>;
  readonly listener: Listener;
  /** Whether the capture shows an answer to any attempt, of any listener. */
  readonly showsAnswers: boolean;
}

/** Frames that a citation names; more are counted. */
const NAMED_FRAMES = 8;

/** Every listener of every capture of a host, with the captures' healthy ones. */
export function* listenerTraffic(host: HostEvidence): Generator<ListenerTraffic> {
  for (const capture of host.captures) {
    const all = listeners(capture.model);
    const showsAnswers = all.some(
      ({ attempts, unanswered, undecided, answerUnseen }) => attempts > unanswered + undecided + answerUnseen,
    );
    for (const listener of all) yield { capture, listener, showsAnswers };
  }
}

/** The attempts of a listener that ended in one of some outcomes, as rows of the capture's table. */
export function rowsWith({ capture, listener }: ListenerTraffic, ...outcomes: readonly number[]): number[] {
  const { handshakes } = capture.model;
  const { outcome } = handshakes;
  return rowsOf(handshakes, listener.key).filter((row) => outcomes.includes(outcome[row] as number));
}

/** Frame numbers of the SYNs of some attempts, the first few. */
function synFrames({ capture }: ListenerTraffic, rows: readonly number[]): number[] {
  return rows.slice(0, NAMED_FRAMES).map((row) => capture.model.handshakes.firstFrame[row] ?? 0);
}

/** A citation of SYNs. */
export function citeSyns(traffic: ListenerTraffic, rows: readonly number[], text: string): Cite {
  return { artifact: traffic.capture.artifact.path, text, where: { frames: synFrames(traffic, rows) } };
}

/** What a finding about a listener is about. */
export function listenerSubject({ listener }: ListenerTraffic): {
  kind: "listener";
  name: string;
  address: string;
  port: number;
} {
  return { kind: "listener", name: listener.key, address: listener.address, port: listener.port };
}

/**
 * Attempts whose first SYN was lost: those never answered, and those answered only when the SYN was sent again. Where the
 * capture shows no answer to anybody, as one that was filtered for SYNs, only a client that tried again shows that it got none.
 */
export function lostRows(traffic: ListenerTraffic): number[] {
  const rows = rowsWith(traffic, Outcome.unanswered, Outcome.answeredLate);
  if (traffic.showsAnswers) return rows;
  const { synCount } = traffic.capture.model.handshakes;
  return rows.filter((row) => (synCount[row] ?? 0) > 1);
}

/** Seconds between a client's tries at the least: what is closer are copies of one try. */
const LEAST_RETRY = 0.2;

/**
 * Attempts that the listener answered at once, though not the client's first SYN: the capture shows the earlier tries before
 * address translation and not behind it. Those SYNs were lost on the capturing host.
 */
export function lostHereRows(traffic: ListenerTraffic): number[] {
  const { handshakes } = traffic.capture.model;
  const { outcome, linked, synCount, firstTime } = handshakes;
  return rowsOf(handshakes, traffic.listener.key).filter((row) => {
    const original = linked[row] ?? -1;
    if (original === -1 || outcome[row] !== Outcome.answered) return false;
    const ahead = (firstTime[row] ?? 0) - (firstTime[original] ?? 0);
    return ahead >= LEAST_RETRY && (synCount[original] ?? 0) > (synCount[row] ?? 0);
  });
}
