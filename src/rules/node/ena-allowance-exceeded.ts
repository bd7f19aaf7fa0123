import type { HostEvidence, InterfaceCounter } from "../../evidence/index.ts";
import { interfaceCounters } from "../../evidence/index.ts";
import type { DnsTrouble } from "../dns/dns-trouble.ts";
import { failedLookup } from "../dns/failed-lookup.ts";
import { slowLookup } from "../dns/slow-lookup.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import type { ListenerLoss } from "../tcp/syn-unanswered.ts";
import { synUnanswered } from "../tcp/syn-unanswered.ts";

const CITED = 5;
/** The counters of the ENA driver, and what an instance has too much of (drivers/net/ethernet/amazon/ena/ena_ethtool.c). */
const ALLOWANCES: Readonly<Record<string, string>> = {
  bw_in_allowance_exceeded: "bytes that came in",
  bw_out_allowance_exceeded: "bytes that went out",
  pps_allowance_exceeded: "packets",
  conntrack_allowance_exceeded: "tracked connections",
  linklocal_allowance_exceeded:
    "packets to local services such as the DNS resolver (1,024 a second for each interface)",
};
const NAMES = /^(?:bw_in|bw_out|pps|conntrack|linklocal)_allowance_exceeded$/;

type Loss = ListenerLoss | DnsTrouble;

/** AWS drops or delays what an instance sends and gets beyond the allowances of its type. */
export const enaAllowanceExceeded = defineCause<Loss>({
  id: "node/ena-allowance-exceeded",
  title: "the instance exceeds a network allowance of its type, and AWS drops packets",
  description:
    "The driver of AWS's network interfaces counts packets that were queued or dropped outside of the machine because an allowance of the instance was exceeded: bandwidth, packets, tracked connections, and packets to local services such as DNS.",
  explains: [synUnanswered, slowLookup, failedLookup],
  // Most instances have met a limit once; only where something was lost is it worth a word.
  concerns: ({ host, seen }) => seen !== undefined && exceeded(host, seen).length > 0,
  tests: [
    {
      statement: "an allowance has been exceeded while it was looked at",
      axis: "counter",
      holds: "strong",
      ask: {
        text: "the counters of the interface, twice with a minute between, while packets are lost",
        command: "ethtool -S eth0 > ethtool-S-before.txt; sleep 60; ethtool -S eth0 > ethtool-S-after.txt",
      },
      answer({ host, seen }) {
        const all = seen ? exceeded(host, seen) : [];
        const grown = all.flatMap(({ growth }) => (growth.known && growth.value > 0 ? [growth.cite] : []));
        if (grown.length > 0) return holds(grown.slice(0, CITED));
        if (all.length === 0) return cantTell();
        // A total since the driver was loaded: of this loss it says next to nothing.
        return holds(
          all.slice(0, CITED).map(({ cite }) => cite),
          { atMost: "weak" },
        );
      },
    },
  ],
  remedy: [
    "linklocal: a node-local DNS cache (NodeLocal DNSCache), fewer searches (ndots), so that fewer queries go to the resolver of the VPC.",
    "conntrack, pps, bandwidth: a larger instance type, or the load on more of them; security groups that let all pass need no tracking.",
  ],
  references: [
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-network-performance-ena.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html",
  ],
  summary({ host, seen }) {
    const all = seen ? exceeded(host, seen) : [];
    const parts = all.map((each) => {
      const by =
        each.growth.known && each.growth.value > 0
          ? `${each.growth.value} more while it was looked at`
          : `${each.total} in all`;
      return `${ALLOWANCES[each.name] ?? each.name} (${each.interface === "" ? "" : `${each.interface}, `}${by})`;
    });
    return `The instance went beyond its allowance of ${parts.join("; ")}; AWS delays or drops what is beyond.`;
  },
});

/** What may have lost this: of connections the local services are no part, of lookups all are. */
function exceeded(host: HostEvidence, seen: Loss): readonly InterfaceCounter[] {
  const all = interfaceCounters(host, NAMES);
  return "listener" in seen ? all.filter(({ name }) => !name.startsWith("linklocal")) : all;
}
