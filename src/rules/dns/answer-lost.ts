import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, hasLosses, isAnswerLost, isSilent, namesOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import { slowLookup } from "./slow-lookup.ts";

/** An answer that comes to the node and not to the client: the query was not lost, and the server is not slow. */
export const answerLost = defineCause<DnsTrouble>({
  id: "dns/answer-lost",
  title: "DNS answers are lost on their way back to the client",
  description:
    "In a capture of several interfaces the answer is seen on fewer of them than its query had passed: it reached the node, and something " +
    "between there and the client dropped it: a filter, a policy, or the translation back.",
  explains: [slowLookup, failedLookup],
  concerns: ({ seen }) => seen !== undefined && hasLosses(seen),
  tests: [
    {
      statement: "the answers are seen on fewer interfaces than their queries had passed",
      axis: "traffic",
      holds: "decisive",
      fails: "decisive",
      ask: {
        text: "a capture of all interfaces of the client's node, which shows where an answer gets lost",
        command: "tcpdump -i any -s 0 -w dns.pcap port 53",
      },
      answer({ seen }) {
        if (!seen) return cantTell();
        const { capture, exchanges } = seen;
        const { copies } = capture.model.dns;
        const lost = exchanges.filter((query) => isAnswerLost(capture.model, query));
        const silent = exchanges.filter(isSilent);
        const of = { n: lost.length, total: lost.length + silent.length };
        if (lost.length > 0) {
          const text = `${count(lost.length, "answer")} seen on fewer interfaces than the query, ${typesOf(lost)} for ${namesOf(lost)}`;
          const isMost = of.n * 2 >= of.total;
          return holds([citeQueries(seen, lost, text)], { of, ...(!isMost && { atMost: "strong" }) });
        }
        // On one interface every answer is seen as often as its query.
        const several = exchanges.filter(({ row }) => (copies[row] ?? 0) > 1);
        if (several.length === 0 || silent.length === 0) return cantTell("uncovered");
        const text = `${count(silent.length, "query", "queries")} without an answer on any interface, in a capture of several`;
        return fails([citeQueries(seen, silent, text)], { of });
      },
    },
  ],
  remedy: [
    "Look at what stands between the node's outer interface and the client: iptables -L FORWARD -v -n, network policies, rp_filter, the bridge's own filters.",
    "Where only AAAA is lost, something on the way drops answers with IPv6 addresses.",
  ],
  references: ["https://docs.kernel.org/networking/ip-sysctl.html"],
  summary({ seen }) {
    const lost = seen?.exchanges.filter((query) => isAnswerLost(seen.capture.model, query)) ?? [];
    if (!seen || lost.length === 0)
      return "Nothing that was captured shows whether answers came to the client's node.";
    return `${count(lost.length, "answer")} of ${seen.server} came to the node and did not reach ${seen.client}: ${typesOf(lost)}, for ${namesOf(lost)}.`;
  },
});

const typesOf = (queries: readonly { type: string }[]): string =>
  [...new Set(queries.map(({ type }) => type))].join(" and ");
