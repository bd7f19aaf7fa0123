import type { Capture } from "../capture.ts";
import { type DnsExchange, exchange } from "../dns-exchanges.ts";
import { type DnsTable, responseCodeName, Transport } from "../dns-table.ts";
import { isSlow, isStray, isUnanswered, lookupTook, tookOf, triesBefore } from "./dns-lookups.ts";
import { type End, endText, isEnd, parseEnd } from "./ends.ts";
import { limited, type Spread, marked, Times } from "./measure.ts";

/** Which DNS queries a view shows, and how. */
export interface DnsViewOptions {
  /** An address, with a port or without. */
  readonly server?: string | undefined;
  /** The same of the client; either may be meant as it was before address translation. */
  readonly client?: string | undefined;
  /** A part of the name that is asked for, in upper or lower case. */
  readonly name?: string | undefined;
  /** Only queries that were answered with one of these: `NXDOMAIN`, `SERVFAIL` … */
  readonly rcode?: readonly string[] | undefined;
  /** Only queries to which nothing came back. */
  readonly unanswered?: boolean | undefined;
  /** Only queries that took at least so many seconds from the first try of their lookup on, or got no answer. */
  readonly slow?: number | undefined;
  /** What is one row: a server if not given; a client, by its own address before translation; a name. */
  readonly by?: "server" | "client" | "name" | undefined;
  /** What comes first; the most queries if not given, or of single queries the earliest. */
  readonly sort?: "count" | "unanswered" | "took" | "retries" | undefined;
  /** Most rows. */
  readonly limit?: number | undefined;
  /** Whether each query is listed, instead of a row for several. */
  readonly queries?: boolean | undefined;
}

/** What came of several queries. */
export interface DnsCounts {
  /** Queries with their retries, copies of one packet counted once. */
  readonly queries: number;
  readonly answered: number;
  /** Nothing came back in time. */
  readonly unanswered: number;
  /** Nothing but an ICMP error came back. */
  readonly icmp: number;
  /** The capture ends before an answer was due. */
  readonly undecided: number;
  /** Queries that repeat one before. */
  readonly retries: number;
  /** Answers by their response code: `{ NOERROR: 12, NXDOMAIN: 3 }`. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** Of those without an answer, the ones that another address than was asked has answered. */
  readonly stray: number;
  /** Queries over TCP. */
  readonly tcp: number;
  /** Answers with the TC bit. */
  readonly truncated: number;
}

/** The queries of one server, client or name. */
export interface DnsRow extends DnsCounts {
  readonly key: string;
  /** Seconds from a query to its answer. */
  readonly answerTime: Spread | undefined;
  readonly firstFrame: number;
  /** The first query to which nothing came back; 0 for none. */
  readonly firstUnanswered: number;
}

/** One query, with what its lookup has cost. */
export interface DnsListed extends DnsExchange {
  /** Seconds from this query to its answer. */
  readonly took: number | undefined;
  /** The frames of this lookup's tries before this one, the first one first. */
  readonly triesBefore: readonly number[];
  /** Seconds from the lookup's first try to this query's answer. */
  readonly lookupTook: number | undefined;
}

/** What {@link dnsView} gives. */
export interface DnsView extends DnsCounts {
  /** Seconds since 1970 of the first packet, to which all times are relative. */
  readonly start: number | undefined;
  readonly by: "server" | "client" | "name";
  /** Queries before the filters. */
  readonly among: number;
  readonly answerTime: Spread | undefined;
  /** Rows, or queries where those were asked for, before the limit. */
  readonly of: number;
  readonly rows: readonly DnsRow[];
  readonly list: readonly DnsListed[];
}

/**
 * The DNS queries of a capture by server, client or name, or one by one. Copies before address translation are left out.
 *
 * @throws {InquestError} `misuse` for what is no address
 */
export function dnsView(capture: Capture, options: DnsViewOptions = {}): DnsView {
  const { dns, start } = capture;
  const by = options.by ?? "server";
  const rows = chosen(dns, options);
  const { key: _, firstFrame: _a, firstUnanswered: _b, ...total } = rowOf(dns, "", rows);
  const common = { start, by, among: marked(dns.counted), ...total };
  if (options.queries === true) {
    const { rows: shown, of } = limited(sorted(dns, rows, options.sort), options.limit);
    return { ...common, of, rows: [], list: shown.map((row) => listed(dns, row)) };
  }
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keyOf(dns, row, by);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const all = Array.from(groups, ([key, group]) => rowOf(dns, key, group));
  const weight = weightOf(options.sort);
  all.sort((a, b) => weight(b) - weight(a) || b.queries - a.queries || (a.key < b.key ? -1 : 1));
  const { rows: shown, of } = limited(all, options.limit);
  return { ...common, of, rows: shown, list: [] };
}

function chosen(dns: DnsTable, options: DnsViewOptions): number[] {
  const server = options.server === undefined ? undefined : parseEnd(options.server);
  const client = options.client === undefined ? undefined : parseEnd(options.client);
  const part = options.name?.toLowerCase();
  const rcodes =
    options.rcode === undefined ? undefined : new Set(options.rcode.map((code) => code.toUpperCase()));
  const rows: number[] = [];
  for (let row = 0; row < dns.length; row++) {
    if (dns.counted[row] !== 1) continue;
    const code = dns.rcode[row] as number;
    if (rcodes !== undefined && (code === -1 || !rcodes.has(responseCodeName(code)))) continue;
    if (options.unanswered === true && !isUnanswered(dns, row)) continue;
    if (options.slow !== undefined && !isSlow(dns, row, options.slow)) continue;
    if (part !== undefined && !dns.nameOf(dns.name[row] as number).includes(part)) continue;
    if (isServer(dns, row, server) && isClient(dns, row, client)) rows.push(row);
  }
  return rows;
}

function isServer(dns: DnsTable, row: number, wanted: End | undefined): boolean {
  return (
    wanted === undefined ||
    isEnd(wanted, dns.address(dns.server[row] as number), dns.serverPort[row] as number) ||
    isEnd(wanted, dns.address(dns.originalServer[row] as number), dns.originalServerPort[row] as number)
  );
}

function isClient(dns: DnsTable, row: number, wanted: End | undefined): boolean {
  return (
    wanted === undefined ||
    isEnd(wanted, dns.address(dns.client[row] as number), dns.clientPort[row] as number) ||
    isEnd(wanted, dns.address(dns.originalClient[row] as number), dns.originalClientPort[row] as number)
  );
}

function keyOf(dns: DnsTable, row: number, by: DnsView["by"]): string {
  if (by === "name") return dns.nameOf(dns.name[row] as number);
  if (by === "client") return dns.address(dns.originalClient[row] as number);
  return endText(dns.address(dns.server[row] as number), dns.serverPort[row] as number);
}

function rowOf(dns: DnsTable, key: string, rows: readonly number[]): DnsRow {
  const codes = new Map<number, number>();
  const times = new Times();
  let unanswered = 0;
  let icmp = 0;
  let undecided = 0;
  let retries = 0;
  let stray = 0;
  let tcp = 0;
  let truncated = 0;
  let firstFrame = 0;
  let firstUnanswered = 0;
  for (const row of rows) {
    const frame = dns.frame[row] as number;
    const code = dns.rcode[row] as number;
    if (firstFrame === 0 || frame < firstFrame) firstFrame = frame;
    if (dns.retryOf[row] !== -1) retries++;
    if (isStray(dns, row)) stray++;
    if (dns.transport[row] === Transport.tcp) tcp++;
    if (dns.truncated[row] === 1) truncated++;
    const took = tookOf(dns, row);
    if (took !== undefined) {
      codes.set(code, (codes.get(code) ?? 0) + 1);
      times.add(took, frame);
    } else if (dns.icmp[row] === 1) icmp++;
    else if (dns.undecided[row] === 1) undecided++;
    else {
      unanswered++;
      if (firstUnanswered === 0 || frame < firstUnanswered) firstUnanswered = frame;
    }
  }
  const byCode = [...codes].sort(([a], [b]) => a - b);
  return {
    key,
    queries: rows.length,
    answered: byCode.reduce((sum, [, count]) => sum + count, 0),
    unanswered,
    icmp,
    undecided,
    retries,
    rcodes: Object.fromEntries(byCode.map(([code, count]) => [responseCodeName(code), count])),
    stray,
    tcp,
    truncated,
    answerTime: times.spread(),
    firstFrame,
    firstUnanswered,
  };
}

function sorted(dns: DnsTable, rows: number[], sort: DnsViewOptions["sort"]): number[] {
  const weight =
    sort === "took"
      ? (row: number) => lookupTook(dns, row) ?? -1
      : sort === "retries"
        ? (row: number) => triesBefore(dns, row).length
        : sort === "unanswered"
          ? (row: number) => Number(isUnanswered(dns, row))
          : () => 0;
  return rows.sort((a, b) => weight(b) - weight(a) || (dns.frame[a] as number) - (dns.frame[b] as number));
}

function weightOf(sort: DnsViewOptions["sort"]): (row: DnsRow) => number {
  if (sort === "unanswered") return (row) => row.unanswered;
  if (sort === "took") return (row) => row.answerTime?.max ?? -1;
  if (sort === "retries") return (row) => row.retries;
  return (row) => row.queries;
}

function listed(dns: DnsTable, row: number): DnsListed {
  return {
    ...exchange(dns, row),
    took: tookOf(dns, row),
    triesBefore: triesBefore(dns, row)
      .map((before) => dns.frame[before] as number)
      .reverse(),
    lookupTook: lookupTook(dns, row),
  };
}
