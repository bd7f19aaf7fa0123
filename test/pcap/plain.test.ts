// The loops' short way for common packets against the layers' decoders: whatever the bytes are, what it takes must be the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Core, NO_ROOM } from "../../src/pcap/core.ts";
import { decode } from "../../src/pcap/decode.ts";
import { NONE, Packet } from "../../src/pcap/packet.ts";
import { be, bytes, ethernet, ip, join, sll, sll2, tcp, udp } from "./frames.ts";

/** What the loops find a packet to be: something else, a segment, or nothing that is noted. */
const [OTHER, SEGMENT, DATAGRAM, NOTHING] = [0, 1, 2, 3];
const LINKS = { ethernet: 1, raw: 101, cooked: 113, cookedV2: 276 };
const DNS_PORTS = [53, 5300];
const TUNNEL_PORTS = new Set([4789, 8472, 4790, 6081, 6635]);
const [TCP, UDP] = [6, 17];

const core = new Core(NO_ROOM);
for (const port of DNS_PORTS) core.serve(port);

/** The packet's place, and its fields that are words, in their order there. */
const PACKET_AT = 1024;
const FIELDS = [
  "start",
  "end",
  "direction",
  "vni",
  "tunnel",
  "version",
  "sourceAt",
  "destinationAt",
  "ipId",
  "ttl",
  "sourcePort",
  "destinationPort",
  "sequence",
  "acknowledgement",
  "flags",
  "window",
  "optionsAt",
  "payloadAt",
  "payloadEnd",
  "payloadLength",
] as const;
const FIRST_FIELD = 4;

/** Puts a frame where the loops can read it, between bytes that belong to others, and decodes it both ways. */
function both(frame: Uint8Array, linkType: number, cut: number) {
  const start = core.window.at + 64;
  const end = start + Math.max(frame.length - cut, 0);
  core.bytes.fill(0x45, core.window.at, start + 256);
  core.bytes.set(frame, start);
  core.words.fill(77, PACKET_AT / 4, PACKET_AT / 4 + FIRST_FIELD + FIELDS.length);
  const what = core.loops.plain(linkType, start, end);
  const found = Object.fromEntries(
    FIELDS.map((name, place) => [name, core.words[PACKET_AT / 4 + FIRST_FIELD + place]]),
  );
  const packet = Object.assign(new Packet(core.bytes), { linkType, start, end, length: frame.length });
  decode(packet);
  return { what, found, packet };
}

/** What the loops must not say of a packet that the layers' decoders have seen. */
function faultsOf(what: number, found: Record<string, unknown>, packet: Packet): string[] {
  if (what === OTHER) return [];
  const ports = [packet.sourcePort, packet.destinationPort];
  const isWhole = packet.fragmentOffset === 0 && !packet.moreFragments;
  const faults = packet.innerAt === NONE && packet.tunnel === 0 && isWhole ? [] : ["neither whole nor plain"];
  const isDns = ports.some((port) => DNS_PORTS.includes(port));
  if (ports.includes(NONE) || isDns !== (what === DATAGRAM)) faults.push("a port");
  if (what === SEGMENT) {
    if (packet.protocol !== TCP || packet.flags === NONE) faults.push("no segment");
    return [...faults, ...FIELDS.filter((name) => found[name] !== packet[name])];
  }
  const isTunnel = ports.some((port) => TUNNEL_PORTS.has(port));
  if (what === DATAGRAM) {
    if (packet.protocol !== UDP || isTunnel) faults.push("no datagram");
    return [...faults, ...FIELDS.filter((name) => !OF_TCP.has(name) && found[name] !== packet[name])];
  }
  // Nothing that any table notes.
  if (what !== NOTHING || packet.protocol !== UDP || isTunnel) faults.push("something to note");
  return faults;
}

const OF_TCP: ReadonlySet<string> = new Set(["sequence", "acknowledgement", "flags", "window", "optionsAt"]);

const frames = fc
  .record({
    link: fc.constantFrom("ethernet", "raw", "cooked", "cookedV2"),
    fragment: fc.constantFrom(0x4000, 0x4000, 0, 0x2000, 1, 0x8000),
    options: fc.constantFrom(0, 0, 0, 4),
    total: fc.constantFrom(
      ...Array.from({ length: 9 }, () => undefined),
      0,
      20,
      27,
      28,
      39,
      40,
      41,
      60,
      0xffff,
    ),
    protocol: fc.constantFrom(TCP, TCP, TCP, UDP, UDP, 51),
    ports: fc.tuple(
      ...[0, 1].map(() => fc.constantFrom(4000, 80, 443, 8080, 0, 0xffff, 53, 5300, 4789, 6081)),
    ),
    flags: fc.nat(255),
    tsval: fc.option(fc.nat(), { nil: undefined }),
    length: fc.nat(40),
    packetType: fc.nat(5),
    padding: fc.nat(6),
    cut: fc.constantFrom(0, 0, 0, 30, 40, 50, 62, 70),
    changes: fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 3 }),
    other: fc.constantFrom(undefined, undefined, undefined, undefined, 0, 1, 12, 101, 113, 228, 276),
  })
  .map(({ link, fragment, options, total, protocol, ports, flags, tsval, length, packetType, ...rest }) => {
    const [from = 0, to = 0] = ports;
    const payload = new Uint8Array(length).fill(5);
    const body =
      protocol === UDP
        ? udp(from, to, payload)
        : tcp({ from, to, seq: 0xfedcba98, ack: 0x89abcdef, flags, tsval, window: 0xfffe, payload });
    const told = {
      from: "10.0.0.1",
      to: "192.168.255.2",
      id: 0xfffe,
      ttl: 255,
      fragment,
      options: new Uint8Array(options).fill(1),
      ...(total !== undefined && { total }),
    };
    const packet = join(ip(told, protocol, body), new Uint8Array(rest.padding));
    const ways = {
      ethernet: () => ethernet(packet),
      raw: () => packet,
      cooked: () => sll(packet, packetType),
      cookedV2: () => sll2(packet, packetType),
    };
    const frame = ways[link]();
    for (const [at, byte] of rest.changes) if (at < frame.length) frame[at] = byte;
    return [frame, rest.other ?? LINKS[link], rest.cut] as const;
  });

describe("a plain packet", () => {
  it("is what the layers' decoders make of it", () => {
    const seen = [0, 0, 0, 0];
    fc.assert(
      fc.property(frames, ([frame, linkType, cut]) => {
        const { what, found, packet } = both(frame, linkType, cut);
        (seen[what] as number)++;
        expect(faultsOf(what, found, packet)).toEqual([]);
      }),
      { numRuns: 5000 },
    );
    expect(Math.min(...seen)).toBeGreaterThan(20);
  });

  const header = { from: "10.0.0.1", to: "10.0.0.2", id: 7 };
  const segment = join(tcp({ from: 4000, to: 80, seq: 77, flags: 24, tsval: 99 }), be(5, 30));
  it.each([
    ["Ethernet", ethernet(ip(header, TCP, segment)), 1, SEGMENT],
    ["Linux cooked", sll(ip(header, TCP, segment)), 113, SEGMENT],
    ["Linux cooked v2", sll2(ip(header, TCP, segment)), 276, SEGMENT],
    ["raw IP", ip(header, TCP, segment), 101, SEGMENT],
    ["UDP", ethernet(ip(header, UDP, udp(4000, 5000, bytes(1)))), 1, NOTHING],
    ["UDP to a DNS server", ethernet(ip(header, UDP, udp(4000, 53, bytes(1)))), 1, DATAGRAM],
    ["UDP to a tunnel", ethernet(ip(header, UDP, udp(4000, 4789, bytes(1)))), 1, OTHER],
    ["TCP of a DNS server", ethernet(ip(header, TCP, tcp({ from: 5300, to: 9, flags: 16 }))), 1, OTHER],
    ["a fragment", ethernet(ip({ ...header, fragment: 0x2000 }, TCP, segment)), 1, OTHER],
    ["IPv4 options", ethernet(ip({ ...header, options: bytes(1, 1, 1, 1) }, TCP, segment)), 1, OTHER],
    ["a total length of 0", ethernet(ip({ ...header, total: 0 }, TCP, segment)), 1, OTHER],
    ["another link type", ip(header, TCP, segment), 12, OTHER],
  ])("%s", (_, frame, linkType, wanted) => {
    expect(both(frame, linkType, 0).what).toBe(wanted);
  });

  it("knows no DNS server by what is no port", () => {
    const before = core.bytes.slice(0, core.window.at);
    for (const port of [-1, 65_536, 70_000, 53.5, Number.NaN]) core.serve(port);
    expect(Buffer.compare(core.bytes.subarray(0, core.window.at), before)).toBe(0);
  });
});
