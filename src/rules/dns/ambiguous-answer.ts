import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, conversations, dnsSubject, namesOf } from "./dns-trouble.ts";

/** Two questions of one lookup that were open at once under one transaction id, harm or not. */
export const ambiguousAnswer = defineSymptom<DnsTrouble>({
  id: "dns/ambiguous-answer",
  title: "DNS answers arrive that two open questions could claim",
  description:
    "Two queries of one name from one socket to one server, of different types, that wait for their answers at the same time under " +
    "the same transaction id. A client that goes by the id alone can't tell the answers apart; whether it was misled, other symptoms tell.",
  remedy: ["Look at which resolver library the client uses: its transaction ids must differ."],
  references: ["RFC 1035, section 4.1.1", "RFC 5452, section 9.2"],
  *detect(host) {
    for (const conversation of conversations(host)) {
      const pairs = conversation.pairs.filter(({ inFlight }) => inFlight);
      if (pairs.length === 0) continue;
      const troubled = pairs.map(({ first }) => first);
      const { client, server } = conversation;
      const what = count(pairs.length, "lookup");
      yield {
        subject: dnsSubject(conversation),
        summary: `${what} of ${client} at ${server} had two questions open under one transaction id, for ${namesOf(troubled)}.`,
        evidence: [citeQueries(conversation, troubled, `${what} with two questions open under one id`)],
        data: { ...conversation, troubled },
        weight: pairs.length,
      };
    }
  },
});
