import type { Addresses } from "./addresses.ts";
import type { ArpTracker } from "./arp-tracker.ts";
import type { DnsTracker } from "./dns-tracker.ts";
import type { Fragments } from "./fragments.ts";
import type { IcmpErrors } from "./icmp-errors.ts";
import type { Log } from "./log.ts";
import type { Names } from "./names.ts";
import type { TallyCounter } from "./tally-counter.ts";
import type { TcpTracker } from "./tcp-tracker.ts";

/** What a capture was read with, and what it could not take. */
interface Read {
  /** Frames of a link type that is not decoded. */
  readonly undecoded: number;
  /** Packets that the capturing system dropped. */
  readonly dropped: number;
  readonly tcp: TcpTracker;
  readonly dns: DnsTracker;
  readonly fragments: Fragments;
  readonly arp: ArpTracker;
  readonly icmp: IcmpErrors;
  readonly addresses: Addresses;
  readonly names: Names;
  readonly tally: TallyCounter | undefined;
}

/** Tells what was left out of a capture's tables, and what could not be read of its packets. */
export function tellLimits(log: Log, read: Read): void {
  const { tcp, dns, fragments, tally } = read;
  const tell = (code: string, count: number, message: string, effect: "partial" | "note" = "partial") => {
    if (count > 0) log.add(effect, code, () => inNumber(count, message));
  };
  tell("unknown-link-type", read.undecoded, "frame[s] [is|are] of a link type that is not decoded");
  tell("cut-tcp", tcp.cut, "TCP packet[s] [was|were] captured without flags (snap length)");
  const cutIcmp = "ICMP error[s] [was|were] captured without the ports in question (snap length)";
  tell("cut-icmp", tcp.cutErrors, cutIcmp);
  tell("cut-dns", dns.cut, "DNS message[s] [was|were] captured without [its|their] question (snap length)");
  tell("handshakes-dropped", tcp.handshakesDropped, "connection attempt[s] [was|were] dropped: too many");
  const finishedFirst = "connection[s] [was|were] dropped, finished ones first: too many; sums were kept";
  tell("connections-dropped", tcp.connectionsDropped, finishedFirst);
  const ignored = "connection[s] [was|were] not followed: too many others went on";
  tell("connections-ignored", tcp.connectionsIgnored, ignored);
  const untold = "loss[es], reset[s] or the like [was|were] not noted: too many connections have some";
  tell("connections-untold", tcp.untold, untold);
  tell("queries-dropped", dns.evicted, "DNS quer[y|ies] [was|were] dropped: too many");
  const { evicted, incomplete, overlapping } = fragments.counts;
  const apart = "fragmented DNS answer[s] [was|were] not put together: too many at once";
  tell("fragments-dropped", evicted, apart);
  const lacking = "DNS answer[s] [was|were] captured without some of [its|their] IP fragments";
  tell("fragments-incomplete", incomplete, lacking, "note");
  const overlap = "fragmented datagram[s] [has|have] fragments that overlap or don't fit";
  tell("fragments-overlap", overlapping, overlap, "note");
  tell("arp-ignored", read.arp.ignored, "ARP packet[s] [was|were] left out: too many addresses");
  tell("icmp-ignored", read.icmp.ignored, "ICMP error[s] [was|were] left out: too many kinds");
  tell("addresses-ignored", read.addresses.refused, "packet[s] [was|were] left out: too many addresses");
  tell("names-ignored", read.names.refused, "domain name[s] could not be told apart: too many");
  const uncounted = "packet[s] [counts|count] for no address: too many addresses";
  tell("talkers-ignored", tally?.unaddressed ?? 0, uncounted);
  tell("pairs-ignored", tally?.unpaired ?? 0, "packet[s] [is|are] in no pair of addresses: too many");
  const { evicted: streams, lost } = dns.streams;
  const atOnce = "message[s] of DNS over TCP [was|were] left out: too many at once";
  tell("dns-streams-dropped", streams, atOnce);
  tell("dns-streams-cut", lost, "time[s] bytes of DNS over TCP were not captured, or were no DNS");
  const byKernel = "packet[s] [was|were] dropped by the capturing system";
  tell("capture-drops", read.dropped, byKernel, "note");
  tell("not-dns", dns.malformed, "packet[s] on DNS's port [is|are] no DNS message[s]", "note");
}

/** A count and what it is of: of `[one|many]` the first for 1, else the second; `[s]` is none for 1. */
function inNumber(count: number, message: string): string {
  return `${count} ${message.replace(/\[(?:(\w+)\|)?(\w+)\]/g, (_, one = "", many = "") =>
    count === 1 ? String(one) : String(many),
  )}`;
}
