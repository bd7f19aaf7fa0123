import type { About } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { namesOf } from "./dns-trouble.ts";
import { failedLookup } from "./failed-lookup.ts";
import { failedTcpRetries } from "./tcp-retries.ts";

/** Answers that don't fit UDP need TCP, which firewalls and policies often forget. */
export const tcpBlocked = defineCause<DnsTrouble>({
  id: "dns/tcp-blocked",
  title: "DNS answers don't fit UDP, and TCP to port 53 is closed",
  description:
    "A server marks an answer as cut (the TC bit), and the client connects to its port 53 over TCP for the whole of it. Where that connection gets no answer or is " +
    "refused, names with long answers fail, always, and all others are well.",
  explains: [failedLookup],
  concerns: (about) => cutOnes(about).length > 0,
  tests: [
    {
      statement: "connections to port 53 of the server failed after an answer over UDP was cut",
      axis: "traffic",
      holds: "decisive",
      answer(about) {
        const { seen } = about;
        if (!seen) return cantTell();
        const cut = cutOnes(about);
        const of = { n: cut.length, total: seen.troubled.length };
        const cites = cut.slice(0, 6).map(({ query, failed }) => {
          const outcomes = [...new Set(failed.map(({ outcome }) => outcome))].join(", ");
          return {
            artifact: seen.capture.artifact.path,
            text: `the answer for ${query.name} was cut, and ${count(failed.length, "connection")} to ${seen.server} port 53: ${outcomes}`,
            where: {
              frames: [
                query.frame,
                query.answer?.frame ?? 0,
                ...failed.flatMap(({ tries }) => tries.map(({ frame }) => frame)),
              ],
            },
          };
        });
        return holds(cites, { of, ...(of.n * 2 < of.total && { atMost: "strong" }) });
      },
    },
  ],
  remedy: [
    "Open TCP port 53 wherever UDP port 53 is open: network policies, security groups, the DNS service's own ports.",
    "EDNS with a larger buffer, or fewer records behind the name, keeps answers in UDP.",
  ],
  references: ["RFC 7766, section 5", "https://github.com/aws/amazon-vpc-cni-k8s/issues/595"],
  summary(about) {
    const cut = cutOnes(about).map(({ query }) => query);
    return `${count(cut.length, "answer")} of ${about.seen?.server ?? "the server"} did not fit UDP, for ${namesOf(cut)}, and no connection to its port 53 came about.`;
  },
});

function cutOnes({ seen }: About<DnsTrouble>) {
  return (seen?.troubled ?? []).flatMap((query) => {
    const failed = seen ? failedTcpRetries(seen.capture.model, query) : [];
    return failed.length > 0 ? [{ query, failed }] : [];
  });
}
