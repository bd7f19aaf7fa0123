import { firstOf } from "../../bytes/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { citeQueries, namesOf } from "./dns-trouble.ts";
import { isDead, serverRecords } from "./server-records.ts";

/** A DNS server that something is wrong with, by its address. */
export interface ServerTrouble {
  readonly server: string;
}

/** A server that answers nobody, beside others that answer. */
export const silentServer = defineSymptom<ServerTrouble>({
  id: "dns/silent-server",
  title: "a DNS server answers nobody while others answer",
  description:
    "A server that a capture shows being asked several times and never answering, neither with a response nor with an ICMP error, while " +
    "the same client gets answers from another server in the same capture. A capture that shows no other server's answer may be filtered, and tells nothing.",
  remedy: [
    "Ask the server by hand from the node: dig @SERVER NAME. Ask its operator whether it is meant to answer.",
  ],
  references: ["https://man7.org/linux/man-pages/man5/resolv.conf.5.html"],
  *detect(host: HostEvidence) {
    for (const record of serverRecords(host)) {
      if (!isDead(record)) continue;
      const { server, asked, silent, clients, capture } = record;
      const early = asked.length - silent.length;
      yield {
        subject: serverSubject(server),
        summary:
          `None of ${count(asked.length, "query", "queries")} from ${firstOf([...clients], 3)} to ${server} was answered` +
          `${early > 0 ? `, ${early} of them within a second before the capture ended` : ""}; other servers answered the same clients. ` +
          `It was asked for ${namesOf(asked)}.`,
        evidence: [
          citeQueries(
            { capture },
            asked,
            `${count(asked.length, "query", "queries")} to ${server}, none answered`,
          ),
        ],
        data: { server },
        weight: asked.length,
      };
    }
  },
});

/** What a finding about a server is about. */
export function serverSubject(server: string): { kind: "dns-server"; name: string } {
  return { kind: "dns-server", name: server };
}
