import type { Capture, IcmpAnswers, StrayAnswer } from "../../pcap/index.ts";
import { Outcome, State, listeners, strayAnswers } from "../../pcap/index.ts";
import { memo } from "../memo.ts";

/** What rules look up in a capture again and again, once for each listener: a port scan has very many. */
export interface CaptureIndex {
  /** What server addresses did, by their text. */
  readonly servers: ReadonlyMap<string, ServerSpeech>;
  /** Ports of a server's address on which it answered a client, by {@link pairKey}. */
  readonly answeredPorts: ReadonlyMap<number, readonly number[]>;
  /** Rows of handshakes that were answered at their first try, by the client's port. */
  readonly answeredByPort: ReadonlyMap<number, readonly number[]>;
  /** SYN-ACKs from another address, by the row of the attempt that they answer. */
  readonly strays: ReadonlyMap<number, StrayAnswer>;
}

/** When an address that is a server sent something. Both lists are in the order of time. */
export interface ServerSpeech {
  /** Answers to SYNs, and the ends of connections in which what the client sent was heeded. */
  readonly spoke: readonly Moment[];
  /** Ends of connections whose client sent data again and again without an answer. */
  readonly abandoned: readonly Moment[];
  readonly icmp: readonly IcmpAnswers[];
}

export interface Moment {
  readonly time: number;
  readonly frame: number;
}

/** Data that was sent again so often without an answer is not just late. */
const ABANDONED_TRIES = 2;
/** More than there can be addresses: a pair of their ids is one number. */
const PAIR = 2 ** 26;
/** Ports that are told of a client and a server. */
const MOST_PORTS = 16;

/** A client's and a server's address ids as one number. */
export const pairKey = (client: number, server: number): number => client * PAIR + server;

/** The index of a capture, made when it is first asked for. */
export const captureIndex: (capture: Capture) => CaptureIndex = memo(makeIndex);

function makeIndex(capture: Capture): CaptureIndex {
  const { handshakes } = capture;
  const { client, clientPort, server, serverPort, outcome, synCount, counted } = handshakes;
  const answeredByPort = new Map<number, number[]>();
  const answeredPorts = new Map<number, number[]>();
  for (const [row, what] of outcome.entries()) {
    if (what === Outcome.answered && synCount[row] === 1) add(answeredByPort, clientPort[row] ?? 0, row);
    if (counted[row] !== 1 || (what !== Outcome.answered && what !== Outcome.answeredLate)) continue;
    const key = pairKey(client[row] ?? 0, server[row] ?? 0);
    const ports = answeredPorts.get(key);
    const port = serverPort[row] ?? 0;
    if (!ports) answeredPorts.set(key, [port]);
    else if (ports.length < MOST_PORTS && !ports.includes(port)) ports.push(port);
  }
  const strays = new Map(strayAnswers(capture).map((stray) => [stray.asked.row, stray] as const));
  return { servers: speeches(capture), answeredPorts, answeredByPort, strays };
}

function speeches(capture: Capture): Map<string, ServerSpeech> {
  const { handshakes, connections } = capture;
  const servers = new Map<string, { spoke: Moment[]; abandoned: Moment[]; icmp: IcmpAnswers[] }>();
  const of = (id: number): { spoke: Moment[]; abandoned: Moment[]; icmp: IcmpAnswers[] } => {
    const address = capture.address(id);
    let speech = servers.get(address);
    if (!speech) servers.set(address, (speech = { spoke: [], abandoned: [], icmp: [] }));
    return speech;
  };
  for (const [row, outcome] of handshakes.outcome.entries()) {
    const time = handshakes.answerTime[row] ?? Number.NaN;
    // An error about an attempt comes from another host.
    if (handshakes.counted[row] !== 1 || outcome === Outcome.icmp || Number.isNaN(time)) continue;
    of(handshakes.server[row] ?? 0).spoke.push({ time, frame: handshakes.answerFrame[row] ?? 0 });
  }
  const { lastBackoff } = connections.ofClient;
  for (const [row, state] of connections.state.entries()) {
    if (connections.counted[row] !== 1 || (state & State.server) === 0) continue;
    const last = { time: connections.lastTime[row] ?? 0, frame: connections.lastFrame[row] ?? 0 };
    const tries = lastBackoff[row] ?? 0;
    const speech = of(connections.server[row] ?? 0);
    if (tries >= ABANDONED_TRIES) speech.abandoned.push(last);
    else if (tries === 0 && (state & State.clientReset) === 0) speech.spoke.push(last);
  }
  for (const { address, icmp } of listeners(capture)) {
    if (icmp.length === 0) continue;
    const speech = servers.get(address);
    if (speech) speech.icmp.push(...icmp);
    else servers.set(address, { spoke: [], abandoned: [], icmp: [...icmp] });
  }
  for (const { spoke, abandoned } of servers.values()) {
    spoke.sort((a, b) => a.time - b.time);
    abandoned.sort((a, b) => a.time - b.time);
  }
  return servers;
}

/** The first of some moments in order that lies behind a time: its place. */
export function firstBehind(moments: readonly Moment[], time: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function add<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
