import type { DnsExchange } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count, percent } from "../words.ts";
import type { DnsTrouble } from "./dns-trouble.ts";
import { citeQueries, conversations, dnsSubject, namesOf } from "./dns-trouble.ts";

/** Answers without a name that make a habit, and the share of all answers from which on they are the better part. */
const MANY = 10;
const SHARE = 0.4;

/** A client that is told most of the time that there is no such name. */
export const manyNxdomain = defineSymptom<DnsTrouble>({
  id: "dns/many-nxdomain",
  title: "a large share of a client's DNS queries ends in NXDOMAIN",
  description:
    "At least ten queries for addresses by one client at one server, and four in ten of all that it sent, that were answered that there is no such name. " +
    "Each costs a message each way, and room in the server's queues and in connection tracking.",
  remedy: [
    "Look at which names they are: with a search domain behind them they come from the client's own resolv.conf.",
  ],
  references: ["RFC 2308", "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"],
  *detect(host) {
    for (const conversation of conversations(host)) {
      if (conversation.nxdomain < MANY) continue;
      const { exchanges, client, server } = conversation;
      const asked = exchanges.filter(isForAddress);
      const troubled = asked.filter(isNxdomain);
      if (troubled.length < MANY || troubled.length < SHARE * asked.length) continue;
      yield {
        subject: dnsSubject(conversation),
        summary:
          `${troubled.length} of ${count(asked.length, "query", "queries")} for addresses from ${client} to ${server}, ` +
          `${percent(troubled.length, asked.length)}, were answered NXDOMAIN, for ${namesOf(troubled)}.`,
        evidence: [
          citeQueries(
            conversation,
            troubled,
            `${count(troubled.length, "query", "queries")} answered NXDOMAIN`,
          ),
        ],
        data: { ...conversation, troubled },
        weight: troubled.length,
      };
    }
  },
});

export const isForAddress = ({ type }: DnsExchange): boolean => type === "A" || type === "AAAA";
const isNxdomain = ({ answer }: DnsExchange): boolean => answer?.code === "NXDOMAIN";
