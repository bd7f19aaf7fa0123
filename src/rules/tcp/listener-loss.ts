import type { Located } from "../../bundle/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Capture, Listener } from "../../pcap/index.ts";
import { Outcome, listeners, rowsOf } from "../../pcap/index.ts";

/** A listener in one capture, as the rules about handshakes see it. */
export interface ListenerTraffic {
  readonly capture: Located<Capture>;
  readonly listener: Listener;
}

/** Frames that a citation names; more are counted. */
const NAMED_FRAMES = 8;

/** Every listener of every capture of a host, with the captures' healthy ones. */
export function* listenerTraffic(host: HostEvidence): Generator<ListenerTraffic> {
  for (const capture of host.captures) {
    for (const listener of listeners(capture.model)) yield { capture, listener };
  }
}

/** The attempts of a listener that ended in one of some outcomes, as rows of the capture's table. */
export function rowsWith({ capture, listener }: ListenerTraffic, ...outcomes: readonly number[]): number[] {
  const { handshakes } = capture.model;
  return [...rowsOf(handshakes, listener.key)].filter((row) =>
    outcomes.includes(handshakes.outcome[row] ?? -1),
  );
}

/** Frame numbers of the SYNs of some attempts, the first few. */
export function synFrames({ capture }: ListenerTraffic, rows: readonly number[]): number[] {
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

/** Attempts whose first SYN was lost: those never answered, and those answered only when the SYN was sent again. */
export function lostRows(traffic: ListenerTraffic): number[] {
  return rowsWith(traffic, Outcome.unanswered, Outcome.answeredLate);
}
