import type { DnsColumns } from "./dns-table.ts";
import { responseCodeName, Transport } from "./dns-table.ts";
import { Latencies, type LatencyTotals } from "./latencies.ts";

/** What became of some queries. Repetitions count as queries of their own; copies before address translation don't. */
export interface QueryTotals {
  readonly asked: number;
  /** A response came, whatever it said. */
  readonly answered: number;
  /** An ICMP error came. */
  readonly icmp: number;
  /** Nothing came although it was due. */
  readonly unanswered: number;
  /** Nothing came before the capture ended, which was too soon to tell. */
  readonly undecided: number;
  /** Of the answers, those that there is no such name. */
  readonly nxdomain: number;
}

/** The queries to one server. */
export interface ServerTotals extends QueryTotals {
  readonly server: string;
  readonly clients: number;
  /** Of those asked, the ones over TCP. */
  readonly tcp: number;
  /** By name, such as `NOERROR`. */
  readonly codes: Readonly<Record<string, number>>;
  /** Of the answers; `undefined` without one. */
  readonly latency: LatencyTotals | undefined;
}

/** The queries of one client, by its address before translation where that was captured. */
export interface ClientTotals extends QueryTotals {
  readonly client: string;
}

/** The queries for one name. */
export interface NameTotals extends QueryTotals {
  readonly name: string;
}

/** Sums over all queries of a capture, those that the table had no room for included; each list by queries, the most first. */
export interface DnsTotals extends QueryTotals {
  readonly servers: readonly ServerTotals[];
  readonly clients: readonly ClientTotals[];
  /** The thousand names that were asked for most. */
  readonly names: readonly NameTotals[];
}

/** Servers, and clients of one, that are told apart; queries to and from others count in the whole alone. */
const MAX_SERVERS = 4096;
const MAX_CLIENTS = 1 << 16;
const TOLD_NAMES = 1000;

/** Places of what is counted of each. */
const ASKED = 0;
const ANSWERED = 1;
const ICMP = 2;
const UNANSWERED = 3;
const UNDECIDED = 4;
const NXDOMAIN = 5;
const COUNTS = 6;

const NO_SUCH_NAME = 3;

/** Counts for each of some small numbers. */
class Counts {
  /** The numbers that were counted, in the order of their first coming. */
  readonly seen: number[] = [];
  #words = new Uint32Array(64 * COUNTS);
  readonly #limit: number;

  /** @param limit most numbers that are told apart; others don't count */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was room for it. */
  add(number: number, what: number, isNoSuchName: boolean): boolean {
    const at = number * COUNTS;
    if (at >= this.#words.length) this.#grow(at);
    const words = this.#words;
    if (words[at] === 0) {
      if (this.seen.length === this.#limit) return false;
      this.seen.push(number);
    }
    (words[at] as number)++;
    (words[at + what] as number)++;
    if (isNoSuchName) (words[at + NXDOMAIN] as number)++;
    return true;
  }

  of(number: number): QueryTotals {
    const count = (place: number) => this.#words[number * COUNTS + place] ?? 0;
    return {
      asked: count(ASKED),
      answered: count(ANSWERED),
      icmp: count(ICMP),
      unanswered: count(UNANSWERED),
      undecided: count(UNDECIDED),
      nxdomain: count(NXDOMAIN),
    };
  }

  #grow(at: number): void {
    const words = new Uint32Array(2 * (at + COUNTS));
    words.set(this.#words);
    this.#words = words;
  }
}

/** What is told of a server beside counts. */
class OfServer {
  tcp = 0;
  readonly clients: Set<number> = new Set();
  readonly codes: Map<number, number> = new Map();
  readonly latencies: Latencies = new Latencies();
}

/** Adds queries up, when they leave the table. */
export class DnsSums {
  readonly #all = new Counts(1);
  readonly #clients = new Counts(MAX_CLIENTS);
  /** There are no more names than have numbers. */
  readonly #names = new Counts(Number.POSITIVE_INFINITY);
  readonly #servers = new Counts(MAX_SERVERS);
  readonly #ofServer = new Map<number, OfServer>();

  /** Adds queries that won't change any more: those of a table that are wanted. */
  add(c: DnsColumns, isWanted: (row: number) => boolean = () => true): void {
    const { counted, originalClient, name, server, rcode, icmp, undecided } = c;
    for (let row = 0; row < counted.length; row++) {
      if (counted[row] !== 1 || !isWanted(row)) continue;
      const code = rcode[row] as number;
      const what =
        code !== -1 ? ANSWERED : icmp[row] === 1 ? ICMP : undecided[row] === 1 ? UNDECIDED : UNANSWERED;
      const isNoSuchName = code === NO_SUCH_NAME;
      this.#all.add(0, what, isNoSuchName);
      this.#clients.add(originalClient[row] as number, what, isNoSuchName);
      if (name[row] !== 0) this.#names.add(name[row] as number, what, isNoSuchName);
      if (this.#servers.add(server[row] as number, what, isNoSuchName)) this.#note(c, row);
    }
  }

  finish(address: (id: number) => string, nameOf: (name: number) => string): DnsTotals {
    return {
      ...this.#all.of(0),
      servers: Array.from(this.#ofServer, ([id, { tcp, codes, clients, latencies }]) => ({
        server: address(id),
        ...this.#servers.of(id),
        tcp,
        clients: clients.size,
        codes: Object.fromEntries(
          [...codes].sort(([a], [b]) => a - b).map(([code, n]) => [responseCodeName(code), n]),
        ),
        latency: latencies.finish(),
      })).sort(byAsked),
      clients: this.#clients.seen
        .map((id) => ({ client: address(id), ...this.#clients.of(id) }))
        .sort(byAsked),
      names: this.#names.seen
        .map((name) => ({ name, sum: this.#names.of(name) }))
        .sort((a, b) => byAsked(a.sum, b.sum))
        .slice(0, TOLD_NAMES)
        .map(({ name, sum }) => ({ name: nameOf(name), ...sum })),
    };
  }

  #note({ server, originalClient, transport, rcode, answerTime, time }: DnsColumns, row: number): void {
    const id = server[row] as number;
    let of = this.#ofServer.get(id);
    if (of === undefined) this.#ofServer.set(id, (of = new OfServer()));
    if (of.clients.size < MAX_CLIENTS) of.clients.add(originalClient[row] as number);
    if (transport[row] === Transport.tcp) of.tcp++;
    const code = rcode[row] as number;
    if (code === -1) return;
    of.codes.set(code, (of.codes.get(code) ?? 0) + 1);
    of.latencies.add((answerTime[row] as number) - (time[row] as number));
  }
}

const byAsked = (a: QueryTotals, b: QueryTotals): number => b.asked - a.asked;
