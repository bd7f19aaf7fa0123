import type { IcmpAnswers } from "../../pcap/index.ts";
import { Outcome } from "../../pcap/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import type { ListenerTraffic } from "./listener-loss.ts";
import { citeSyns, listenerSubject, listenerTraffic, rowsWith } from "./listener-loss.ts";

/** SYNs that are answered by an ICMP error, which says itself what is wrong. */
export const icmpUnreachable = defineSymptom<ListenerTraffic>({
  id: "tcp/icmp-unreachable",
  title: "connections fail with an ICMP error",
  description:
    "SYNs in a capture that are answered by ICMP or ICMPv6 destination unreachable. The code says what is wrong, and the " +
    "sender says where: no route, no neighbour, a firewall that rejects.",
  remedy: ["Go to the sender of the ICMP error: it is the host that had no way on, or a rule against it."],
  references: ["RFC 792", "RFC 1812, section 5.2.7.1", "RFC 4443, section 3.1"],
  *detect(host) {
    for (const traffic of listenerTraffic(host)) {
      const { listener } = traffic;
      if (listener.icmp.length === 0) continue;
      const rows = rowsWith(traffic, Outcome.icmp);
      const said = listener.icmp
        .map((answer) => `${icmpText(answer, listener.address)} from ${answer.from}`)
        .join(", ");
      yield {
        subject: listenerSubject(traffic),
        summary: `${rows.length} of ${count(listener.attempts, "connection attempt")} to ${listener.key} ${rows.length === 1 ? "was" : "were"} answered by ICMP: ${said}.`,
        evidence: [
          citeSyns(traffic, rows, `${count(rows.length, "SYN")} to ${listener.key} answered by ${said}`),
        ],
        data: traffic,
        weight: rows.length,
      };
    }
  },
});

/** Codes of ICMP type 3 (RFC 792, RFC 1812) and of ICMPv6 type 1 (RFC 4443). */
const ICMP_CODES: Readonly<Record<number, string>> = {
  0: "network unreachable",
  1: "host unreachable",
  2: "protocol unreachable",
  3: "port unreachable",
  4: "fragmentation needed",
  9: "network administratively prohibited",
  10: "host administratively prohibited",
  13: "communication administratively prohibited",
};
const ICMPV6_CODES: Readonly<Record<number, string>> = {
  0: "no route to destination",
  1: "administratively prohibited",
  3: "address unreachable",
  4: "port unreachable",
  5: "source address failed policy",
  6: "reject route",
};

function icmpText({ type, code }: IcmpAnswers, listener: string): string {
  const isV6 = listener.includes(":");
  if (type === (isV6 ? 3 : 11) && code === 0) return "time exceeded in transit";
  const known = isV6 && type === 1 ? ICMPV6_CODES[code] : !isV6 && type === 3 ? ICMP_CODES[code] : undefined;
  return known ?? `${isV6 ? "ICMPv6" : "ICMP"} type ${type} code ${code}`;
}
