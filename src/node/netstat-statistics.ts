import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Counters of `netstat -s`: totals since boot of the network namespace that it ran in. */
export interface NetstatStatistics extends Model {
  /** By the kernel's name, such as `PAWSPassive`, for the phrases that {@link PHRASES} knows. */
  readonly counters: ReadonlyMap<string, Fact<number>>;
  /**
   * Whether the whole TcpExt section is there: another section follows it. net-tools leaves out most of its counters
   * that are zero, so with the whole section a counter that isn't listed was zero.
   */
  readonly wholeTcpExt: boolean;
}

/** net-tools' phrases (statistics.c) and the SNMP names that the kernel gives them (net/ipv4/proc.c). */
export const PHRASES: readonly (readonly [name: string, phrase: RegExp])[] = [
  ["PAWSPassive", /^(\d+) passive connections rejected because of time stamp$/],
  ["PAWSActive", /^(\d+) active connections rejected because of time stamp$/],
  ["PAWSEstab", /^(\d+) packets? rejected? in established connections because of timestamp$/],
  ["ListenOverflows", /^(\d+) times the listen queue of a socket overflowed$/],
  ["ListenDrops", /^(\d+) SYNs to LISTEN sockets (?:dropped|ignored)$/],
  ["TCPReqQFullDrop", /^TCPReqQFullDrop: (\d+)$/],
  ["TCPReqQFullDoCookies", /^TCPReqQFullDoCookies: (\d+)$/],
  ["SyncookiesSent", /^(\d+) SYN cookies sent$/],
  ["IPReversePathFilter", /^IPReversePathFilter: (\d+)$/],
  ["TW", /^(\d+) TCP sockets finished time wait in fast timer$/],
  ["TWKilled", /^(\d+) TCP sockets finished time wait in slow timer$/],
  ["PassiveOpens", /^(\d+) passive connection openings?$/],
];

const SECTION = /^(Ip|Icmp|Tcp|Udp|TcpExt|IpExt|IcmpMsg|UdpLite|Ip6|Tcp6|MPTcpExt):$/;

/** Parses `netstat -s` of net-tools in its own words; phrases that {@link PHRASES} doesn't know are passed over. */
export function parseNetstatStatistics(text: string): NetstatStatistics {
  const counters = new Map<string, Fact<number>>();
  const sections: string[] = [];
  for (const line of linesOf(text)) {
    const trimmed = line.text.trim();
    const section = SECTION.exec(trimmed)?.[1];
    if (section !== undefined) {
      sections.push(section);
      continue;
    }
    for (const [name, phrase] of PHRASES) {
      const value = phrase.exec(trimmed)?.[1];
      if (value !== undefined) counters.set(name, { value: Number(value), text: trimmed, line: line.number });
    }
  }
  return {
    counters,
    wholeTcpExt: sections.includes("TcpExt") && sections.at(-1) !== "TcpExt",
    diagnostics:
      sections.length > 0
        ? []
        : [{ effect: "unread", code: "no-section", message: "no section of netstat -s was found" }],
  };
}

/** Recognised by its sections. */
export const netstatFormat: Format<"netstat-s", NetstatStatistics> = textFormat({
  kind: "netstat-s",
  recognise(head) {
    const sections = [...linesOf(head)].filter((line) => SECTION.test(line.text.trim())).length;
    return sections >= 2 || /^[ \t]*TcpExt:[ \t\r]*$/m.test(head);
  },
  parse: parseNetstatStatistics,
});
