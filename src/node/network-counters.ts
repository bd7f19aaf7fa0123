import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import type { Fact } from "./fact.ts";
import { textFormat } from "./text-format.ts";

/** Counters of the network stack by the kernel's own names, of the network namespace that they were read in. */
export interface NetworkCounters extends Model {
  /**
   * Those of Tcp and TcpExt by their bare name, as `netstat -s` gives them here too: `PassiveOpens`, `ListenOverflows`;
   * others with their section before it: `IpInAddrErrors`, `IpExtInOctets`, `UdpRcvbufErrors`.
   */
  readonly counters: ReadonlyMap<string, Fact<number>>;
}

/** The name that a counter of a section goes by. */
const nameOf = (section: string, name: string): string =>
  section === "Tcp" || section === "TcpExt" ? name : section + name;

const PAIR_LINE = /^(Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|TcpExt|IpExt|MPTcpExt): ([-\w ]+)$/;

/** Parses `/proc/net/snmp` and `/proc/net/netstat`: of each section a line of names, and one of values. */
export function parseProcNetCounters(text: string): NetworkCounters {
  const counters = new Map<string, Fact<number>>();
  let names: { section: string; words: string[] } | undefined;
  let isPartial = false;
  // A value at the end of a text without a line end may have lost digits.
  const whole = text.endsWith("\n") ? text : text.slice(0, text.lastIndexOf("\n") + 1);
  for (const { text: line, number } of linesOf(whole)) {
    const [, section = "", rest = ""] = PAIR_LINE.exec(line) ?? [];
    if (section === "") continue;
    const words = rest.trim().split(/ +/);
    if (!/^-?\d/.test(rest)) {
      names = { section, words };
      continue;
    }
    if (names?.section === section && names.words.length === words.length) {
      for (const [i, word] of words.entries()) {
        const name = nameOf(section, names.words[i] ?? "");
        counters.set(name, {
          value: Number(word),
          text: `${section}: ${names.words[i]} ${word}`,
          line: number,
        });
      }
    } else isPartial = true;
    names = undefined;
  }
  if (counters.size === 0)
    return {
      counters,
      diagnostics: [{ effect: "unread", code: "no-counter", message: "no section has values" }],
    };
  if (!isPartial && names === undefined && whole === text) return { counters, diagnostics: [] };
  const message = "a section's values don't match its names";
  return { counters, diagnostics: [{ effect: "partial", code: "uneven-lines", message }] };
}

const NSTAT_HEADER = /^#(?:kernel|\d+\.\d+|.* sampling_interval=.*)/;
const NSTAT_LINE =
  /^((?:IcmpMsg|Icmp6|Icmp|IpExt|Ip6|Ip|TcpExt|Tcp|UdpLite6|UdpLite|Udp6|Udp|MPTcpExt)[A-Za-z]\w*)\s+(\d+)\s+[\d.]+$/;

/**
 * Parses `nstat`, with `-az` or without: without `-a` its values are what was added since it was last asked, which is at most
 * the total.
 */
export function parseNstat(text: string): NetworkCounters {
  const counters = new Map<string, Fact<number>>();
  let hasZero = false;
  for (const { text: line, number } of linesOf(text.slice(0, text.lastIndexOf("\n") + 1))) {
    const [, full = "", value = ""] = NSTAT_LINE.exec(line.trim()) ?? [];
    if (full === "") continue;
    if (value === "0") hasZero = true;
    const name = full.replace(/^Tcp(?:Ext)?(?=[A-Z])/, "");
    counters.set(name, { value: Number(value), text: line.trim().replace(/\s+/g, " "), line: number });
  }
  if (counters.size === 0) {
    const message = "no line is of a counter";
    return { counters, diagnostics: [{ effect: "unread", code: "no-counter", message }] };
  }
  if (hasZero) return { counters, diagnostics: [] };
  const message = "no counter is 0: without -z what it lacks is 0, or not collected";
  return { counters, diagnostics: [{ effect: "note", code: "without-zeros", message }] };
}

/** By a section's two lines. */
export const procNetFormat: Format<"proc-net-snmp", NetworkCounters> = textFormat({
  kind: "proc-net-snmp",
  recognise(head) {
    let before = "";
    for (const { text } of linesOf(head)) {
      const [, section = "", rest = ""] = PAIR_LINE.exec(text) ?? [];
      if (section !== "" && section === before && /^-?\d/.test(rest)) return true;
      before = /^[A-Z]/.test(rest) ? section : "";
    }
    return false;
  },
  parse: parseProcNetCounters,
});

/** By its header, or by lines of which nearly all are of counters. */
export const nstatFormat: Format<"nstat", NetworkCounters> = textFormat({
  kind: "nstat",
  failure: { program: /\bnstat\b/, path: /nstat/i },
  recognise(head) {
    let lines = 0;
    let others = 0;
    let isHeaded = false;
    for (const { text } of linesOf(head)) {
      if (NSTAT_LINE.test(text.trim())) lines++;
      else if (NSTAT_HEADER.test(text)) isHeaded = true;
      else if (text.trim() !== "") others++;
    }
    return lines > 0 && (isHeaded || lines >= others * 4);
  },
  parse: parseNstat,
});
