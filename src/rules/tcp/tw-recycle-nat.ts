import { fitsPaws } from "../../pcap/index.ts";
import type { About, Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { hasDefect, TCP_TW_RECYCLE } from "../fixes/index.ts";
import { numberOf, ofListener } from "./of-listener.ts";
import type { ListenerLoss } from "./syn-unanswered.ts";
import { synUnanswered } from "./syn-unanswered.ts";
import { answerTraffic, sum, timestampTables } from "./timestamp-split.ts";

/**
 * With tcp_tw_recycle the kernel remembers the last timestamp of each source address and drops a SYN that is behind it
 * for 60 seconds. Clients behind one NAT address have different clocks.
 */
export const twRecycleNat = defineCause<ListenerLoss>({
  id: "tcp/tw-recycle-nat",
  title: "tcp_tw_recycle drops SYNs of clients behind one NAT address",
  description:
    "The listener's kernel has net.ipv4.tcp_tw_recycle on and TCP timestamps too, and several clients share a source " +
    "address. A SYN whose timestamp is behind the last one remembered for its address is dropped in silence for a " +
    "minute. In a capture it is exactly the SYNs whose timestamp went back that get no answer.",
  explains: [synUnanswered],
  tests: [
    {
      statement: "the listener's kernel still has tcp_tw_recycle, which Linux 4.12 removed",
      axis: "version",
      fails: "decisive",
      ask: { text: "the kernel of the listener's node; 4.12 and later rule it out", command: "uname -r" },
      answer: (about) =>
        ofListener(about, about.host.kernel, ({ text }, cites) => {
          const is = hasDefect(TCP_TW_RECYCLE, text);
          if (is === undefined) return cantTell("unreadable");
          return is ? holds(cites) : fails(cites);
        }),
    },
    {
      statement: "net.ipv4.tcp_tw_recycle is on at the listener",
      axis: "config",
      holds: "strong",
      fails: "decisive",
      ask: { text: "the setting on the listener's node", command: "sysctl net.ipv4.tcp_tw_recycle" },
      answer: (about) => isOn(about, "net.ipv4.tcp_tw_recycle"),
    },
    {
      statement: "TCP timestamps are on at the listener",
      axis: "config",
      fails: "decisive",
      ask: { text: "without timestamps nothing is compared", command: "sysctl net.ipv4.tcp_timestamps" },
      answer: (about) => isOn(about, "net.ipv4.tcp_timestamps"),
    },
    {
      statement: "the unanswered SYNs are those whose timestamp went back for their source address",
      axis: "traffic",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a capture of some minutes on the listener's node, with both directions",
        command: "tcpdump -i any -s 128 -w syn.pcap 'tcp port PORT'",
      },
      answer: ({ seen }) => answerTraffic(seen),
    },
    {
      statement: "the kernel has counted passive connections rejected because of their timestamp",
      axis: "counter",
      holds: "strong",
      fails: "strong",
      ask: { text: "the counter PAWSPassive of the listener's node", command: "netstat -s" },
      answer: (about) =>
        ofListener(about, about.host.counter("PAWSPassive"), (count, cites) => {
          if (count === 0) return fails(cites);
          // A total since boot: of this loss it is a witness only where the capture shows enough such SYNs.
          const traffic = answerTraffic(about.seen);
          const isShown = traffic.is === "holds" && traffic.atMost === undefined;
          return holds(cites, isShown ? {} : { atMost: "weak" });
        }),
    },
  ],
  fixes: [TCP_TW_RECYCLE],
  remedy: TCP_TW_RECYCLE.workaround,
  references: [
    ...TCP_TW_RECYCLE.references,
    "https://vincent.bernat.ch/en/blog/2014-tcp-time-wait-state-linux",
    "RFC 7323, appendix B.2 (b)",
  ],
  summary(about) {
    const { seen, host } = about;
    const setting = host.sysctl("net.ipv4.tcp_tw_recycle");
    const state = setting.known && about.seen?.atClient !== true ? ` The node has ${setting.cite.text}.` : "";
    if (!seen)
      return `The node would drop SYNs of clients that share an address; no unanswered SYN was seen.${state}`;
    const tables = timestampTables(seen).filter(fitsPaws);
    if (tables.length === 0)
      return `The capture doesn't show that the lost SYNs are those whose timestamp went back.${state}`;
    return (
      `${sum(tables, (t) => t.regressedUnanswered)} SYNs to ${seen.listener.key} were behind the last timestamp of their ` +
      `source address (${tables.map((t) => t.source).join(", ")}) and got no answer, while ` +
      `${sum(tables, (t) => t.monotoneAnswered)} that were not behind were answered at once.${state}`
    );
  },
});

function isOn(about: About<ListenerLoss>, key: string): Answer {
  return ofListener(about, numberOf(about.host.sysctl(key)), (value, cites) =>
    value === 0 ? fails(cites) : holds(cites),
  );
}
