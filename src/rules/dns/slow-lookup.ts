import { behindClients } from "../behind.ts";
import { groupBy } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { DnsExchange, DnsTable } from "../../pcap/index.ts";
import { isByChance, lostOfOneKind } from "../background.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { Conversation, DnsTrouble } from "./dns-trouble.ts";
import { failedOver } from "./failed-over.ts";
import {
  citeQueries,
  conversations,
  dnsSubject,
  isAnswerLost,
  isSilent,
  namesOf,
  repetitions,
} from "./dns-trouble.ts";

/** Queries whose sockets are looked for. */
const LOOKED_FOR = 64;

/** Queries that had to be sent again, or that nobody answered. */
export const slowLookup = defineSymptom<DnsTrouble>({
  id: "dns/slow-lookup",
  title: "DNS queries are sent again or get no answer",
  description:
    "Queries in a capture that the client repeated, put to another server before the answer came, or that no answer came to. A query without an answer counts only where its server is " +
    "seen to answer others in a capture that lost no packets, or where the client itself shows by repeating it that it got none. " +
    "A few losses among thousands of queries, as many as a network loses that is well, are none; but one in a small capture is.",
  remedy: [
    "Capture on the pod and on the server's node at once, to see whether the query or its answer is lost.",
  ],
  references: ["https://man7.org/linux/man-pages/man5/resolv.conf.5.html"],
  *detect(host) {
    for (const slow of worthTelling(slowConversations(host))) {
      const { conversation, repeats, troubled, unanswered, givenUp, lost } = slow;
      const { exchanges, client, server } = conversation;
      const parts = [
        `${unanswered.length} got no answer`,
        ...(lost > 0 ? [`${lost} an answer that was lost on its way to the client`] : []),
        ...(givenUp.size > 0
          ? [
              `${givenUp.size} an answer only when the client had asked another server${waitText(Array.from(givenUp, ([query, next]) => next.time - query.time))}`,
            ]
          : []),
        `and ${count(repeats.size, "was a repetition", "were repetitions")}${waitText(Array.from(repeats, ([query, before]) => query.time - before.time))}`,
      ];
      const flows = troubled.slice(-LOOKED_FOR).map(({ original, ...seen }) => original ?? seen);
      const behind = behindClients(host, conversation.capture, flows, "The client is");
      yield {
        subject: dnsSubject(conversation),
        summary: `Of ${count(exchanges.length, "query", "queries")} from ${client} to ${server}, ${parts.join(", ")}, for ${namesOf(troubled)}.${behind.said}`,
        evidence: [
          citeQueries(
            conversation,
            troubled,
            `${count(troubled.length, "query", "queries")} that had to be repeated, repetitions among them, or got no answer in time`,
          ),
          ...behind.cites,
        ],
        data: { ...conversation, troubled },
        weight: troubled.length,
      };
    }
  },
});

type Repetitions = ReturnType<typeof repetitions>;

/** A conversation in which queries had to be sent again, or got no answer. */
interface Slow {
  readonly conversation: Conversation;
  readonly repeats: Repetitions;
  readonly troubled: readonly DnsExchange[];
  readonly unanswered: readonly DnsExchange[];
  readonly givenUp: ReturnType<typeof failedOver>;
  /** Answers that were lost on their way. */
  readonly lost: number;
  /** The first query of each lookup that went wrong. */
  readonly lookups: readonly DnsExchange[];
  /** Whether one was tried again, and got no answer all the same. */
  readonly isLasting: boolean;
}

function* slowConversations(host: HostEvidence): Generator<Slow> {
  const all = conversations(host);
  for (const conversation of all) {
    if (conversation.isQuiet) continue;
    const { exchanges, capture } = conversation;
    const repeats = repetitions(conversation);
    const repeated = new Set(repeats.values());
    const { dropped = 0 } = capture.model;
    // What the capture itself lost looks as if nobody had answered.
    const answers = dropped === 0 && exchanges.some(({ answer }) => answer !== undefined);
    const unanswered = exchanges.filter(
      (query) => isSilent(query) && (answers || repeated.has(query) || repeats.has(query)),
    );
    const silent = new Set(unanswered);
    const givenUp = failedOver(conversation, all);
    const troubled = exchanges.filter(
      (query) => repeated.has(query) || repeats.has(query) || silent.has(query) || givenUp.has(query),
    );
    if (troubled.length === 0) continue;
    const lost = [...repeated].filter((query) => isAnswerLost(capture.model, query)).length;
    const isLasting = unanswered.some((query) => repeats.has(query) && !repeated.has(query));
    const lookups = lookupsOf(troubled, repeats);
    yield { conversation, repeats, troubled, unanswered, givenUp, lost, lookups, isLasting };
  }
}

/** Queries of one lookup leave within this many seconds of each other. */
const ONE_LOOKUP = 1;

/** The first query of each lookup among these: not its repetitions, and of A and AAAA one. */
function lookupsOf(troubled: readonly DnsExchange[], repeats: Repetitions): DnsExchange[] {
  const latest = new Map<string, number>();
  return troubled
    .filter((query) => !repeats.has(query))
    .sort((a, b) => a.time - b.time)
    .filter(({ name, time }) => {
      const isNew = time - (latest.get(name) ?? Number.NEGATIVE_INFINITY) > ONE_LOOKUP;
      if (isNew) latest.set(name, time);
      return isNew;
    });
}

/**
 * Those that are more than any network loses: a client's own losses among its own queries, and where it has but one, that among all
 * that the capture shows.
 */
function worthTelling(slow: Iterable<Slow>): readonly Slow[] {
  const all = [...slow];
  const byCapture = groupBy(all, ({ conversation }) => conversation.capture.model);
  const calm = new Set(
    [...byCapture].flatMap(([capture, group]) => {
      const places = group.flatMap(({ lookups }) => lookups.map(({ row }) => row)).sort((a, b) => a - b);
      const total = capture.dns.counted.reduce((sum, each) => sum + each, 0);
      return isByChance(places, total) ? [capture] : [];
    }),
  );
  const alike = new Map([...byCapture].map(([capture, group]) => [capture, lostAlike(capture.dns, group)]));
  return all.filter(({ conversation: { exchanges, capture }, lookups, isLasting }) => {
    if (isLasting || lookups.some(({ row }) => alike.get(capture.model)?.has(row))) return true;
    if (lookups.length === 1 && calm.has(capture.model)) return false;
    const own = new Set(lookups);
    const places = exchanges.flatMap((query, place) => (own.has(query) ? [place] : []));
    return !isByChance(places, exchanges.length);
  });
}

/** Lookups that went wrong with one server, or of one name, where hardly any others did well: of whichever clients, and of one of them. */
function lostAlike({ counted, server, name }: DnsTable, slow: readonly Slow[]): ReadonlySet<number> {
  const lost = new Set(slow.flatMap(({ lookups }) => lookups.map(({ row }) => row)));
  const rows = function* (): Generator<number> {
    for (let row = 0; row < counted.length; row++) if (counted[row] === 1 || lost.has(row)) yield row;
  };
  return new Set(
    [server, name].flatMap((column) => [...lostOfOneKind(rows(), lost, (row) => column[row] ?? 0)]),
  );
}

/** After how long the client asked again: 5 s is glibc's default, 2.5 s musl's. */
function waitText(waits: readonly number[]): string {
  if (waits.length === 0) return "";
  const [least, most] = [Math.min(...waits), Math.max(...waits)].map((wait) => wait.toFixed(1));
  return least === most ? ` after ${least} s` : ` after ${least} to ${most} s`;
}
