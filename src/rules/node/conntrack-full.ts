import type { ListenerLoss } from "../tcp/syn-unanswered.ts";
import { synUnanswered } from "../tcp/syn-unanswered.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count as times, percent } from "../words.ts";
import { kernelEvents } from "../../evidence/index.ts";
import type { ConntrackDrops } from "./conntrack-drops.ts";
import { conntrackDrops } from "./conntrack-drops.ts";
import { agoText, isLongAgo } from "./kernel-symptom.ts";
import { droppedForRoom, tableUse } from "./conntrack-table.ts";

/** From this share of its room on the table is as good as full. */
const FULL = 0.9;
/** With less in it than this the table has been full hours ago, or never. */
const ROOM = 0.5;
const CITED = 4;

type Loss = ConntrackDrops | ListenerLoss;
const isCapture = (seen: Loss | undefined): seen is ListenerLoss => seen !== undefined && "listener" in seen;

/** The table of connections has no room for another. */
export const conntrackFull = defineCause<Loss>({
  id: "node/conntrack-full",
  title: "the table of tracked connections is full",
  description:
    "Every connection that crosses the node's rules takes an entry of a table with nf_conntrack_max of them. When it is full of connections that are established, " +
    "the first packets of new ones are dropped: connections and lookups fail now and then, for everybody.",
  explains: [conntrackDrops, synUnanswered],
  // Of SYNs that get no answer it is a rival where something says that the table was full, or near it.
  concerns({ host, seen }) {
    if (!isCapture(seen) || kernelEvents(host, "conntrack-full").count > 0) return true;
    const use = tableUse(host);
    const dropped = droppedForRoom((name) => host.conntrack(name));
    return (use.known && use.value.entries >= use.value.max * ROOM) || (dropped.known && dropped.value > 0);
  },
  tests: [
    {
      statement: "the kernel logged that the table was full",
      axis: "time",
      holds: "strong",
      ask: { text: "the node's kernel log", command: "dmesg -T   # or journalctl -k" },
      answer({ host, seen }) {
        const { events } = kernelEvents(host, "conntrack-full");
        if (events.length === 0) return cantTell(host.kernelLogs.length > 0 ? "uncovered" : "absent");
        // When that was, beside the time of the capture, the log doesn't tell.
        return holds(
          events.slice(0, CITED).map(({ cite }) => cite),
          isCapture(seen) || isLongAgo(events) ? { atMost: "weak" } : {},
        );
      },
    },
    {
      statement: "the table has as many entries as it takes, or nearly",
      axis: "state",
      holds: "strong",
      fails: "weak",
      ask: {
        text: "how full the table is, while connections fail",
        command: "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max",
      },
      answer({ host, seen }) {
        const use = tableUse(host);
        if (!use.known) return cantTell(use.why);
        const share = use.value.entries / use.value.max;
        if (share >= FULL) return holds([use.cite], seen ? {} : { atMost: "weak" });
        return share < ROOM ? fails([use.cite]) : cantTell("uncovered");
      },
    },
    {
      statement: "connection tracking has dropped packets for want of an entry",
      axis: "counter",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "drop and insert_failed of the node, twice with a minute between",
        command: "conntrack -S",
      },
      answer({ host, seen }) {
        const growth = droppedForRoom((name) => host.conntrackGrowth(name));
        if (growth.known && growth.value > 0) return holds([growth.cite]);
        const total = droppedForRoom((name) => host.conntrack(name));
        if (!total.known) return cantTell(total.why);
        if (total.value > 0) return holds([total.cite], { atMost: "weak" });
        // The log's word against the counter's: another network namespace was asked.
        return isCapture(seen) && kernelEvents(host, "conntrack-full").count === 0
          ? fails([total.cite])
          : cantTell("uncovered");
      },
    },
  ],
  remedy: [
    "Raise net.netfilter.nf_conntrack_max, and nf_conntrack_buckets with it; kube-proxy sets it to conntrackMaxPerCore (32,768) times the cores, at the least conntrackMin.",
    "Find out what fills it (conntrack -L by source and state), and shorten what lingers: nf_conntrack_tcp_timeout_established (5 days by the kernel's default), nf_conntrack_udp_timeout.",
    "Exempt what needs no tracking with NOTRACK, such as DNS to a node-local cache.",
  ],
  references: [
    "https://docs.kernel.org/networking/nf_conntrack-sysctl.html",
    "https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/",
  ],
  summary({ host }) {
    const use = tableUse(host);
    const { count, events } = kernelEvents(host, "conntrack-full");
    const said = `${logged(count)}${agoText(events)}`;
    if (!use.known) {
      const unknown = "How full the table of connections is was not collected.";
      return count > 0 ? `${said} ${unknown}` : unknown;
    }
    const { entries, max } = use.value;
    const filled = `${entries} of ${max} entries (${percent(entries, max)})`;
    if (count === 0) return `The table of connections holds ${filled}.`;
    return entries < max * ROOM
      ? `${said} When it was read the table had ${filled}: that was at another time, or in another network namespace.`
      : `${said} The table holds ${filled}.`;
  },
});

const logged = (count: number): string =>
  `The kernel has logged ${times(count, "time")} that it dropped packets because its table of connections was full.`;
