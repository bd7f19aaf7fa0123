import { firstOf } from "../../bytes/index.ts";
import type { DnsExchange } from "../../pcap/index.ts";
import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, isSilent, namesOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import { slowLookup } from "./slow-lookup.ts";

/** A client takes no answer but from whom it asked: what was translated on the way there must be translated back. */
export const answerFromElsewhere = defineCause<DnsTrouble>({
  id: "dns/answer-from-elsewhere",
  title: "DNS answers come from another address than was asked",
  description:
    "A response with a query's id and question comes to the client's socket from another address than the query went to, and is not taken. The query was " +
    "translated to a backend, and its answer found a way back on which nothing translates it: the client and the backend share a node or a bridge.",
  explains: [slowLookup, failedLookup],
  concerns: (about) => straysOf(about).length > 0,
  tests: [
    {
      statement: "answers to the lost queries came from another address than was asked",
      axis: "traffic",
      holds: "decisive",
      answer(about) {
        const { seen } = about;
        if (!seen) return cantTell();
        const strays = straysOf(about);
        const of = { n: strays.length, total: seen.exchanges.filter(isSilent).length };
        const text = `${count(strays.length, "answer")} to queries to ${seen.server} came from ${sendersOf(strays)}, for ${namesOf(strays)}`;
        return holds([citeQueries(seen, strays, text)], {
          of,
          ...(of.n * 2 < of.total && { atMost: "strong" }),
        });
      },
    },
  ],
  remedy: [
    "On nodes whose pods hang on a bridge: modprobe br_netfilter and net.bridge.bridge-nf-call-iptables=1.",
    "Else have the service's traffic masqueraded where client and backend share a node (kube-proxy --masquerade-all, hairpin mode of the bridge's ports).",
  ],
  references: [
    "RFC 5452, section 9.1",
    "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#a-pod-fails-to-reach-itself-via-the-service-ip",
  ],
  summary(about) {
    const strays = straysOf(about);
    return `${count(strays.length, "answer")} for ${about.seen?.client ?? "the client"} came from ${sendersOf(strays)}, though ${about.seen?.server ?? "another"} was asked: no resolver takes them.`;
  },
});

function straysOf({ seen }: About<DnsTrouble>): DnsExchange[] {
  return seen?.exchanges.filter((query) => isSilent(query) && query.stray !== undefined) ?? [];
}

const sendersOf = (strays: readonly DnsExchange[]): string =>
  firstOf([...new Set(strays.flatMap(({ stray }) => (stray ? [stray.from] : [])))], 3);
