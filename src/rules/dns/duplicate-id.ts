import { groupBy } from "../../bytes/index.ts";
import type { DnsExchange, DuplicateId } from "../../pcap/index.ts";
import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { MUSL_QUERY_ID, remedyOf } from "../fixes/index.ts";
import { count } from "../words.ts";
import { ambiguousAnswer } from "./ambiguous-answer.ts";
import type { Conversation, DnsTrouble } from "./dns-trouble.ts";
import { conversations, isAnswerLost } from "./dns-trouble.ts";
import { usesMusl } from "./client-libc.ts";
import { failedLookup } from "./failed-lookup.ts";
import { slowLookup } from "./slow-lookup.ts";

/** Seconds within which a lookup's queries and their repetitions lie: resolv.conf's usual timeout times attempts. */
const LOOKUP = 10;
/** A and AAAA pairs with different ids after which a client can be said not to repeat them. */
const ENOUGH_PAIRS = 3;
/** Response codes that answer a question. */
const FOUND = new Set(["NOERROR", "NXDOMAIN"]);
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
  explains: [ambiguousAnswer, failedLookup, slowLookup],
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
      answer: ({ seen, host }) => (seen ? answerPairs(seen) : answerHarmless(host)),
    },
    {
      statement: "the client's C library is musl",
      axis: "identity",
      holds: "weak",
      fails: "weak",
      ask: {
        text: "the C library that the client has mapped, or its image",
        command: "grep -m1 -E 'musl|libc' /proc/PID/maps",
      },
      answer: ({ seen, host }) => (seen ? usesMusl(host, seen.client) : cantTell()),
    },
  ],
  fixes: [MUSL_QUERY_ID],
  remedy: remedyOf(MUSL_QUERY_ID),
  references: [
    ...MUSL_QUERY_ID.references,
    "https://git.musl-libc.org/cgit/musl/tree/src/network/res_msend.c",
    "RFC 5452, section 9.2",
  ],
  summary({ seen }) {
    if (!seen)
      return "Queries of one lookup share a transaction id; so far each was answered before the other was asked.";
    const { pairs } = seen;
    if (pairs.length === 0) {
      return `Too few lookups of both types from one socket were captured from ${seen.client} to tell.`;
    }
    const crossed = pairs.filter((pair) => pair.answeredFirst === "second").length;
    const lost = pairs.filter((pair) => !pair.first.answer !== !pair.second.answer).length;
    const harm = [
      ...(crossed > 0
        ? [
            `in ${crossed} of them the second question was answered first, so that the client took that answer for the first's`,
          ]
        : []),
      ...(lost > 0 ? [`in ${lost} of them one of the two answers was lost`] : []),
    ];
    return (
      `${count(pairs.length, "pair")} of queries from ${seen.client} to ${seen.server} ${pairs.length === 1 ? "carries" : "carry"} one ` +
      `transaction id for two types; ${harm.join(", and ") || "none of them was answered in the wrong order or lost one answer"}.`
    );
  },
});

function answerPairs(seen: DnsTrouble): Answer {
  const { pairs, troubled } = seen;
  const open = pairs.filter((pair) => pair.inFlight);
  const harmful = open.filter((pair) => isHarmful(pair, seen));
  const [harm, explained] = involvedIn(troubled, harmful);
  const of = { n: explained, total: troubled.length };
  // Where most of what went wrong has another reason, this one is real and not the whole.
  if (explained > 0) {
    return holds(citePairs(seen, harm), explained * 2 >= troubled.length ? { of } : { of, atMost: "strong" });
  }
  // Two questions that were open under one id, and got their answers in order: that may go wrong, and did not.
  const [near] = involvedIn(troubled, open);
  if (near.length > 0 && troubled.every(({ answer }) => answer !== undefined && FOUND.has(answer.code))) {
    return holds(citePairs(seen, near), { atMost: "strong" });
  }
  if (pairs.length > 0) return holds(citePairs(seen, pairs), { of, atMost: "weak" });
  const twins = countTwins(seen.exchanges);
  if (twins < ENOUGH_PAIRS) return cantTell("uncovered");
  const text = `${twins} pairs of A and AAAA queries from one socket, each with two different ids`;
  return fails([{ artifact: seen.capture.artifact.path, text }]);
}

/** Without a symptom: pairs that did no harm yet, which a client that makes them will do. */
function answerHarmless(host: HostEvidence): Answer {
  const cites = [...conversations(host)].flatMap((conversation) =>
    citePairs(conversation, conversation.pairs),
  );
  return cites.length === 0 ? cantTell("uncovered") : holds(cites.slice(0, CITED), { atMost: "weak" });
}

/**
 * Whether the client could take one answer for the other: they came in the wrong order, or only one of them came. Answers in
 * order are each taken for what they are, and where none came there is nothing to mistake.
 */
function isHarmful({ first, second, answeredFirst }: DuplicateId, { capture }: DnsTrouble): boolean {
  const hasCome = (query: DnsExchange): boolean =>
    query.answer !== undefined && !isAnswerLost(capture.model, query);
  return hasCome(first) !== hasCome(second) || answeredFirst === "second";
}

/** The pairs of the lookups that some queries belong to, and how many of the queries have one; in linear time. */
function involvedIn(
  queries: readonly DnsExchange[],
  pairs: readonly DuplicateId[],
): [pairs: DuplicateId[], explained: number] {
  const keyOf = (name: string, interval: number): string => `${interval} ${name}`;
  const intervalOf = (time: number): number => Math.floor(time / LOOKUP);
  const groups = groupBy(pairs, ({ first }) => keyOf(first.name, intervalOf(first.time)));
  const involved = new Set<DuplicateId>();
  let explained = 0;
  for (const query of queries) {
    const last = intervalOf(query.time + 1e-6);
    const near = [last - 1, last].flatMap((interval) => groups.get(keyOf(query.name, interval)) ?? []);
    const own = near.filter(
      ({ first }) => query.time >= first.time - 1e-6 && query.time - first.time <= LOOKUP,
    );
    for (const pair of own) involved.add(pair);
    if (own.length > 0) explained++;
  }
  return [[...involved], explained];
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

const citePairs = (conversation: Conversation, pairs: readonly DuplicateId[]): Cite[] =>
  pairs.slice(0, CITED).map((pair) => citePair(conversation, pair));

function citePair({ capture }: Conversation, { first, second, answeredFirst }: DuplicateId): Cite {
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
