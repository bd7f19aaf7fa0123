import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Capture, DnsExchange } from "../../pcap/index.ts";
import { exchange } from "../../pcap/index.ts";
import { memo, groupBy } from "../../bytes/index.ts";
import { clientOf, exchangesIn, isSilent, rowsBy, serverOf } from "./dns-trouble.ts";

/** What one capture shows of one server. */
export interface ServerRecord {
  readonly capture: Located<Capture>;
  readonly server: string;
  readonly asked: readonly DnsExchange[];
  readonly clients: ReadonlySet<string>;
  /** Queries to which a response came, and those to which an ICMP error came. */
  readonly answered: number;
  readonly icmp: number;
  /** Queries whose answer came from another address: somebody is there. */
  readonly strays: number;
  /** Queries to which nothing came although it was due. */
  readonly silent: readonly DnsExchange[];
  /** Those of them that waited for as long as resolvers do. */
  readonly waited: number;
  /** Those at the end, behind the last one that was answered. */
  readonly silentAtEnd: number;
  /** Queries that the same client put to another server as well, which answered within a small part of the time that was left. */
  readonly outpaced: readonly DnsExchange[];
  /** Whether a client that it left without any answer got one from another server, in the same capture. */
  readonly othersAnswer: boolean;
}

/** How many times longer than the other server took the capture must have gone on. */
const PATIENCE = 10;
/** A client that asks several servers does so within this time. */
const AT_ONCE = 1;

/** The default timeout of most resolvers, in seconds: what takes longer is of no use to them. */
const TIMEOUT = 5;

/** What the captures of a host show of each server. */
export const serverRecords = (host: HostEvidence): ServerRecord[] => host.captures.flatMap(recordsOf);

/** Whether a server never answers anybody, in a capture that would show it if it did. */
export function isDead(record: ServerRecord): boolean {
  // In this order: what is told by the queries themselves is spelled out for few servers.
  if (record.answered + record.icmp + record.strays > 0) return false;
  const { silent } = record;
  const isTold = silent.length >= FEW || record.outpaced.length > FEW;
  // What the capturing system dropped looks as if nobody had sent it.
  const { dropped = 0 } = record.capture.model;
  return isTold && dropped <= silent.length && record.othersAnswer;
}

/** Queries without an answer from which on silence is no accident. */
const FEW = 3;

const recordsOf: (capture: Located<Capture>) => readonly ServerRecord[] = memo((capture) => {
  const { dns } = capture.model;
  const byServer = rowsBy(dns, (row) => dns.originalServer[row] ?? 0);
  return Array.from(byServer, ([server, rows]) => new Queried(capture, dns.address(server), rows));
});

/** What a capture shows of one server: counted in its columns, and spelled out when it is asked for. */
class Queried implements ServerRecord {
  readonly capture: Located<Capture>;
  readonly server: string;
  readonly answered: number;
  readonly icmp: number;
  readonly strays: number;
  readonly #rows: readonly number[];
  #asked: readonly DnsExchange[] | undefined;
  #clients: ReadonlySet<string> | undefined;
  #silent: readonly DnsExchange[] | undefined;
  #outpaced: readonly DnsExchange[] | undefined;
  #othersAnswer: boolean | undefined;

  constructor(capture: Located<Capture>, server: string, rows: readonly number[]) {
    this.capture = capture;
    this.server = server;
    this.#rows = rows;
    const { rcode, icmp, strayFrame } = capture.model.dns;
    let [answered, errors, strays] = [0, 0, 0];
    for (const row of rows) {
      if (rcode[row] !== -1) answered++;
      else if (strayFrame[row] !== 0) strays++;
      if (icmp[row] === 1) errors++;
    }
    this.answered = answered;
    this.icmp = errors;
    this.strays = strays;
  }

  get asked(): readonly DnsExchange[] {
    return (this.#asked ??= this.#rows.map((row) => exchange(this.capture.model.dns, row)));
  }

  get clients(): ReadonlySet<string> {
    return (this.#clients ??= new Set(this.asked.map(clientOf)));
  }

  get silent(): readonly DnsExchange[] {
    return (this.#silent ??= this.asked.filter(isSilent));
  }

  get waited(): number {
    const end = endOf(this.capture.model);
    return this.silent.filter((query) => end - query.time >= TIMEOUT).length;
  }

  get silentAtEnd(): number {
    return this.asked.slice(this.asked.findLastIndex(isAnswered) + 1).filter(isSilent).length;
  }

  get outpaced(): readonly DnsExchange[] {
    return (this.#outpaced ??= this.#findOutpaced());
  }

  get othersAnswer(): boolean {
    return (this.#othersAnswer ??= exchangesIn(this.capture.model).some(
      (query) =>
        query.answer !== undefined && serverOf(query) !== this.server && this.clients.has(clientOf(query)),
    ));
  }

  #findOutpaced(): DnsExchange[] {
    const open = this.asked.filter((query) => !isAnswered(query));
    if (open.length === 0) return [];
    const end = endOf(this.capture.model);
    const byQuestion = groupBy(exchangesIn(this.capture.model), questionOf);
    return open.filter((query) =>
      byQuestion.get(questionOf(query))?.some((other) => isOutpacedBy(query, other, end)),
    );
  }
}

const isAnswered = ({ answer, icmp }: DnsExchange): boolean => answer !== undefined || icmp !== undefined;

/** When the capture ends; its last query may come behind the last packet with a later clock. */
const endOf: (capture: Capture) => number = memo((capture) =>
  exchangesIn(capture).reduce((latest, { time }) => Math.max(latest, time), capture.duration),
);

const questionOf = (query: DnsExchange): string =>
  `${clientOf(query)} ${query.type} ${query.name} ${Math.floor(query.time / AT_ONCE)}`;

function isOutpacedBy(query: DnsExchange, other: DnsExchange, end: number): boolean {
  if (other.answer === undefined || serverOf(other) === serverOf(query)) return false;
  const took = other.answer.time - other.time;
  return end - query.time >= PATIENCE * took;
}
