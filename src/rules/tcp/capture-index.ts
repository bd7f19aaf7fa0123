import type { Capture, IcmpAnswers, StrayAnswer } from "../../pcap/index.ts";
import { Outcome, State, listeners, pairKey, strayAnswers } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";
import type { Moments } from "./grouped.ts";
import { Grouped } from "./grouped.ts";

/** When an address that is a server sent something. */
export interface ServerSpeech {
  /** Frames of answers to SYNs, and of the ends of connections in which what the client sent was heeded. */
  readonly spoke: Moments;
  /** Last frames of connections whose client sent data again and again without an answer. */
  readonly abandoned: Moments;
  readonly icmp: readonly IcmpAnswers[];
}

/** Data that was sent again so often without an answer is not just late. */
const ABANDONED_TRIES = 2;
/** Ports that are told of a client and a server. */
const MOST_PORTS = 16;
const PORTS = 0x10000;

/** What rules look up in a capture again and again, once for each listener: a port scan has very many. */
export class CaptureIndex {
  readonly #capture: Capture;
  #answeredPorts: ReadonlyMap<number, readonly number[]> | undefined;
  #answeredByPort: Grouped | undefined;
  #strays: ReadonlyMap<number, StrayAnswer> | undefined;
  #spoke: Grouped | undefined;
  #askedInVain: Grouped | undefined;
  #abandoned: Grouped | undefined;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  /** Ports of a server's address on which it answered a client; both are address ids. */
  answeredPorts(client: number, server: number): readonly number[] {
    this.#answeredPorts ??= answeredPorts(this.#capture);
    return this.#answeredPorts.get(pairKey(client, server)) ?? [];
  }

  /** Rows of handshakes that were answered at their first try, by the client's port. */
  answeredFrom(clientPort: number): Moments {
    this.#answeredByPort ??= answeredByPort(this.#capture);
    return this.#answeredByPort.of(clientPort);
  }

  /** SYN-ACKs from another address, by the row of the attempt that they answer. */
  get strays(): ReadonlyMap<number, StrayAnswer> {
    this.#strays ??= new Map(strayAnswers(this.#capture).map((stray) => [stray.asked.row, stray] as const));
    return this.#strays;
  }

  /** When a server other than this one, by their ids, was last heard; -Infinity where none was. */
  othersSpokeUntil(server: number): number {
    this.#spoke ??= spoke(this.#capture);
    return this.#spoke.latestBut(server);
  }

  /** When a server other than this one was last sent a SYN of an attempt that got no answer; -Infinity where none was. */
  othersAskedInVainUntil(server: number): number {
    this.#askedInVain ??= askedInVain(this.#capture);
    return this.#askedInVain.latestBut(server);
  }

  /** What a server's address did, by its id. */
  speechOf(server: number): ServerSpeech {
    this.#spoke ??= spoke(this.#capture);
    this.#abandoned ??= abandoned(this.#capture);
    const address = this.#capture.address(server);
    return {
      spoke: this.#spoke.of(server),
      abandoned: this.#abandoned.of(server),
      icmp: icmpOf(this.#capture).get(address) ?? [],
    };
  }
}

/** The index of a capture, whose parts are made when they are first asked for. */
export const captureIndex: (capture: Capture) => CaptureIndex = memo((capture) => new CaptureIndex(capture));

function answeredPorts({ handshakes }: Capture): Map<number, number[]> {
  const { client, server, serverPort, outcome, counted, length } = handshakes;
  const found = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    const what = outcome[row];
    if (counted[row] !== 1 || (what !== Outcome.answered && what !== Outcome.answeredLate)) continue;
    const key = pairKey(client[row] as number, server[row] as number);
    const ports = found.get(key);
    const port = serverPort[row] as number;
    if (!ports) found.set(key, [port]);
    else if (ports.length < MOST_PORTS && !ports.includes(port)) ports.push(port);
  }
  return found;
}

function answeredByPort({ handshakes: h }: Capture): Grouped {
  const keep = new Uint8Array(h.length);
  for (let row = 0; row < h.length; row++) {
    if (h.outcome[row] === Outcome.answered && h.synCount[row] === 1) keep[row] = 1;
  }
  return new Grouped(PORTS, [{ group: h.clientPort, time: h.firstTime, keep }]);
}

function spoke({ handshakes: h, connections: c }: Capture): Grouped {
  const answered = new Uint8Array(h.length);
  for (let row = 0; row < h.length; row++) {
    // An error about an attempt comes from another host.
    const isAnswer = h.outcome[row] !== Outcome.icmp && !Number.isNaN(h.answerTime[row]);
    if (h.counted[row] === 1 && isAnswer) answered[row] = 1;
  }
  const heeded = new Uint8Array(c.length);
  const { counted, state } = c;
  const { lastBackoff } = c.ofClient;
  for (let row = 0; row < c.length; row++) {
    const ends = (state[row] as number) & (State.server | State.clientReset);
    if (counted[row] === 1 && ends === State.server && lastBackoff[row] === 0) heeded[row] = 1;
  }
  return new Grouped(groupsOf(h.server, c.server), [
    { group: h.server, time: h.answerTime, item: h.answerFrame, keep: answered },
    { group: c.server, time: c.lastTime, item: c.lastFrame, keep: heeded },
  ]);
}

function askedInVain({ handshakes: h }: Capture): Grouped {
  const keep = new Uint8Array(h.length);
  for (let row = 0; row < h.length; row++)
    if (h.counted[row] === 1 && h.outcome[row] === Outcome.unanswered) keep[row] = 1;
  return new Grouped(groupsOf(h.server), [{ group: h.server, time: h.lastSynTime, keep }]);
}

function abandoned({ connections: c }: Capture): Grouped {
  const keep = new Uint8Array(c.length);
  const { counted, state } = c;
  const { lastBackoff } = c.ofClient;
  for (let row = 0; row < c.length; row++) {
    const isAbandoned = (lastBackoff[row] as number) >= ABANDONED_TRIES;
    if (counted[row] === 1 && ((state[row] as number) & State.server) !== 0 && isAbandoned) keep[row] = 1;
  }
  return new Grouped(groupsOf(c.server), [{ group: c.server, time: c.lastTime, item: c.lastFrame, keep }]);
}

/** One more than the largest id. */
function groupsOf(...columns: readonly Int32Array[]): number {
  let most = -1;
  for (const ids of columns)
    for (let row = 0; row < ids.length; row++) most = Math.max(most, ids[row] as number);
  return most + 1;
}

/** The ICMP errors about each address. */
const icmpOf: (capture: Capture) => ReadonlyMap<string, readonly IcmpAnswers[]> = memo((capture) => {
  const found = new Map<string, IcmpAnswers[]>();
  for (const { address, icmp } of listeners(capture)) {
    if (icmp.length > 0) found.set(address, [...(found.get(address) ?? []), ...icmp]);
  }
  return found;
});
