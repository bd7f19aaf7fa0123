import type { Logged } from "../../evidence/index.ts";
import { kernelEvents } from "../../evidence/index.ts";
import type { LogEvent } from "../../procstack/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { count } from "../words.ts";
import { agoOf, agoText } from "./kernel-symptom.ts";

/** What the kernel said of packets that it dropped for want of room in its table. */
export interface ConntrackDrops {
  readonly events: readonly Logged<LogEvent>[];
}

const CITED = 4;

/** The kernel says that it drops packets of connections that it can't track. */
export const conntrackDrops = defineSymptom<ConntrackDrops>({
  id: "node/conntrack-drops",
  title: "connection tracking drops packets of new connections",
  description:
    "The kernel's log says `nf_conntrack: table full, dropping packet`: the first packet of a new connection had no room in the table of connections and was dropped.",
  remedy: [
    "See how full the table is, and what fills it: conntrack -C; conntrack -L | awk '{print $1, $4}' | sort | uniq -c.",
  ],
  references: [
    "https://docs.kernel.org/networking/nf_conntrack-sysctl.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/net/netfilter/nf_conntrack_core.c",
  ],
  *detect(host) {
    const { events, count: lines } = kernelEvents(host, "conntrack-full");
    if (lines === 0) return;
    yield {
      subject: { kind: "node", name: host.name ?? "this node" },
      summary: `The kernel has logged ${count(lines, "time")} that it dropped a packet because its table of connections was full. It logs but a few of them a second.${whereText(events)}${agoText(events)}`,
      evidence: events.slice(0, CITED).map(({ cite }) => cite),
      data: { events },
      weight: lines,
      ...agoOf(events),
    };
  },
});

/** Since 6.16 the kernel names the network namespace: it may be a pod's, of which the node's own counters say nothing. */
function whereText(events: ConntrackDrops["events"]): string {
  const named = new Set(events.flatMap(({ event }) => event.details["netns"] ?? []));
  return named.size === 0
    ? ""
    : ` The network namespace was net:[${[...named].slice(0, CITED).join("], net:[")}].`;
}
