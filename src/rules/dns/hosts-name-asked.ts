import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, conversations, dnsSubject, namesOf } from "./dns-trouble.ts";
import { bypassesOf } from "./hosts-names.ts";

/** A name that the client could read in a file is asked over the network. */
export const hostsNameAsked = defineSymptom<DnsTrouble>({
  id: "dns/hosts-name-asked",
  title: "DNS is asked for a name that the client's /etc/hosts lists",
  description:
    "Queries for A or AAAA of a name, with or without a search domain behind it, that stands in the hosts file of the client that asks. " +
    "The file is the client's where it names the client's own address, or was collected with the capture.",
  remedy: [
    "Find out which program asks: dig, nslookup and host never read /etc/hosts; what uses the system's resolver should.",
  ],
  references: ["https://man7.org/linux/man-pages/man5/hosts.5.html"],
  *detect(host) {
    for (const conversation of conversations(host)) {
      const bypasses = bypassesOf(host, conversation);
      const [first] = bypasses;
      if (!first) continue;
      const troubled = [...new Set(bypasses.flatMap(({ queries }) => queries))];
      const { client, server, exchanges } = conversation;
      const line = first.entries[0];
      yield {
        subject: dnsSubject(conversation),
        summary: `${troubled.length} of ${count(exchanges.length, "query", "queries")} from ${client} to ${server} are for names that ${first.file.artifact.path} lists: ${namesOf(troubled)}.`,
        evidence: [
          citeQueries(
            conversation,
            troubled,
            `${count(troubled.length, "query", "queries")} for names of the hosts file`,
          ),
          ...(line
            ? [{ artifact: first.file.artifact.path, text: line.text, where: { line: line.line } }]
            : []),
        ],
        data: { ...conversation, troubled },
        weight: troubled.length,
      };
    }
  },
});
