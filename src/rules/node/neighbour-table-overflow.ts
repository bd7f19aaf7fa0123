import { count } from "../words.ts";
import { kernelSymptom } from "./kernel-symptom.ts";

/** The node can't learn the link addresses of more neighbours. */
export const neighbourTableOverflow = kernelSymptom({
  id: "node/neighbour-table-overflow",
  title: "the neighbour table is full: addresses can't be resolved",
  description:
    "`neighbor table overflow` in the kernel's log: the table of ARP or of IPv6 neighbour discovery has gc_thresh3 entries. The table is one for all network namespaces " +
    "of the node; packets to addresses that aren't in it are lost.",
  kinds: ["neighbour-overflow"],
  subjectOf: () => "node",
  summary({ events, count: lines }) {
    const table = events[0]?.event.details["table"];
    const named = table === undefined ? "" : ` (${table})`;
    return `The kernel has logged ${count(lines, "time")} that its neighbour table${named} was full; packets to neighbours that weren't in it were dropped.`;
  },
  missing: [
    {
      text: "how many neighbours there are, and how many may be",
      command: "ip -s neigh | wc -l; sysctl -a --pattern 'neigh.default.gc_thresh'",
    },
  ],
  remedy: [
    "Raise net.ipv4.neigh.default.gc_thresh1, gc_thresh2 and gc_thresh3 (and net.ipv6…) on the node, well above the number of pods and nodes in its link: the default is 1,024.",
    "Look for what scans the network: entries that fail to resolve fill the table, too.",
  ],
  references: [
    "https://docs.kernel.org/networking/ip-sysctl.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/net/core/neighbour.c",
  ],
});
