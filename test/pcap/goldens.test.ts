// Compares every frame with what tshark 4.0 says of it. `test/fixtures/pcap/make.sh` makes the goldens.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DnsMessage } from "../../src/pcap/dns-message.ts";
import { Names } from "../../src/pcap/names.ts";
import { endsOf, type Packet, packets } from "../../src/pcap/index.ts";
import { fixture, fixturePath } from "./fixtures.ts";

type Row = Record<string, string>;

const names = readdirSync(fixturePath("."));
const withText = names.filter((name) => name.endsWith(".tsv")).map((name) => name.slice(0, -4));
const withHash = names.filter((name) => name.endsWith(".sha256")).map((name) => name.slice(0, -7));

function golden(name: string): Row[] {
  const [head = "", ...lines] = readFileSync(fixturePath(`${name}.tsv`), "utf8")
    .replace(/\n$/, "")
    .split("\n");
  const columns = head.split("\t");
  return lines.map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [columns[i] ?? "", cell])));
}

const number = (value: number, when: boolean) => (when ? String(value >>> 0) : "");

const hex = (value: number, when: boolean) => (when ? `0x${value.toString(16).padStart(4, "0")}` : "");

/** What tshark prints of the frame, as far as we decode it. */
function ours(packet: Packet): Row {
  const { source: from, destination: to } = endsOf(packet) ?? { source: "", destination: "" };
  const isTcp = packet.protocol === 6 && packet.sourcePort >= 0;
  const isUdp = packet.protocol === 17 && packet.sourcePort >= 0;
  const hasFlags = packet.flags >= 0;
  const icmp = packet.icmpType >= 0 && !packet.icmp6;
  const icmp6 = packet.icmpType >= 0 && packet.icmp6;
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
    "icmp.type": number(packet.icmpType, icmp),
    "icmp.code": number(packet.icmpCode, icmp),
    "icmpv6.type": number(packet.icmpType, icmp6),
    "icmpv6.code": number(packet.icmpCode, icmp6),
    "vxlan.vni": number(packet.vni, packet.vni >= 0),
    ...dnsOf(packet),
  };
}

function dnsOf(packet: Packet): Row {
  const message = new DnsMessage();
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
  const interner = new Names(1);
  return {
    "dns.id": `0x${message.id.toString(16).padStart(4, "0")}`,
    "dns.flags.response": message.isResponse ? "1" : "0",
    "dns.flags.rcode": message.isResponse ? String(message.rcode) : "",
    "dns.qry.type": String(message.qtype),
    "dns.qry.name": interner.text(interner.intern(message.name, message.nameLength, message.nameHash)),
  };
}

const only = (prefix: string, when: boolean) => (when ? prefix : undefined);

/** The golden's row in the form of {@link ours}: of several values the one of the layer that we decode last. */
function theirs(row: Row): Row {
  const protocols = (row["frame.protocols"] ?? "").split(":");
  const isError = protocols.includes("icmp") && protocols.lastIndexOf("ip") > protocols.indexOf("icmp");
  // tshark prints an encapsulated packet's layers from the outside in, an ICMP error's before those of its quotation.
  const pick = (cell = "") => (isError ? cell.split(",")[0] : cell.split(",").at(-1)) ?? "";
  const isV6 = protocols.lastIndexOf("ipv6") > protocols.lastIndexOf("ip");
  const isUdp =
    protocols.includes("udp") && !isError && !protocols.includes("tcp") && !protocols.includes("icmpv6");
  const isTcp = protocols.includes("tcp") && !isError;
  const known = [
    only("udp.", isUdp),
    only("tcp.", isTcp),
    only("dns.", isUdp),
    "icmp.",
    "icmpv6.",
    "vxlan.",
    "frame.",
  ];
  const kept = Object.entries(row).map(([name, cell]) => [
    name,
    known.some((prefix) => prefix !== undefined && name.startsWith(prefix)) ? pick(cell) : "",
  ]);
  const {
    "frame.protocols": _,
    "ip.src": _a,
    "ip.dst": _b,
    "ipv6.src": _c,
    "ipv6.dst": _d,
    ...rest
  } = Object.fromEntries(kept) as Row;
  return {
    ...rest,
    from: pick(isV6 ? row["ipv6.src"] : row["ip.src"]),
    to: pick(isV6 ? row["ipv6.dst"] : row["ip.dst"]),
    // Of what is no IP inside, the carrier is told as if it were the packet.
    "vxlan.vni": protocols.includes("arp") ? "" : (row["vxlan.vni"] ?? ""),
    "ip.id": isV6 ? "" : pick(row["ip.id"]),
  };
}

describe("every frame as tshark sees it", () => {
  it.each(withText)("%s", (name) => {
    const expected = golden(name).map(theirs);
    const actual = [...packets(fixture(name))].length;
    expect(actual).toBe(expected.length);
    let at = 0;
    for (const packet of packets(fixture(name))) {
      expect(ours(packet), `frame ${packet.frame}`).toEqual(expected[at]);
      at++;
    }
  });

  it.each(withHash)("%s, by its hash", (name) => {
    const columns = [
      "frame.number",
      "frame.time_epoch",
      "from",
      "to",
      "ip.id",
      "tcp.srcport",
      "tcp.dstport",
      "tcp.flags",
      "tcp.seq_raw",
      "tcp.ack_raw",
      "tcp.options.timestamp.tsval",
      "tcp.options.mss_val",
    ];
    const head = columns.map((column) =>
      column === "from" ? "ip.src" : column === "to" ? "ip.dst" : column,
    );
    let text = `${head.join("\t")}\n`;
    for (const packet of packets(fixture(name))) {
      const row = ours(packet);
      text += `${columns.map((column) => row[column] ?? "").join("\t")}\n`;
    }
    const expected = readFileSync(fixturePath(`${name}.sha256`), "utf8").trim();
    expect(createHash("sha256").update(text).digest("hex")).toBe(expected);
  });
});
