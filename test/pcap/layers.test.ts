import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { type Capture, Outcome, packets, readCapture, tunnelOf } from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { codes } from "./fixtures.ts";
import {
  be,
  bytes,
  dns,
  ethernet,
  icmp,
  ip,
  join,
  sll,
  sll2,
  SYN,
  tagged,
  tcp,
  udp,
  vxlan,
} from "./frames.ts";

const HEADER = { from: "10.0.0.1", to: "10.0.0.2", id: 7 };
const HEADER6 = { from: "fd00::1", to: "fd00:0:0:1::2" };
const segment = tcp({ from: 4000, to: 80, seq: 77, flags: SYN, tsval: 99 });
const packet = ip(HEADER, 6, segment);
const packet6 = ip(HEADER6, 6, segment);

const nflogPayload = (body: Uint8Array) => join(bytes(body.length + 4, (body.length + 4) >> 8, 9, 0), body);

/** The only packet of a file with one frame, in a few words. */
function told(frame: Uint8Array, linkType = 1): string {
  const [p] = packets(scene([[0, frame]], { linkType }));
  if (p === undefined || p.version === 0) return "nothing";
  const ports = p.sourcePort < 0 ? "" : ` ${p.sourcePort}>${p.destinationPort}`;
  const flags =
    p.flags < 0 ? "" : ` flags ${p.flags} seq ${p.sequence}${p.hasTimestamp ? ` ts ${p.tsval}` : ""}`;
  const icmpText = p.icmpType < 0 ? "" : ` icmp ${p.icmpType}/${p.icmpCode}`;
  const vni = p.vni < 0 ? "" : ` vni ${p.vni}`;
  return `ip${p.version} proto ${p.protocol}${ports}${flags}${icmpText}${vni}`;
}

const WHOLE = "ip4 proto 6 4000>80 flags 2 seq 77 ts 99";
const WHOLE6 = WHOLE.replace("ip4", "ip6");

describe("link layers", () => {
  it.each<[string, number, Uint8Array, string]>([
    ["Ethernet", 1, ethernet(packet), WHOLE],
    ["Ethernet with padding behind IP", 1, join(ethernet(packet), new Uint8Array(6)), WHOLE],
    ["VLAN", 1, tagged(ethernet(packet)), WHOLE],
    ["QinQ", 1, tagged(tagged(ethernet(packet)), 0x88a8), WHOLE],
    ["old QinQ with IPv6", 1, tagged(tagged(ethernet(packet6)), 0x9100), WHOLE6],
    ["LLC with SNAP", 1, ethernet(join(bytes(0xaa, 0xaa, 3, 0, 0, 0), be(0x0800, 2), packet), 100), WHOLE],
    ["LLC without SNAP", 1, ethernet(join(bytes(0x42, 0x42, 3), packet), 100), "nothing"],
    ["PPPoE", 1, ethernet(join(bytes(0x11, 0, 0, 1, 0, 60), be(0x0021, 2), packet), 0x8864), WHOLE],
    ["ARP", 1, ethernet(new Uint8Array(28), 0x0806), "nothing"],
    ["Linux cooked", 113, sll(packet), WHOLE],
    ["Linux cooked v2", 276, sll2(packet), WHOLE],
    ["raw, OpenBSD's", 12, packet, WHOLE],
    ["raw, BSD/OS's", 14, packet6, WHOLE6],
    ["raw", 101, packet, WHOLE],
    ["raw IPv6", 101, packet6, WHOLE6],
    ["IPv4", 228, packet, WHOLE],
    ["IPv6", 229, packet6, WHOLE6],
    ["NULL, little-endian", 0, join(bytes(2, 0, 0, 0), packet), WHOLE],
    ["NULL, big-endian", 0, join(bytes(0, 0, 0, 2), packet), WHOLE],
    ["NULL, IPv6 of macOS", 0, join(bytes(30, 0, 0, 0), packet6), WHOLE6],
    ["LOOP, IPv6 of FreeBSD", 108, join(bytes(0, 0, 0, 28), packet6), WHOLE6],
    ["PPP", 9, join(be(0xff03, 2), be(0x0021, 2), packet), WHOLE],
    ["PPP with all left out that can be", 50, join(bytes(0x57), packet6), WHOLE6],
    ["PPP with something else", 9, join(be(0xff03, 2), be(0xc021, 2), packet), "nothing"],
    ["NFLOG", 239, join(bytes(2, 0, 0, 0, 5, 0, 10, 0, 65, 0, 0, 0), nflogPayload(packet)), WHOLE],
    [
      "NFLOG, big-endian",
      239,
      join(bytes(10, 0, 0, 0), be(packet6.length + 4, 2), be(9, 2), packet6),
      WHOLE6,
    ],
    ["NFLOG without a packet", 239, bytes(2, 0, 0, 0, 4, 0, 10, 0), "nothing"],
    ["a link type that nobody knows", 147, packet, "nothing"],
  ])("%s", (_, linkType, frame, expected) => {
    expect(told(frame, linkType)).toBe(expected);
  });
});

it("is left where Ethernet frames nest without end", () => {
  const nested = new Uint8Array(200_000);
  for (let at = 12; at + 2 < nested.length; at += 14) nested.set(be(0x6558, 2), at);
  expect(told(nested)).toBe("nothing");
  const labels = new Uint8Array(200_000);
  labels.set(be(0x8847, 2), 12);
  expect(told(labels)).toBe("nothing");
});

const fragmentHeader = (next: number, offset: number) => join(bytes(next, 0), be(offset, 2), be(1, 4));

const extension = (next: number, words: number) => join(bytes(next, words), new Uint8Array(6 + 8 * words));

describe("IP", () => {
  it.each<[string, Uint8Array, string]>([
    ["options", ip({ ...HEADER, options: bytes(1, 1, 1, 1, 1, 1, 1, 0) }, 6, segment), WHOLE],
    ["no total length, as offload leaves it", ip({ ...HEADER, total: 0 }, 6, segment), WHOLE],
    ["a first fragment, which has the ports", ip({ ...HEADER, fragment: 0x2000 }, 6, segment), WHOLE],
    ["another fragment, which has not", ip({ ...HEADER, fragment: 0x2010 }, 6, segment), "ip4 proto 6"],
    ["a total length that cuts the segment", ip({ ...HEADER, total: 30 }, 6, segment), "ip4 proto 6 4000>80"],
    [
      "hop-by-hop and destination options",
      ip(HEADER6, 0, join(extension(60, 0), extension(6, 1), segment)),
      WHOLE6,
    ],
    [
      "routing and authentication",
      ip(HEADER6, 43, join(extension(51, 0), bytes(6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), segment)),
      WHOLE6,
    ],
    ["a first fragment of IPv6", ip(HEADER6, 44, join(fragmentHeader(6, 1), segment)), WHOLE6],
    ["another fragment of IPv6", ip(HEADER6, 44, join(fragmentHeader(6, 0x51), segment)), "ip6 proto 6"],
    [
      "extension headers that never end",
      ip(HEADER6, 0, join(...Array.from({ length: 100 }, () => extension(0, 0)))),
      "ip6 proto -1",
    ],
  ])("%s", (_, body, expected) => {
    expect(told(ethernet(body))).toBe(expected);
  });

  it("tells a fragment's place in bytes", () => {
    const [p] = packets(scene([[0, ethernet(ip({ ...HEADER, fragment: 0x2010 }, 6, segment))]]));
    expect(p).toMatchObject({ fragmentOffset: 128, moreFragments: true, ipId: 7 });
  });

  it("addresses read as ipaddr.js writes them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.ipV6(), fc.ipV4(), async (v6, v4) => {
        const long = ipaddr.parse(v6).toByteArray();
        const six = join(be(0x60000000, 4), be(segment.length, 2), bytes(6, 64, ...long, ...long), segment);
        const four = ip({ from: v4, to: "0.0.0.0" }, 6, segment);
        const capture = await readCapture(
          scene(
            [
              [0, four],
              [0, six],
            ],
            { linkType: 101 },
          ),
        );
        expect([0, 1, 2].map((id) => capture.address(id))).toEqual([
          v4,
          "0.0.0.0",
          ipaddr.parse(v6).toString(),
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    "::",
    "::1",
    "2001:db8::1:0:0:1",
    "fe80::4848:97ff:fe0c:fc5",
    "1:2:3:4:5:6:7:8",
    "2001:db8:0:1:1:1:1:1",
  ])("%s is canonical (RFC 5952)", async (text) => {
    const capture = await readCapture(
      scene([[0, ip({ from: text, to: text }, 6, segment)]], { linkType: 101 }),
    );
    expect(capture.address(0)).toBe(text);
  });

  it("tells an address that it doesn't know", async () => {
    const capture = await readCapture(scene([]));
    expect([capture.address(0), capture.address(-1)]).toEqual(["?", "?"]);
  });
});

const attempts = async (...frames: Uint8Array[]) =>
  (await readCapture(scene(frames.map((frame, i) => [i * 0.0001, frame])))).handshakes.length;

describe("VXLAN", () => {
  const inner = ethernet(packet);
  const outer = { from: "192.168.0.1", to: "192.168.0.2" };

  it.each([4789, 8472])("on port %i leaves the inner packet and its network", (port) => {
    expect(told(ethernet(ip(outer, 17, vxlan(42, inner, port))))).toBe(`${WHOLE} vni 42`);
  });

  it("without IP inside leaves the carrier", () => {
    const arp = ethernet(new Uint8Array(28), 0x0806);
    expect(told(ethernet(ip(outer, 17, vxlan(42, arp))))).toBe("ip4 proto 17 50000>4789");
  });

  it("is gone into a few times only", () => {
    let frame = inner;
    for (let i = 0; i < 10; i++) frame = ethernet(ip(outer, 17, vxlan(i, frame)));
    expect(told(frame)).toMatch(/^ip4 proto 17 50000>4789 vni/);
  });

  it("makes plain and encapsulated copies one, and two networks two", async () => {
    const twoPlaces = (vni: number) => ethernet(ip(outer, 17, vxlan(vni, inner)));
    expect(await attempts(inner, twoPlaces(1))).toBe(1);
    expect(await attempts(twoPlaces(1), inner)).toBe(1);
    expect(await attempts(twoPlaces(1), twoPlaces(2))).toBe(2);
  });

  it("carries DNS as well", async () => {
    const query = ethernet(
      ip({ from: "10.1.0.1", to: "10.1.0.2", id: 3 }, 17, udp(4000, 53, dns({ id: 9, name: "a.b" }))),
    );
    const capture = await readCapture(
      scene([
        [0, query],
        [0.0001, ethernet(ip(outer, 17, vxlan(1, query)))],
      ]),
    );
    expect([...capture.dns.copies]).toEqual([2]);
  });
});

/** The packet in a tunnel of each kind, with the number of its network where there is one. */
const carried = (inner: Uint8Array, network: number): [string, Uint8Array][] => {
  const outer = { from: "192.168.0.1", to: "192.168.0.2" };
  const vni = be(network * 256, 4);
  return [
    ["vxlan", ip(outer, 17, vxlan(network, ethernet(inner)))],
    ["vxlan-gpe", ip(outer, 17, udp(1, 4790, join(bytes(0x0c, 0, 0, 1), vni, inner)))],
    ["geneve", ip(outer, 17, udp(1, 6081, join(bytes(1, 0), be(0x0800, 2), vni, be(0, 4), inner)))],
    ["gre", ip(outer, 47, join(be(0x2000, 2), be(0x0800, 2), be(network, 4), inner))],
  ];
};
const KINDS = carried(packet, 1).map(([name], i) => [name, i] as const);

describe("tunnels with numbered networks", () => {
  it.each(KINDS)("%s: plain and carried copies are one, two networks two", async (_, kind) => {
    const [a, b] = [1, 2].map((network) => ethernet(carried(packet, network)[kind]?.[1] ?? packet));
    if (a === undefined || b === undefined) return;
    expect(told(a)).toBe(`${WHOLE} vni 1`);
    expect(await attempts(ethernet(packet), a)).toBe(1);
    expect(await attempts(a, b)).toBe(2);
  });

  it.each(KINDS)("%s: an error inside answers the attempt that it quotes", async (_, kind) => {
    const inside = (body: Uint8Array) => ethernet(carried(body, 5)[kind]?.[1] ?? body);
    const unreachable = ip({ from: "10.0.0.9", to: HEADER.from }, 1, icmp(3, 1, packet));
    const { handshakes } = await readCapture(
      scene([
        [0, inside(packet)],
        [0.1, inside(unreachable)],
      ]),
    );
    expect(handshakes.address(handshakes.icmpFrom[0] ?? -1)).toBe("10.0.0.9");
  });

  it.each(KINDS)("%s: each way may go through a network of its own", async (_, kind) => {
    const inside = (body: Uint8Array, network: number) => ethernet(carried(body, network)[kind]?.[1] ?? body);
    const back = { from: HEADER.to, to: HEADER.from };
    const answer = ip(back, 6, tcp({ from: 80, to: 4000, seq: 5, ack: 78, flags: 18 }));
    const asking = ip(HEADER, 17, udp(4000, 53, dns({ id: 9, name: "a.b" })));
    const answering = ip(back, 17, udp(53, 4000, dns({ id: 9, name: "a.b", response: true })));
    const tables = await readCapture(
      scene([
        [0, inside(packet, 5)],
        [0.1, inside(answer, 6)],
        [0.2, inside(asking, 5)],
        [0.3, inside(answering, 6)],
        // Another client of the same addresses, in networks of its own.
        [1, inside(packet, 7)],
        [1.1, inside(ip({ from: "10.0.0.9", to: HEADER.from }, 1, icmp(3, 1, packet)), 8)],
        [1.2, inside(asking, 7)],
      ]),
    );
    const { answered, icmp: refused } = Outcome;
    expect([...tables.handshakes.outcome]).toEqual([answered, refused]);
    expect([...tables.dns.rcode]).toEqual([0, -1]);
  });

  it("keep the addresses of the tunnel's ends", () => {
    for (const [, body] of carried(packet, 7)) {
      const [p] = packets(scene([[0, ethernet(body)]]));
      expect(p && tunnelOf(p)).toMatchObject({
        source: "192.168.0.1",
        destination: "192.168.0.2",
        network: 7,
      });
    }
    const [plain] = packets(scene([[0, ethernet(packet)]]));
    expect(plain && tunnelOf(plain)).toBeUndefined();
  });
});

describe("what only looks like a tunnel", () => {
  it.each<[string, Uint8Array]>([
    ["a DNS answer to Geneve's port", udp(53, 6081, dns({ id: 9, name: "a.b", response: true }))],
    ["a DNS answer to VXLAN's port", udp(53, 4789, dns({ id: 0x0800, name: "a.b", response: true }))],
    ["a later version of Geneve", udp(1, 6081, join(bytes(0x40, 0), be(0x0800, 2), be(0, 4), packet))],
  ])("%s", (_, body) => {
    expect(told(ethernet(ip(HEADER, 17, body)))).toMatch(/^ip4 proto 17 \d+>\d+$/);
  });

  it.each<[string, Uint8Array]>([
    ["GRE with source routes", join(be(0x4000, 2), be(0x0800, 2), be(0, 4), packet)],
    ["a later version of GRE", join(be(2, 2), be(0x0800, 2), packet)],
    ["GRE that is cut", join(be(0xb000, 2), be(0x0800, 2), be(0, 4))],
  ])("%s", (_, body) => {
    expect(told(ethernet(ip(HEADER, 47, body)))).toBe("ip4 proto 47");
  });

  it("PPTP's GRE carries PPP, and its key numbers no network", () => {
    const pptp = join(
      be(0x3081, 2),
      be(0x880b, 2),
      be(0x00440001, 4),
      be(1, 4),
      be(2, 4),
      be(0xff030021, 4),
      packet,
    );
    expect(told(ethernet(ip(HEADER, 47, pptp)))).toBe(WHOLE);
  });
});

describe("TCP options", () => {
  it("tell of selective acknowledgements", () => {
    const options = bytes(4, 2, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0);
    const header = tcp({ from: 1, to: 2, flags: SYN });
    header[12] = (20 + options.length) << 2;
    const [p] = packets(scene([[0, ethernet(ip(HEADER, 6, join(header, options)))]]));
    expect(p).toMatchObject({ sackPermitted: true, sackBlocks: 2, mss: -1 });
  });
});

const query = (id: number) =>
  ip({ ...HEADER, id }, 17, udp(4000, 53, dns({ id: id + 1, name: "a.very.long.name" })));

const one = async (frame: Uint8Array): Promise<Capture> => readCapture(scene([[0, frame]]));

const cut = (id: number, at: number) => ethernet(query(id)).subarray(0, 42 + at);

describe("what the capture cut", () => {
  it("of TCP before its flags is told, and is no attempt", async () => {
    const capture = await one(ethernet(packet).subarray(0, 42));
    expect(codes(capture)).toEqual(["cut-tcp"]);
    expect(capture.handshakes.length).toBe(0);
  });

  it("of DNS before its question's end keeps the id", async () => {
    const capture = await readCapture(
      scene([
        [0, cut(1, 20)],
        [1, cut(2, 12)],
        [2, cut(3, 4)],
        [3, cut(4, 2)],
      ]),
    );
    expect([...capture.dns.id]).toEqual([2, 3, 4]);
    expect([...capture.dns.name]).toEqual([0, 0, 0]);
    expect(codes(capture)).toEqual(["cut-dns"]);
    expect(capture.diagnostics[0]?.message).toContain("4 DNS");
  });
});

const error = (from: string, type: number, code: number, quoted: Uint8Array) =>
  ethernet(ip({ from, to: HEADER.from }, 1, icmp(type, code, quoted)));

describe("ICMP", () => {
  it("errors are decoded with the packet that they quote", () => {
    const [p] = packets(scene([[0, error("10.0.0.9", 3, 1, packet.subarray(0, 28))]]));
    expect(p?.quotes).toBe(true);
    expect(p?.quoted).toMatchObject({
      version: 4,
      sourcePort: 4000,
      destinationPort: 80,
      sequence: 77,
      flags: -1,
    });
    expect(told(error("10.0.0.9", 3, 1, packet))).toBe("ip4 proto 1 icmp 3/1");
  });

  it("echoes quote nothing", () => {
    const [p] = packets(scene([[0, error("10.0.0.9", 8, 0, packet)]]));
    expect(p?.quotes).toBe(false);
  });

  it("that only asks for smaller packets is no answer", async () => {
    const capture = await readCapture(
      scene([
        [0, ethernet(packet)],
        [0.1, error("10.0.0.9", 3, 4, packet)],
        [9, ethernet(packet)],
      ]),
    );
    expect([...capture.handshakes.icmpFrom]).toEqual([-1]);
  });
});
