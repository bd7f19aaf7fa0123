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

type Sum = { -readonly [Key in keyof QueryTotals]: number };

interface ServerSum extends Sum {
  tcp: number;
  readonly clients: Set<number>;
  readonly codes: Map<number, number>;
  readonly latencies: Latencies;
}

const newSum = (): Sum => ({ asked: 0, answered: 0, icmp: 0, unanswered: 0, undecided: 0, nxdomain: 0 });
const newServerSum = (): ServerSum => ({
  ...newSum(),
  tcp: 0,
  clients: new Set(),
  codes: new Map(),
  latencies: new Latencies(),
});

const NXDOMAIN = 3;

/** Adds queries up, when they leave the table. */
export class DnsSums {
  readonly #all = newSum();
  readonly #servers = new Map<number, ServerSum>();
  readonly #clients = new Map<number, Sum>();
  readonly #names = new Map<number, Sum>();

  /** Adds a query that won't change any more. */
  add(c: DnsColumns, row: number): void {
    if (c.counted[row] !== 1) return;
    note(this.#all, c, row);
    const client = c.originalClient[row] as number;
    const ofClient = sumOf(this.#clients, client, MAX_CLIENTS, newSum);
    if (ofClient) note(ofClient, c, row);
    const name = c.name[row] as number;
    // There are no more names than have numbers.
    const ofName = name === 0 ? undefined : sumOf(this.#names, name, Number.POSITIVE_INFINITY, newSum);
    if (ofName) note(ofName, c, row);
    const server = sumOf(this.#servers, c.server[row] as number, MAX_SERVERS, newServerSum);
    if (!server) return;
    note(server, c, row);
    if (server.clients.size < MAX_CLIENTS) server.clients.add(client);
    if (c.transport[row] === Transport.tcp) server.tcp++;
    const code = c.rcode[row] as number;
    if (code === -1) return;
    server.codes.set(code, (server.codes.get(code) ?? 0) + 1);
    server.latencies.add((c.answerTime[row] as number) - (c.time[row] as number));
  }

  finish(address: (id: number) => string, nameOf: (name: number) => string): DnsTotals {
    return {
      ...this.#all,
      servers: Array.from(this.#servers, ([id, { codes, clients, latencies, ...sum }]) => ({
        server: address(id),
        ...sum,
        clients: clients.size,
        codes: Object.fromEntries(
          [...codes].sort(([a], [b]) => a - b).map(([code, n]) => [responseCodeName(code), n]),
        ),
        latency: latencies.finish(),
      })).sort(byAsked),
      clients: Array.from(this.#clients, ([id, sum]) => ({ client: address(id), ...sum })).sort(byAsked),
      names: [...this.#names]
        .sort(([, a], [, b]) => byAsked(a, b))
        .slice(0, TOLD_NAMES)
        .map(([name, sum]) => ({ name: nameOf(name), ...sum })),
    };
  }
}

function note(sum: Sum, c: DnsColumns, row: number): void {
  sum.asked++;
  const code = c.rcode[row] as number;
  if (code !== -1) sum.answered++;
  else if (c.icmp[row] === 1) sum.icmp++;
  else if (c.undecided[row] === 1) sum.undecided++;
  else sum.unanswered++;
  if (code === NXDOMAIN) sum.nxdomain++;
}

function sumOf<S extends Sum>(
  sums: Map<number, S>,
  key: number,
  limit: number,
  make: () => S,
): S | undefined {
  const known = sums.get(key);
  if (known || sums.size >= limit) return known;
  const made = make();
  sums.set(key, made);
  return made;
}

const byAsked = (a: QueryTotals, b: QueryTotals): number => b.asked - a.asked;
