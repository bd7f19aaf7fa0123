import { groupBy, firstOf } from "../../bytes/index.ts";
import type { Located } from "../../bundle/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Capture, DnsExchange, DnsTable, DuplicateId } from "../../pcap/index.ts";
import { dnsExchanges, duplicateIds, exchange, pairKey } from "../../pcap/index.ts";
import { memo } from "../../bytes/index.ts";
import { lostAnswers } from "./lost-answers.ts";

/** All queries of one client to one server in a capture. */
export interface Conversation {
  readonly capture: Located<Capture>;
  /** The client's own address, before translation where that was captured; so with the server that it asked. */
  readonly client: string;
  readonly server: string;
  /** Spelled out when first asked for. */
  readonly exchanges: readonly DnsExchange[];
  /** Whether every query got one answer, at once, and none was repeated: most of a capture's conversations are so. */
  readonly isQuiet: boolean;
  /** Queries that were answered NXDOMAIN. */
  readonly nxdomain: number;
  /** Queries of one lookup that share a transaction id; two names under one id are an accident of a busy socket. */
  readonly pairs: readonly DuplicateId[];
  /** Whether the capture shows any answer at all, to whomever; else its filter may have left them out. */
  readonly seesAnswers: boolean;
}

/** A conversation, and those of its queries that went wrong. */
export interface DnsTrouble extends Conversation {
  readonly troubled: readonly DnsExchange[];
}

/** Names and frames that a citation spells out; more are counted. */
const NAMED = 6;

/** The queries of a capture, spelled out once for all rules. */
export const exchangesIn: (capture: Capture) => readonly DnsExchange[] = memo((capture) => [
  ...dnsExchanges(capture),
]);

/** The conversations of a host's captures, client by client and server by server. */
export const conversations: (host: HostEvidence) => readonly Conversation[] = memo((host) => [
  ...findConversations(host),
]);

function* findConversations(host: HostEvidence): Generator<Conversation> {
  for (const capture of host.captures) {
    const { dns } = capture.model;
    const seesAnswers = dns.rcode.some((code) => code !== -1) || dns.icmp.includes(1);
    const keyOf = (client: string, server: string): string => `${client} ${server}`;
    const pairs = groupBy(duplicateIds(capture.model), ({ first }) =>
      keyOf(clientOf(first), serverOf(first)),
    );
    for (const rows of rowsByConversation(dns)) {
      const first = exchange(dns, rows[0] ?? 0);
      const [client, server] = [clientOf(first), serverOf(first)];
      const ofOneLookup = (pairs.get(keyOf(client, server)) ?? []).filter(({ sameName }) => sameName);
      let exchanges: readonly DnsExchange[] | undefined;
      yield {
        capture,
        client,
        server,
        get exchanges() {
          return (exchanges ??= rows.map((row) => exchange(dns, row)));
        },
        isQuiet: ofOneLookup.length === 0 && !rows.some((row) => isTroubled(dns, row)),
        nxdomain: rows.reduce((sum, row) => (dns.rcode[row] === NXDOMAIN ? sum + 1 : sum), 0),
        pairs: ofOneLookup,
        seesAnswers,
      };
    }
  }
}

/** The rows of the queries that count, by a number. */
export function rowsBy(dns: DnsTable, keyOf: (row: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < dns.length; row++) {
    if (dns.counted[row] !== 1) continue;
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** The rows of each client's queries to each server, as the client knows both. */
function rowsByConversation(dns: DnsTable): Iterable<number[]> {
  return rowsBy(dns, (row) => pairKey(dns.originalClient[row] ?? 0, dns.originalServer[row] ?? 0)).values();
}

const NOERROR = 0;
const NXDOMAIN = 3;

/** No resolver repeats a query, or gives a server up, sooner than after so many seconds. */
export const LEAST_TIMEOUT = 0.9;

/** Whether anything but one whole answer, in time, came of a query. */
function isTroubled(dns: DnsTable, row: number): boolean {
  const code = dns.rcode[row];
  return (
    (code !== NOERROR && code !== NXDOMAIN) ||
    dns.retryOf[row] !== -1 ||
    dns.truncated[row] === 1 ||
    (dns.answerTime[row] ?? 0) - (dns.time[row] ?? 0) >= LEAST_TIMEOUT ||
    (dns.answerCopies[row] ?? 0) < (dns.copies[row] ?? 0)
  );
}

/** Queries of one lookup leave within this many seconds of each other. */
const ONE_LOOKUP = 1;
/** Neighbours of a query that are looked through for those of its lookup; a busy socket has more. */
const LOOK_AROUND = 32;

/**
 * The queries that repeat one which went wrong: itself or the other one of its lookup had no answer by then, or one that
 * was lost on its way. glibc asks again for both where one answer is missing. A program that asks the same question
 * every few seconds repeats nothing, and looks as if it did where answers were not captured: then only its id tells.
 */
export function repetitions(conversation: Conversation): ReadonlyMap<DnsExchange, DnsExchange> {
  let known = repeated.get(conversation.exchanges);
  if (!known) {
    known = findRepetitions(conversation);
    repeated.set(conversation.exchanges, known);
  }
  return known;
}

const repeated = new WeakMap<readonly DnsExchange[], ReadonlyMap<DnsExchange, DnsExchange>>();

function findRepetitions({ exchanges, capture, seesAnswers }: Conversation): Map<DnsExchange, DnsExchange> {
  const byRow = new Map(exchanges.map((query) => [query.row, query]));
  const bySocket = groupBy(exchanges, socketAndName);
  const places = new Map([...bySocket.values()].flatMap((group) => group.map(({ row }, at) => [row, at])));
  const repeats = new Map<DnsExchange, DnsExchange>();
  for (const query of exchanges) {
    const before = query.retryOf === undefined ? undefined : byRow.get(query.retryOf);
    if (!before || (!seesAnswers && before.id !== query.id)) continue;
    const at = places.get(before.row) ?? 0;
    const around = bySocket
      .get(socketAndName(before))
      ?.slice(Math.max(0, at - LOOK_AROUND), at + LOOK_AROUND);
    // Who is told that an answer was cut asks for all of it over TCP.
    const isForWhole =
      query.transport === "tcp" &&
      around?.some(({ answer }) => answer?.truncated === true && answer.time <= query.time) === true;
    // A client that always takes one id may ask again at once: what is nearer to this query is of its own lookup.
    const ofOne = Math.min(ONE_LOOKUP, (query.time - before.time) / 2);
    const wentWrong = around?.some(
      (other) =>
        Math.abs(other.time - before.time) <= ofOne &&
        (!isAnsweredBy(other, query.time) || isAnswerLost(capture.model, other)),
    );
    if (wentWrong === true && !isForWhole) repeats.set(query, before);
  }
  return repeats;
}

/** What the queries of one lookup share. */
export const socketAndName = ({ clientPort, original, name }: DnsExchange): string =>
  `${original?.clientPort ?? clientPort} ${name}`;

function isAnsweredBy({ answer, icmp }: DnsExchange, time: number): boolean {
  return icmp !== undefined || (answer !== undefined && answer.time <= time);
}

/** Whether an answer was seen on its way and did not come to the client. */
export const isAnswerLost = (capture: Capture, { row }: DnsExchange): boolean =>
  lostAnswers(capture).has(row);

/** Who asked, by its own address. */
export function clientOf({ client, original }: DnsExchange): string {
  return original?.client ?? client;
}

/** Whom it asked, by the address that it knows. */
export function serverOf({ server, original }: DnsExchange): string {
  return original?.server ?? server;
}

/** Whether nothing came although it was due. */
export function isSilent({ answer, icmp, undecided }: DnsExchange): boolean {
  return answer === undefined && icmp === undefined && !undecided;
}

/** Whether queries or answers were lost: nothing came to the client, and nobody said why. */
export function hasLosses({ exchanges, capture }: Conversation): boolean {
  return exchanges.some((query) => isSilent(query) || isAnswerLost(capture.model, query));
}

/** What a finding about a conversation is about. */
export function dnsSubject({ client, server }: Pick<Conversation, "client" | "server">): {
  kind: "dns";
  name: string;
  client: string;
  server: string;
} {
  return { kind: "dns", name: `${client} asking ${server}`, client, server };
}

/** The names that were asked for, the first few. */
export function namesOf(exchanges: readonly DnsExchange[]): string {
  const names = [...new Set(exchanges.map(({ name }) => name).filter((name) => name !== ""))];
  return firstOf(names, NAMED, "other names");
}

/** A citation of queries by their frames. */
export function citeQueries(
  { capture }: Pick<Conversation, "capture">,
  queries: readonly DnsExchange[],
  text: string,
): Cite {
  return {
    artifact: capture.artifact.path,
    text,
    where: { frames: queries.slice(0, NAMED).map(({ frame }) => frame) },
  };
}
