// What tshark says of each frame, and what we say, in one form.
import { readFileSync } from "node:fs";
import { DnsMessage } from "../../src/pcap/dns-message.ts";
import { Core, NO_ROOM } from "../../src/pcap/core.ts";
import { endsOf, type Packet } from "../../src/pcap/index.ts";
import { Tunnel } from "../../src/pcap/packet.ts";

/** Cells by column. */
export type Row = Record<string, string>;

/** The rows of a golden: a header, then a line a frame, columns parted by tabs. */
export function golden(path: string): Row[] {
  const [head = "", ...lines] = readFileSync(path, "utf8").replace(/\n$/, "").split("\n");
  const columns = head.split("\t");
  return lines.map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [columns[i] ?? "", cell])));
}

const number = (value: number, when: boolean) => (when ? String(value >>> 0) : "");

const hex = (value: number, when: boolean, digits = 4) =>
  when ? `0x${(value >>> 0).toString(16).padStart(digits, "0")}` : "";

/** What tshark prints of the frame, as far as we decode it. */
export function ours(packet: Packet): Row {
  const { source: from, destination: to } = endsOf(packet) ?? { source: "", destination: "" };
  const isTcp = packet.protocol === 6 && packet.sourcePort >= 0;
  const isUdp = packet.protocol === 17 && packet.sourcePort >= 0;
  const hasFlags = packet.flags >= 0;
  const icmp = packet.icmpType >= 0 && !packet.icmp6;
  const icmp6 = packet.icmpType >= 0 && packet.icmp6;
  const { tunnel, vni } = packet;
  return {
    "frame.number": String(packet.frame),
    "frame.time_epoch": `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`,
    from,
    to,
    "ip.id": hex(packet.ipId, packet.version === 4),
    "udp.srcport": number(packet.sourcePort, isUdp),
    "udp.dstport": number(packet.destinationPort, isUdp),
    "tcp.srcport": number(packet.sourcePort, isTcp),
    "tcp.dstport": number(packet.destinationPort, isTcp),
    "tcp.flags": hex(packet.flags, hasFlags),
    "tcp.seq_raw": number(packet.sequence, hasFlags),
    "tcp.ack_raw": number(packet.acknowledgement, hasFlags),
    "tcp.options.timestamp.tsval": number(packet.tsval, hasFlags && packet.hasTimestamp),
    "tcp.options.mss_val": number(packet.mss, hasFlags && packet.mss >= 0),
    "tcp.options.wscale.shift": number(packet.windowScale, hasFlags && packet.windowScale >= 0),
    "tcp.options.sack_perm": hasFlags && packet.sackPermitted ? "0402" : "",
    "tcp.options.sack.count": number(packet.sackBlocks, hasFlags && packet.sackBlocks > 0),
    "icmp.type": number(packet.icmpType, icmp),
    "icmp.code": number(packet.icmpCode, icmp),
    "icmpv6.type": number(packet.icmpType, icmp6),
    "icmpv6.code": number(packet.icmpCode, icmp6),
    "vxlan.vni": number(vni, vni !== -1 && tunnel === Tunnel.vxlan),
    "geneve.vni": hex(vni, tunnel === Tunnel.geneve, 6),
    "gre.key": hex(vni, vni !== -1 && tunnel === Tunnel.gre, 8),
    ...dnsOf(packet),
  };
}

const CORE = new Core(NO_ROOM);

function dnsOf(packet: Packet): Row {
  const message = new DnsMessage(CORE);
  const isDns =
    packet.protocol === 17 &&
    (packet.sourcePort === 53 || packet.destinationPort === 53) &&
    message.parse(packet.bytes, packet.payloadAt, packet.payloadEnd, packet.payloadLength);
  if (!isDns)
    return {
      "dns.id": "",
      "dns.flags.response": "",
      "dns.flags.rcode": "",
      "dns.qry.type": "",
      "dns.qry.name": "",
    };
  return {
    "dns.id": `0x${message.id.toString(16).padStart(4, "0")}`,
    "dns.flags.response": message.isResponse ? "1" : "0",
    "dns.flags.rcode": message.isResponse ? String(message.rcode) : "",
    "dns.qry.type": String(message.qtype),
    "dns.qry.name": message.hasQuestion ? message.name : "",
  };
}

/** What may stand around an IP header, as tshark calls it. */
const CARRIERS = new Set(["vxlan", "geneve", "gre", "ip", "ipv6"]);

/** The golden's row in the form of {@link ours}: of several values the one of the layer that we decode last. */
export function theirs(row: Row): Row {
  const all = (row["frame.protocols"] ?? "").split(":");
  // Behind an ICMP error stand the layers of what it quotes.
  const icmp = all.findIndex((name) => name === "icmp" || name === "icmpv6");
  const layers = icmp === -1 ? all : all.slice(0, icmp + 1);
  const ipAt = Math.max(layers.lastIndexOf("ip"), layers.lastIndexOf("ipv6"));
  const isV6 = layers[ipAt] === "ipv6";
  const inner = new Set(layers.slice(ipAt + 1));
  const countOf = (name: string) => layers.filter((layer) => layer === name).length;
  /** The value of the last of these layers, where it stands behind the last IP header. */
  const pick = (column: string, name: string, when = inner.has(name)) =>
    when ? ((row[column] ?? "").split(",")[countOf(name) - 1] ?? "") : "";
  const last = (column: string, when: boolean) => (when ? ((row[column] ?? "").split(",").at(-1) ?? "") : "");
  // VXLAN-GPE has no name among the protocols.
  /** Of the tunnels around the last IP header the innermost one's number. */
  const tunnel = layers.slice(0, Math.max(ipAt, 0)).findLast((name) => CARRIERS.has(name));
  const isDns = inner.has("udp");
  const kept: Row = {
    "frame.number": row["frame.number"] ?? "",
    "frame.time_epoch": row["frame.time_epoch"] ?? "",
    from: isV6 ? pick("ipv6.src", "ipv6", ipAt >= 0) : pick("ip.src", "ip", ipAt >= 0),
    to: isV6 ? pick("ipv6.dst", "ipv6", ipAt >= 0) : pick("ip.dst", "ip", ipAt >= 0),
    "ip.id": pick("ip.id", "ip", ipAt >= 0 && !isV6),
    "vxlan.vni": last("vxlan.vni", tunnel === "vxlan" || layers[ipAt - 1] === "udp"),
    "geneve.vni": last("geneve.vni", tunnel === "geneve"),
    "gre.key": last("gre.key", tunnel === "gre"),
  };
  for (const column of Object.keys(row)) {
    const layer = column.split(".")[0] ?? "";
    if (layer === "udp" || layer === "tcp" || layer === "icmp" || layer === "icmpv6")
      kept[column] = pick(column, layer);
    else if (layer === "dns") kept[column] = last(column, isDns);
  }
  return kept;
}

/** Of our row the columns that a golden has. */
export const likeTheirs = (row: Row, expected: Row): Row =>
  Object.fromEntries(Object.keys(expected).map((column) => [column, row[column] ?? ""]));
