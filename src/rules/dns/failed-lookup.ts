import type { DnsExchange, DuplicateId } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, conversations, dnsSubject, namesOf, repetitions } from "./dns-trouble.ts";
import { failedTcpRetries } from "./tcp-retries.ts";

/** Response codes by which a server says that it can't or won't answer. NXDOMAIN is an answer. */
const REFUSALS = new Set(["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"]);

/** Lookups that end without what was asked for. */
export const failedLookup = defineSymptom<DnsTrouble>({
  id: "dns/failed-lookup",
  title: "DNS lookups fail",
  description:
    "Queries in a capture that end in SERVFAIL, REFUSED or an ICMP error; that were given up after several tries without any " +
    "answer; whose client was handed the answer to another question of the same transaction id; or whose answer was cut to fit UDP and could not be had over TCP. NXDOMAIN is no failure: " +
    "search lists make it all day.",
  remedy: ["Ask the same server for the same name by hand, from the pod: dig @SERVER NAME A, and AAAA."],
  references: ["RFC 1035, section 4.1.1", "RFC 2308"],
  *detect(host) {
    for (const conversation of conversations(host)) {
      if (conversation.isQuiet) continue;
      const { exchanges, client, server, pairs } = conversation;
      const crossed = new Set(pairs.filter(isMisattributed).map((pair) => pair.first.row));
      const repeats = repetitions(conversation);
      const repeated = new Set(repeats.values());
      const reasons = exchanges.flatMap((query) => {
        const reason = crossed.has(query.row)
          ? "given another question's answer"
          : failedTcpRetries(conversation.capture.model, query).length > 0
            ? "cut to fit UDP, with no connection for the rest"
            : failureOf(query, repeats, repeated);
        return reason === undefined ? [] : [{ query, reason }];
      });
      if (reasons.length === 0) continue;
      const troubled = reasons.map(({ query }) => query);
      yield {
        subject: dnsSubject(conversation),
        summary: `Of ${count(exchanges.length, "query", "queries")} from ${client} to ${server}, ${countReasons(reasons)}, for ${namesOf(troubled)}.`,
        evidence: [citeQueries(conversation, troubled, countReasons(reasons))],
        data: { ...conversation, troubled },
        weight: troubled.length,
      };
    }
  },
});

/** The second query was answered first, and both wait on one id: the client takes the answer for the first's. */
function isMisattributed({ inFlight, answeredFirst }: DuplicateId): boolean {
  return inFlight && answeredFirst === "second";
}

function failureOf(
  query: DnsExchange,
  repeats: ReadonlyMap<DnsExchange, DnsExchange>,
  repeated: ReadonlySet<DnsExchange>,
): string | undefined {
  if (query.answer) return REFUSALS.has(query.answer.code) ? `answered ${query.answer.code}` : undefined;
  if (query.icmp) return "answered by ICMP";
  const isLastTry = repeats.has(query) && !repeated.has(query);
  return isLastTry && !query.undecided ? "given up without any answer" : undefined;
}

function countReasons(reasons: readonly { reason: string }[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, n]) => `${n} ${n === 1 ? "was" : "were"} ${reason}`).join(", ");
}
