import { behindClients } from "../behind.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
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
    "seen to answer others in a capture that lost no packets, or where the client itself shows by repeating it that it got none.",
  remedy: [
    "Capture on the pod and on the server's node at once, to see whether the query or its answer is lost.",
  ],
  references: ["https://man7.org/linux/man-pages/man5/resolv.conf.5.html"],
  *detect(host) {
    const all = conversations(host);
    for (const conversation of all) {
      if (conversation.isQuiet) continue;
      const { exchanges, client, server } = conversation;
      const repeats = repetitions(conversation);
      const repeated = new Set(repeats.values());
      const { dropped = 0 } = conversation.capture.model;
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
      const lost = [...repeated].filter((query) => isAnswerLost(conversation.capture.model, query)).length;
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

/** After how long the client asked again: 5 s is glibc's default, 2.5 s musl's. */
function waitText(waits: readonly number[]): string {
  if (waits.length === 0) return "";
  const [least, most] = [Math.min(...waits), Math.max(...waits)].map((wait) => wait.toFixed(1));
  return least === most ? ` after ${least} s` : ` after ${least} to ${most} s`;
}
