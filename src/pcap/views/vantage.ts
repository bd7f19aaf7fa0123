import type { Capture } from "../capture.ts";
import { State } from "../connection-table.ts";
import { Outcome } from "../handshake-table.ts";
import { Times } from "./measure.ts";
import { spanText } from "./text.ts";

/** Where a capture was made, as far as it tells. */
export interface Vantage {
  /** Whether TCP conversations were seen in both directions; `unknown` without any. */
  readonly ways: "both" | "one" | "unknown";
  /** Whose side of the connections the capture stood on. */
  readonly side: "client" | "server" | "between" | "unknown";
  /** The capturing host's own addresses, where they can be told; those that send most come first. */
  readonly hosts: readonly string[];
  /** `known` where the capture itself tells the host's addresses, or marks what it sent; `likely` where times tell; else `unknown`. */
  readonly sure: "known" | "likely" | "unknown";
  /** What tells it. */
  readonly why: readonly string[];
}

const MARKED = "the capture marks as outgoing what its host sends, and never as incoming";
/** Addresses that are named. */
const MOST_HOSTS = 8;
/** Handshakes or connections that times are taken from, at least. */
const LEAST_PAIRS = 3;
/** How many times longer the far half of the round trip must be than the near one. */
const CLEARLY = 10;
/** A far half below this may be the hosts' own slowness. */
const LEAST_FAR = 200e-6;

/**
 * Where a capture was made: by the addresses that pcapng tells of its interfaces, by the direction marks of pcapng and of Linux's
 * cooked captures, or else by which half of the round trip is short.
 */
export function vantageOf(capture: Capture): Vantage {
  const ways = waysOf(capture);
  if (capture.files.length > 1) {
    const why = ["several files were read as one capture"];
    return { ways, side: "unknown", hosts: [], sure: "unknown", why };
  }
  const told = capture.interfaces.flatMap(({ addresses }) => addresses);
  const marked = ownAddresses(capture);
  const hosts = [...new Set([...told, ...marked])];
  if (hosts.length === 0) return { ways, ...byTimes(capture) };
  const side = sideOf(capture, new Set(hosts));
  const why = [
    ...(told.length === 0 ? [] : ["the file tells the addresses of its interfaces"]),
    ...(marked.length === 0 ? [] : [MARKED]),
  ];
  return { ways, side, hosts: hosts.slice(0, MOST_HOSTS), sure: "known", why };
}

function waysOf({ oneWay, handshakes, connections, dns }: Capture): Vantage["ways"] {
  if (oneWay) return "one";
  const both = State.client | State.server;
  const isSeen =
    connections.state.some((state) => (state & both) === both) ||
    handshakes.answerFrame.some((frame) => frame > 0) ||
    dns.answerFrame.some((frame) => frame > 0);
  return isSeen ? "both" : "unknown";
}

/** Addresses whose packets went out at the capturing host and never came in: those that it forwards do both. */
function ownAddresses({ tally }: Capture): string[] {
  if (tally === undefined) return [];
  const { outgoing, incoming, length } = tally.addresses;
  const own: number[] = [];
  for (let id = 0; id < length; id++) if ((outgoing[id] as number) > 0 && incoming[id] === 0) own.push(id);
  own.sort((a, b) => (outgoing[b] as number) - (outgoing[a] as number));
  return own.map((id) => tally.address(id));
}

function sideOf({ handshakes, dns }: Capture, own: ReadonlySet<string>): Vantage["side"] {
  let asClient = 0;
  let asServer = 0;
  let neither = 0;
  for (const table of [handshakes, dns]) {
    const { client, server, length } = table;
    for (let row = 0; row < length; row++) {
      const isClient = own.has(table.address(client[row] as number));
      const isServer = own.has(table.address(server[row] as number));
      if (isClient) asClient++;
      if (isServer) asServer++;
      if (!isClient && !isServer) neither++;
    }
  }
  const most = Math.max(asClient, asServer, neither);
  if (most === 0) return "unknown";
  if (neither === most) return "between";
  return asClient === asServer ? "unknown" : asClient > asServer ? "client" : "server";
}

/**
 * At the server a SYN-ACK follows its SYN at once, and the ACK comes a round trip later; at the client it is the other way.
 * So it is with data and its ACKs, where handshakes are too few.
 */
function byTimes(capture: Capture): Omit<Vantage, "ways"> {
  const handshakes = halvesOfHandshakes(capture);
  const halves = handshakes.count >= LEAST_PAIRS ? handshakes : halvesOfConnections(capture);
  const nothing = { side: "unknown", hosts: [], sure: "unknown" } as const;
  const { toServer, toClient, what, count } = halves;
  if (count < LEAST_PAIRS)
    return { ...nothing, why: ["too few handshakes and connections to tell by their times"] };
  const why = [
    `${what[0]} ${spanText(toServer)} behind ${what[1]} ${spanText(toClient)} (medians of ${count})`,
  ];
  const far = Math.max(toServer, toClient);
  if (far < LEAST_FAR || far < CLEARLY * Math.min(toServer, toClient)) return { ...nothing, why };
  return { side: toClient > toServer ? "server" : "client", hosts: [], sure: "likely", why };
}

/** Medians of the round trip's half on the server's side of the capture, and of that on the client's. */
interface Halves {
  readonly toServer: number;
  readonly toClient: number;
  readonly count: number;
  readonly what: readonly [string, string];
}

function halvesOf(toServer: Times, toClient: Times, what: Halves["what"]): Halves {
  const there = toServer.spread();
  const back = toClient.spread();
  return { toServer: there?.p50 ?? 0, toClient: back?.p50 ?? 0, count: there?.count ?? 0, what };
}

function halvesOfHandshakes({ handshakes: table }: Capture): Halves {
  const toServer = new Times();
  const toClient = new Times();
  for (let row = 0; row < table.length; row++) {
    if (table.outcome[row] !== Outcome.answered || table.completed[row] !== 1) continue;
    if (table.synCount[row] !== 1 || table.synAckCount[row] !== 1) continue;
    const answer = table.answerTime[row] as number;
    toServer.add(answer - (table.firstTime[row] as number), 0);
    toClient.add((table.completeTime[row] as number) - answer, 0);
  }
  return halvesOf(toServer, toClient, ["SYN-ACKs come", "their SYNs, ACKs"]);
}

function halvesOfConnections({ connections: table }: Capture): Halves {
  const toServer = new Times();
  const toClient = new Times();
  for (let row = 0; row < table.length; row++) {
    const there = table.ofClient.rtt[row] as number;
    const back = table.ofServer.rtt[row] as number;
    if (table.counted[row] !== 1 || Number.isNaN(there) || Number.isNaN(back)) continue;
    toServer.add(there, 0);
    toClient.add(back, 0);
  }
  return halvesOf(toServer, toClient, ["the servers' ACKs come", "data, the clients'"]);
}
