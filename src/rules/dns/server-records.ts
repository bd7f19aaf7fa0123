import type { Located } from "../../bundle/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Capture, DnsExchange } from "../../pcap/index.ts";
import { clientOf, exchangesIn, groupBy, isSilent, serverOf } from "./dns-trouble.ts";

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

const records = new WeakMap<Capture, readonly ServerRecord[]>();

/** What the captures of a host show of each server. */
export function serverRecords(host: HostEvidence): ServerRecord[] {
  return host.captures.flatMap((capture) => {
    let known = records.get(capture.model);
    if (!known) {
      known = recordsOf(capture);
      records.set(capture.model, known);
    }
    return known;
  });
}

/** Whether a server never answers anybody, in a capture that would show it if it did. */
export function isDead({
  answered,
  icmp,
  strays,
  silent,
  outpaced,
  othersAnswer,
  capture,
}: ServerRecord): boolean {
  const isTold = silent.length >= FEW || outpaced.length > FEW;
  // What the capturing system dropped looks as if nobody had sent it.
  const { dropped = 0 } = capture.model;
  return answered + icmp + strays === 0 && othersAnswer && isTold && dropped <= silent.length;
}

/** Queries without an answer from which on silence is no accident. */
const FEW = 3;

function recordsOf(capture: Located<Capture>): ServerRecord[] {
  const all = exchangesIn(capture.model);
  const end = all.reduce((latest, { time }) => Math.max(latest, time), capture.model.duration);
  const byQuestion = groupBy(all, questionOf);
  const answeredClients = groupBy(
    all.filter(({ answer }) => answer !== undefined),
    clientOf,
  );
  return Array.from(groupBy(all, serverOf), ([server, asked]) => {
    const isAnswered = ({ answer, icmp }: DnsExchange): boolean => answer !== undefined || icmp !== undefined;
    const clients = new Set(asked.map(clientOf));
    const othersAnswer = [...clients].some((client) =>
      answeredClients.get(client)?.some((query) => serverOf(query) !== server),
    );
    const outpaced = asked.filter(
      (query) =>
        !isAnswered(query) &&
        byQuestion.get(questionOf(query))?.some((other) => isOutpacedBy(query, other, end)),
    );
    const lastAnswered = asked.findLastIndex(isAnswered);
    return {
      capture,
      server,
      asked,
      clients,
      answered: asked.filter(({ answer }) => answer !== undefined).length,
      icmp: asked.filter(({ icmp }) => icmp !== undefined).length,
      strays: asked.filter(({ stray }) => stray !== undefined).length,
      silent: asked.filter(isSilent),
      waited: asked.filter((query) => isSilent(query) && end - query.time >= TIMEOUT).length,
      silentAtEnd: asked.slice(lastAnswered + 1).filter(isSilent).length,
      outpaced,
      othersAnswer,
    };
  });
}

const questionOf = (query: DnsExchange): string =>
  `${clientOf(query)} ${query.type} ${query.name} ${Math.floor(query.time / AT_ONCE)}`;

function isOutpacedBy(query: DnsExchange, other: DnsExchange, end: number): boolean {
  if (other.answer === undefined || serverOf(other) === serverOf(query)) return false;
  const took = other.answer.time - other.time;
  return end - query.time >= PATIENCE * took;
}
