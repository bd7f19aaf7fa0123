import type { DnsExchange, DuplicateId } from "../../pcap/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { groupBy, isAnswerLost } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import { slowLookup } from "./slow-lookup.ts";

/** Seconds within which a lookup's queries and their repetitions lie: resolv.conf's usual timeout times attempts. */
const LOOKUP = 10;
/** A and AAAA pairs with different ids after which a client can be said not to repeat them. */
const ENOUGH_PAIRS = 3;
/** Pairs that are cited one by one. */
const CITED = 5;

/** A client that gives the A and AAAA queries of a lookup one id can't tell their answers apart. */
export const duplicateId = defineCause<DnsTrouble>({
  id: "dns/duplicate-id",
  title: "A and AAAA queries of one lookup carry the same transaction id",
  description:
    "Both queries of a lookup leave from one socket to one server with the same transaction id, and the client takes the answer " +
    "that comes first for that of its first question. musl takes the id from the clock, which on some hardware moves in coarse " +
    "steps. A repetition has the same id and the same type: that is none.",
  explains: [failedLookup, slowLookup],
  tests: [
    {
      statement:
        "the queries of the lookups that went wrong share a transaction id, and were answered in the wrong order or lost one answer",
      axis: "traffic",
      holds: "decisive",
      fails: "decisive",
      ask: {
        text: "a capture in the client's network namespace, of some failed lookups",
        command: "nsenter -t PID -n tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer: ({ seen }) => answerPairs(seen),
    },
  ],
  remedy: [
    "Use an image with glibc, or a musl of 1.2.4 or later, for the client; or have it ask for one family only.",
    "A caching resolver on the node answers both queries in order and makes it rarer.",
  ],
  references: [
    "https://git.musl-libc.org/cgit/musl/commit/?id=6c858d6fd4df8b5498ef2cae66c8f3c3eff1587b",
    "https://git.musl-libc.org/cgit/musl/tree/src/network/res_msend.c",
    "RFC 5452, section 9.2",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { pairs } = seen;
    if (pairs.length === 0) {
      return `Too few lookups of both types from one socket were captured from ${seen.client} to tell.`;
    }
    const crossed = pairs.filter((pair) => pair.answeredFirst === "second").length;
    const lost = pairs.filter((pair) => !pair.first.answer !== !pair.second.answer).length;
    return (
      `${count(pairs.length, "pair")} of queries from ${seen.client} to ${seen.server} carry one transaction id for two types; in ${crossed} ` +
      `of them the second question was answered first, so that the client took that answer for the first's, and in ${lost} one ` +
      `answer of the two was lost.`
    );
  },
});

function answerPairs(seen: DnsTrouble | undefined): Answer {
  if (!seen) return cantTell();
  const { pairs } = seen;
  const harmful = byLookup(pairs.filter((pair) => isHarmful(pair, seen)));
  const involved = new Set<DuplicateId>();
  let explained = 0;
  for (const query of seen.troubled) {
    const ofIt = harmful(query);
    if (ofIt.length > 0) explained++;
    for (const pair of ofIt) involved.add(pair);
  }
  const of = { n: explained, total: seen.troubled.length };
  const cite = (some: Iterable<DuplicateId>): Cite[] =>
    [...some].slice(0, CITED).map((pair) => citePair(seen, pair));
  // Where most of what went wrong has another reason, this one is real and not the whole.
  if (explained > 0) {
    return holds(cite(involved), explained * 2 >= seen.troubled.length ? { of } : { of, atMost: "strong" });
  }
  if (pairs.length > 0) return holds(cite(pairs), { of, atMost: "weak" });
  const twins = countTwins(seen.exchanges);
  if (twins < ENOUGH_PAIRS) return cantTell("uncovered");
  const text = `${twins} pairs of A and AAAA queries from one socket, each with two different ids`;
  return fails([{ artifact: seen.capture.artifact.path, text }]);
}

/**
 * Whether the client could take one answer for the other: they came in the wrong order, or only one of them came. Answers in
 * order are each taken for what they are, and where none came there is nothing to mistake.
 */
function isHarmful(
  { first, second, inFlight, answeredFirst }: DuplicateId,
  { capture }: DnsTrouble,
): boolean {
  const hasCome = (query: DnsExchange): boolean =>
    query.answer !== undefined && !isAnswerLost(capture.model, query);
  if (hasCome(first) !== hasCome(second)) return true;
  return inFlight && answeredFirst === "second";
}

/** Finds the pairs of the lookup that a query belongs to, in constant time: name by name and interval by interval. */
function byLookup(pairs: readonly DuplicateId[]): (query: DnsExchange) => DuplicateId[] {
  const keyOf = (name: string, interval: number): string => `${interval} ${name}`;
  const intervalOf = (time: number): number => Math.floor(time / LOOKUP);
  const groups = groupBy(pairs, ({ first }) => keyOf(first.name, intervalOf(first.time)));
  return (query) => {
    const last = intervalOf(query.time + 1e-6);
    const near = [last - 1, last].flatMap((interval) => groups.get(keyOf(query.name, interval)) ?? []);
    return near.filter(({ first }) => query.time >= first.time - 1e-6 && query.time - first.time <= LOOKUP);
  };
}

/** Lookups that ask for both families from one socket. */
function countTwins(exchanges: readonly DnsExchange[]): number {
  const last = new Map<string, DnsExchange>();
  let twins = 0;
  for (const query of exchanges) {
    if (query.type !== "A" && query.type !== "AAAA") continue;
    const key = `${query.clientPort} ${query.name}`;
    const other = last.get(key);
    if (other && other.type !== query.type && query.time - other.time < 1 && query.retryOf === undefined)
      twins++;
    last.set(key, query);
  }
  return twins;
}

function citePair({ capture }: DnsTrouble, { first, second, answeredFirst }: DuplicateId): Cite {
  const frames = [first, second].flatMap(({ frame, answer }) => [frame, ...(answer ? [answer.frame] : [])]);
  frames.sort((a, b) => a - b);
  const order =
    answeredFirst === undefined
      ? "neither was answered"
      : answeredFirst === "second"
        ? `${second.type} was answered first${believed(second, first)}`
        : `${first.type} was answered first, ${second.answer ? `then ${second.type}` : `${second.type} never`}`;
  return {
    artifact: capture.artifact.path,
    text: `${first.type} and ${second.type} of ${first.name} share id 0x${first.id.toString(16).padStart(4, "0")}; ${order}`,
    where: { frames },
  };
}

/** What a client that goes by the id alone then believes. */
function believed(answered: DnsExchange, asked: DnsExchange): string {
  const records = answered.answer?.records ?? 0;
  return records === 0
    ? `, without a record: the client believes that there is no ${asked.type}`
    : `, with ${records} ${answered.type}: the client takes it for its ${asked.type}`;
}
