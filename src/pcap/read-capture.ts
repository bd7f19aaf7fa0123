import { type ByteSource, toSource } from "../bytes/index.ts";
import { Addresses } from "./addresses.ts";
import { ArpTracker } from "./arp-tracker.ts";
import type { Capture } from "./capture.ts";
import { decode, LINK_TYPES } from "./decode.ts";
import { DnsTracker } from "./dns-tracker.ts";
import { IcmpErrors } from "./icmp-errors.ts";
import { Log } from "./log.ts";
import { Names } from "./names.ts";
import { NONE, Packet } from "./packet.ts";
import { RecordReader } from "./record-reader.ts";
import { seesOneWay } from "./one-way.ts";
import { TcpTracker } from "./tcp-tracker.ts";

const TCP = 6;
const UDP = 17;
const DNS_PORT = 53;

/** Bounds and variations of {@link readCapture}. */
export interface CaptureOptions {
  /** UDP ports of DNS servers; 53 alone if not given. Multicast DNS (5353) is no such port. */
  readonly dnsPorts?: readonly number[];
  /** Most rows of the handshake table. The oldest are dropped then, with a diagnostic. */
  readonly maxHandshakes?: number;
  /** Most rows of the connection table. Finished connections are dropped first then, with a diagnostic. */
  readonly maxConnections?: number;
  /** Most rows of the DNS table. The oldest are dropped then, with a diagnostic. */
  readonly maxQueries?: number;
  /** Most distinct addresses; packets of further ones are left out, with a diagnostic. */
  readonly maxAddresses?: number;
  /** Most distinct domain names; further ones are not told apart, with a diagnostic. */
  readonly maxNames?: number;
}

/** Reads a capture, pcap or pcapng, in one pass. Damage becomes diagnostics; memory is bounded, whatever the size. */
export async function readCapture(
  input: Uint8Array | ByteSource,
  options: CaptureOptions = {},
): Promise<Capture> {
  const pass = new Pass(options);
  for await (const chunk of toSource(input).stream()) pass.feed(chunk);
  return pass.finish();
}

class Pass {
  readonly #log = new Log();
  readonly #reader = new RecordReader(this.#log);
  readonly #packet = new Packet();
  readonly #addresses: Addresses;
  readonly #names: Names;
  readonly #tcp: TcpTracker;
  readonly #dns: DnsTracker;
  readonly #arp = new ArpTracker();
  readonly #icmp: IcmpErrors;
  readonly #isDnsPort = new Uint8Array(0x10000);
  /** Frames of link types that are not decoded. */
  #undecoded = 0;

  constructor(options: CaptureOptions) {
    this.#addresses = new Addresses(options.maxAddresses ?? 1 << 18);
    this.#names = new Names(options.maxNames ?? 1 << 16);
    const { maxHandshakes = 1 << 17, maxConnections = 1 << 17 } = options;
    this.#tcp = new TcpTracker(this.#addresses, maxHandshakes, maxConnections);
    this.#dns = new DnsTracker(this.#addresses, this.#names, options.maxQueries ?? 1 << 17);
    this.#icmp = new IcmpErrors(this.#addresses);
    for (const port of options.dnsPorts ?? [DNS_PORT]) this.#isDnsPort[port] = 1;
  }

  feed(chunk: Uint8Array): void {
    this.#reader.feed(chunk);
    this.#drain();
    this.#reader.release();
  }

  finish(): Capture {
    const reader = this.#reader;
    const log = this.#log;
    reader.end();
    this.#drain();
    const cut = reader.finish();
    const { handshakes, connections } = this.#tcp.finish(reader.last);
    const dns = this.#dns.finish(reader.last);
    this.#tellLimits();
    return {
      linkTypes: reader.linkTypes,
      packets: reader.frames,
      start: reader.start,
      duration: reader.duration,
      snaplen: reader.snaplen,
      dropped: reader.dropped,
      cut,
      oneWay: seesOneWay(handshakes, this.#tcp.handshakes.ways()),
      clockSteps: reader.clockSteps,
      handshakes,
      connections,
      dns,
      arp: this.#arp.finish(),
      icmp: this.#icmp.finish(),
      address: (id) => this.#addresses.text(id),
      diagnostics: log.finish(),
    };
  }

  #drain(): void {
    const reader = this.#reader;
    const packet = this.#packet;
    while (reader.next(packet)) {
      decode(packet);
      if (packet.protocol === TCP) this.#tcp.packet(packet);
      else if (packet.protocol === UDP) this.#udp(packet);
      else if (packet.quotes) this.#error(packet);
      else if (packet.arpAt !== NONE) this.#arp.packet(packet);
      else if (packet.version === 0 && !LINK_TYPES.has(packet.linkType)) this.#undecoded++;
    }
  }

  #udp(packet: Packet): void {
    const { sourcePort, destinationPort } = packet;
    if (destinationPort === NONE) return;
    const isToServer = this.#isDnsPort[destinationPort] === 1;
    const isFromServer = this.#isDnsPort[sourcePort] === 1;
    if (isToServer || isFromServer) this.#dns.packet(packet, isToServer, isFromServer);
  }

  #error(packet: Packet): void {
    const { quoted } = packet;
    this.#icmp.packet(packet);
    if (quoted?.protocol === TCP) this.#tcp.handshakes.icmp(packet);
    else if (quoted?.protocol === UDP && this.#isDnsPort[quoted.destinationPort] === 1)
      this.#dns.icmp(packet);
  }

  #tellLimits(): void {
    const tell = (code: string, count: number, message: string) => {
      if (count > 0) this.#log.add("partial", code, () => `${count} ${message}`);
    };
    tell("unknown-link-type", this.#undecoded, "frames are of a link type that is not decoded");
    tell("cut-tcp", this.#tcp.cut, "TCP packets were captured without their flags (snap length)");
    const about = "ICMP errors were captured without the ports that they are about (snap length)";
    tell("cut-icmp", this.#tcp.handshakes.cutErrors, about);
    tell("cut-dns", this.#dns.cut, "DNS messages were captured without their question (snap length)");
    tell("handshakes-dropped", this.#tcp.handshakes.evicted, "connection attempts were dropped: too many");
    const finishedFirst = "connections were dropped, finished ones first: too many; their sums were kept";
    tell("connections-dropped", this.#tcp.connections.evicted, finishedFirst);
    const ignored = "connections were not followed: too many others went on";
    tell("connections-ignored", this.#tcp.connections.ignored, ignored);
    const untold = "losses, resets and the like were not noted: too many connections have some";
    tell("connections-untold", this.#tcp.connections.untold, untold);
    tell("queries-dropped", this.#dns.evicted, "DNS queries were dropped: too many");
    tell("arp-ignored", this.#arp.ignored, "ARP packets were left out: too many addresses");
    tell("icmp-ignored", this.#icmp.ignored, "ICMP errors were left out: too many kinds");
    tell("addresses-ignored", this.#addresses.refused, "packets were left out: too many addresses");
    tell("names-ignored", this.#names.refused, "domain names could not be told apart: too many");
    const { dropped } = this.#reader;
    if (dropped !== undefined && dropped > 0)
      this.#log.add("note", "capture-drops", () => `the capturing system dropped ${dropped} packets`);
    if (this.#dns.malformed > 0)
      this.#log.add(
        "note",
        "not-dns",
        () => `${this.#dns.malformed} packets on DNS's port are no DNS messages`,
      );
  }
}
