import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statusOf } from "../../src/bytes/index.ts";
import {
  dnsExchanges,
  duplicateIds,
  listeners,
  packets,
  paws2x2,
  readCapture,
} from "../../src/pcap/index.ts";
import { block, interfaceBlock, packetBlock, pcap, pcapng, scene, section, type Timed } from "./files.ts";
import { codes, fixture } from "./fixtures.ts";
import { be, bytes, dns, ethernet, ip, join, SYN, tcp, udp } from "./frames.ts";

const syn = (port: number) =>
  ethernet(
    ip({ from: "10.0.0.1", to: "10.0.0.2", id: port }, 6, tcp({ from: port, to: 80, seq: port, flags: SYN })),
  );
const many: Timed[] = Array.from({ length: 20 }, (_, i) => ({
  time: 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000n,
  frame: syn(i + 1),
}));
/** Where the records of {@link many} begin in a classic file. */
const RECORD = 16 + syn(1).length;
const startOf = (record: number) => 24 + record * RECORD;

/** Reads a file and everything that is told of it: nothing may throw. */
async function readAllOf(file: Uint8Array) {
  const capture = await readCapture(file);
  listeners(capture);
  paws2x2(capture);
  duplicateIds(capture);
  for (const _ of dnsExchanges(capture));
  return capture;
}

describe("a file that ends too soon", () => {
  // A longer file repeats what it is made of: records' heads and blocks of pcapng are cut at each of their bytes in some of them.
  it.each([
    ["tcp_refused_mix.pod.pcap", 3],
    ["variant.pcapng", 3],
    ["link_raw_tun.pcap", 1],
  ])("%s, at every byte or at every %i", async (name, step) => {
    const file = fixture(name);
    let packets = 0;
    for (let length = 0; length <= file.length; length += step) {
      const capture = await readAllOf(file.subarray(0, length));
      expect(capture.packets).toBeGreaterThanOrEqual(packets);
      packets = capture.packets;
    }
    expect((await readAllOf(file)).packets).toBeGreaterThanOrEqual(packets);
  });

  it("keeps whole records and names the byte where the cut one begins", async () => {
    const file = pcap(many);
    const capture = await readCapture(file.subarray(0, startOf(7) + 30));
    expect(capture.packets).toBe(7);
    expect(capture.cut).toBe(true);
    expect(capture.diagnostics).toEqual([
      expect.objectContaining({ code: "pcap-cut", effect: "partial", offset: startOf(7) }),
    ]);
    expect((await readCapture(file.subarray(0, startOf(7)))).diagnostics).toEqual([]);
  });

  it("does so in a block of pcapng, skipped ones included", async () => {
    const file = join(section(), interfaceBlock(), block(99, new Uint8Array(500)));
    const capture = await readCapture(file.subarray(0, 200));
    expect(capture.cut).toBe(true);
    expect(codes(capture)).toEqual(["pcap-cut"]);
  });

  it("is no capture below twelve bytes, and an empty one at 24", async () => {
    expect(statusOf((await readCapture(new Uint8Array(0))).diagnostics)).toBe("unread");
    const empty = await readCapture(pcap([]));
    expect(empty).toMatchObject({ packets: 0, start: undefined, duration: 0, cut: false, diagnostics: [] });
  });
});

describe("an impossible length", () => {
  it("is named with its offset, and reading goes on at the next records", async () => {
    const file = pcap(many);
    file.set(be(0xffff_ff7f, 4), startOf(5) + 8);
    const capture = await readCapture(file);
    expect(codes(capture)).toEqual(["bad-record-length", "resumed"]);
    expect(capture.diagnostics[0]?.offset).toBe(startOf(5));
    expect([...capture.handshakes.clientPort]).toEqual([
      1,
      2,
      3,
      4,
      5,
      ...Array.from({ length: 14 }, (_, i) => i + 7),
    ]);
  });

  it("ends the reading where nothing follows", async () => {
    const file = join(
      pcap(many.slice(0, 2)),
      be(0xffff_ffff, 4),
      be(0xffff_ffff, 4),
      be(0xffff_ffff, 4),
      new Uint8Array(300),
    );
    const capture = await readCapture(file);
    expect(codes(capture)).toEqual(["bad-record-length", "abandoned"]);
    expect(capture.packets).toBe(2);
  });

  it.each([0, 8, 0xffff_fffc])("of %i in a block of pcapng ends the reading there", async (length) => {
    const good = pcapng(many.slice(0, 3));
    const file = join(
      good,
      be(0x06000000, 4),
      bytes(length & 255, (length >>> 8) & 255, (length >>> 16) & 255, length >>> 24),
      new Uint8Array(40),
    );
    const capture = await readCapture(file);
    expect(capture.packets).toBe(3);
    expect(capture.diagnostics).toEqual([
      expect.objectContaining({ code: "bad-block", offset: good.length }),
      expect.objectContaining({ code: "abandoned", offset: good.length }),
    ]);
  });

  it.each([0, 8, 104, 0x7fff_fffc, 0xffff_ffff])(
    "of %i of a block among others is named with its offset, and reading goes on behind it",
    async (length) => {
      for (const littleEndian of [true, false]) {
        const blocks = many.map((each, i) => packetBlock(0, BigInt(i), each, { littleEndian }));
        const size = new Uint8Array(4);
        new DataView(size.buffer).setUint32(0, length, littleEndian);
        blocks[5]?.set(size, 4);
        const head = join(section({ littleEndian }), interfaceBlock({ littleEndian }));
        const capture = await readCapture(join(head, ...blocks));
        const [first] = blocks as [Uint8Array];
        expect(capture.diagnostics[0]).toMatchObject({
          code: "bad-block",
          offset: head.length + 5 * first.length,
        });
        expect([...capture.handshakes.clientPort]).toEqual(
          many.map((_, i) => i + 1).filter((port) => port !== 6),
        );
      }
    },
  );

  it("of a section that has no byte order leaves the one before it", async () => {
    const broken = section();
    broken.set(be(0, 4), 8);
    const [a, b] = many as [Timed, Timed];
    const capture = await readCapture(
      join(
        section(),
        interfaceBlock(),
        packetBlock(0, 1n, a),
        broken,
        packetBlock(0, 2n, b),
        packetBlock(0, 3n, a),
      ),
    );
    expect(codes(capture)).toEqual(["bad-block", "resumed"]);
    expect([...capture.handshakes.clientPort]).toEqual([1, 2]);
  });

  it("of a packet inside its block is cut to the block", async () => {
    const packet = packetBlock(0, 1n, many[0] as Timed);
    packet.set(bytes(255, 255, 0, 0), 20);
    const capture = await readCapture(
      join(section(), interfaceBlock(), packet, packetBlock(0, 2n, many[1] as Timed)),
    );
    expect(capture.packets).toBe(2);
    expect(codes(capture)).toEqual(["bad-record-length"]);
    expect(capture.handshakes.length).toBe(2);
  });

  it("of an option ends that block's options", async () => {
    const broken = block(1, join(bytes(1, 0, 0, 0, 0, 0, 0, 0), bytes(9, 0, 200, 0, 6, 0, 0, 0)));
    const capture = await readCapture(join(section(), broken, packetBlock(0, 1n, many[0] as Timed)));
    expect(codes(capture)).toEqual(["bad-option"]);
    expect(capture.handshakes.length).toBe(1);
  });
});

describe("damage across chunks", () => {
  it("is told alike, however the file is read", async () => {
    const frames = Array.from({ length: 9000 }, (_, i): Timed => ({
      time: 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000n,
      frame: join(syn((i % 60_000) + 1), new Uint8Array(i % 90)),
    }));
    const file = pcap(frames);
    const starts = [24];
    for (const { frame } of frames) starts.push((starts.at(-1) ?? 0) + 16 + frame.length);
    // So close together that what was read ahead in search of one still holds the next.
    for (let at = 100; at < 6000; at += 300) file.set(be(0xffff_ffff, 4), (starts[at] ?? 0) + 8);
    const told = async (size: number) => {
      const chunks = Array.from({ length: Math.ceil(file.length / size) }, (_, i) =>
        file.slice(i * size, (i + 1) * size),
      );
      const { diagnostics, handshakes } = await readCapture({ size: file.length, stream: () => chunks });
      return JSON.stringify([diagnostics, handshakes.length]);
    };
    const whole = await told(file.length);
    expect(whole).toContain(`"offset":${starts[400]}`);
    for (const size of [1000, 4096, 65_536, 300_000]) expect(await told(size)).toBe(whole);
  });
});

describe("files of other kinds", () => {
  it.each([
    [0xa1b234cd, "unsupported-variant"],
    [0x1c0001ac, "unsupported-variant"],
    [0x7f454c46, "not-a-capture"],
  ])("that begin with %i are %s", async (magic, code) => {
    const { diagnostics } = await readCapture(join(be(magic, 4), new Uint8Array(100)));
    expect(diagnostics).toEqual([expect.objectContaining({ code, effect: "unread" })]);
  });

  it("with a link type that isn't decoded count their frames", async () => {
    const capture = await readCapture(pcap(many, { linkType: 105 }));
    expect(capture.packets).toBe(20);
    expect(codes(capture)).toEqual(["unknown-link-type"]);
  });
});

describe("a clock that steps back", () => {
  it("is counted and told once with its place", async () => {
    const at = [0, 1, 2, 0.5, 1.5, 0.2];
    const capture = await readCapture(scene(at.map((seconds, i) => [seconds, syn(i + 1)])));
    expect(capture.clockSteps).toBe(2);
    expect(codes(capture)).toEqual(["clock-step", "clock-steps"]);
    expect(capture.diagnostics[0]?.offset).toBe(startOf(3));
    expect(capture.duration).toBe(2);
  });

  it("by less than packets of several CPUs mix is none", async () => {
    const capture = await readCapture(
      scene([0, 0.01, 0.005, 0.02].map((seconds, i) => [seconds, syn(i + 1)])),
    );
    expect(capture.clockSteps).toBe(0);
  });
});

describe("any change of bytes", () => {
  const names = [
    "dns_edns_tcp_frag.pod.pcap",
    "encap_vxlan_any_dup.pcap",
    "ipv6_tcp_dns.pcap",
    "tcp_refused_mix.pod.pcap",
    "variant.pcapng",
    "dns_port_unreachable.pod.pcap",
    "layer.geneve-options.pcap",
    "layer.nested.pcap",
    "layer.nflog.pcap",
  ];

  it("neither throws nor hangs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.nat(11_000), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0xc0, 0xff))), {
          minLength: 1,
          maxLength: 40,
        }),
        async (name, changes) => {
          const file = fixture(name);
          for (const [at, value] of changes) file[at % file.length] = value;
          const capture = await readAllOf(file);
          expect(capture.packets).toBeLessThanOrEqual(file.length / 12);
        },
      ),
      { numRuns: 600 },
    );
  });

  it("in the layers of a frame neither throws nor reads past its end", async () => {
    const query = ip({ from: "10.0.0.1", to: "10.0.0.2" }, 17, udp(4000, 53, dns({ id: 1, name: "a.b" })));
    const plain = ethernet(query);
    const layered = [
      "geneve-options",
      "gre-full",
      "erspan-3-subheader",
      "mpls-control-word",
      "nested",
      "authentication",
    ].flatMap((name) =>
      Array.from(packets(fixture(`layer.${name}.pcap`)), (p) => p.bytes.slice(p.start, p.end)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 1, 1, 9, 12, 101, 108, 113, 228, 229, 239, 276),
        fc.constantFrom(plain, ...layered),
        fc.array(fc.tuple(fc.nat(160), fc.nat(255)), { maxLength: 8 }),
        fc.nat(200),
        async (linkType, frame, changes, length) => {
          const changed = frame.slice(0, length);
          for (const [at, value] of changes) if (at < length) changed[at] = value;
          const told = (follows: number) => {
            const rest = new Uint8Array(100).fill(follows);
            const [packet] = packets(
              scene(
                [
                  [0, changed],
                  [0, rest],
                ],
                { linkType },
              ),
            );
            return JSON.stringify(packet, (name, value: unknown) => (name === "bytes" ? undefined : value));
          };
          expect(told(0xff)).toEqual(told(0));
          await readAllOf(
            scene(
              [
                [0, changed],
                [0.001, changed],
              ],
              { linkType },
            ),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const each = (make: (i: number, at: number) => [number, Uint8Array][]) =>
  scene(Array.from({ length: 1000 }, (_, i) => make(i + 1, i * 0.01)).flat());

const connect = (i: number, at: number): [number, Uint8Array][] => {
  const side = (isClient: boolean, flags: number, seq: number, ack: number, id = i): Uint8Array => {
    const from = isClient ? "10.0.0.1" : "10.0.0.2";
    const ports = isClient ? { from: 2000 + i, to: 80 } : { from: 80, to: 2000 + i };
    return ethernet(
      ip({ from, to: isClient ? "10.0.0.2" : "10.0.0.1", id }, 6, tcp({ ...ports, seq, ack, flags })),
    );
  };
  const frames: [number, Uint8Array][] = [[at, side(true, SYN, i, 0)]];
  // Some are tried twice.
  if (i % 10 === 5) frames.push([at + 0.0005, side(true, SYN, i, 0, i + 20_000)]);
  if (i % 10 !== 0)
    frames.push([at + 0.001, side(false, 18, 9, i + 1)], [at + 0.002, side(true, 16, i + 1, 10)]);
  return frames;
};

const lookup = (i: number, at: number): [number, Uint8Array][] => {
  const query = dns({ id: i, name: `host${i}.example` });
  const answer = dns({ id: i, name: `host${i}.example`, response: true, records: 1 });
  const client = { from: "10.0.0.1", to: "10.0.0.53", id: i };
  const server = { from: "10.0.0.53", to: "10.0.0.1", id: i };
  const frames: [number, Uint8Array][] = [[at, ethernet(ip(client, 17, udp(2000 + i, 53, query)))]];
  // Every tenth is never answered.
  if (i % 10 !== 0) frames.push([at + 0.001, ethernet(ip(server, 17, udp(53, 2000 + i, answer)))]);
  return frames;
};

const again = (id: number) =>
  ethernet(ip({ from: "10.0.0.1", to: "10.0.0.2", id }, 6, tcp({ from: 9, to: 80, seq: 5, flags: SYN })));

describe("tables that are full", () => {
  it("drop old connections that went well first, and say so", async () => {
    const capture = await readCapture(each(connect), { maxHandshakes: 300 });
    expect(codes(capture)).toEqual(["handshakes-dropped"]);
    const { handshakes } = capture;
    expect(handshakes.length).toBeLessThanOrEqual(300);
    const [listener] = listeners(capture);
    // All hundred that were never answered are there.
    expect((listener?.unanswered ?? 0) + (listener?.undecided ?? 0)).toBe(100);
    expect([...handshakes.clientPort].toSorted((a, b) => a - b)).toEqual([...handshakes.clientPort]);
    expect(handshakes.clientPort.at(-1)).toBe(3000);
  });

  it("drop old answered queries first, and say so", async () => {
    const capture = await readCapture(each(lookup), { maxQueries: 300 });
    expect(codes(capture)).toEqual(["queries-dropped"]);
    const all = [...dnsExchanges(capture)];
    expect(all.length).toBeLessThanOrEqual(300);
    expect(all.filter((exchange) => exchange.answer === undefined).length).toBe(100);
    expect(all.every(({ name, clientPort }) => name === `host${clientPort - 2000}.example`)).toBe(true);
  });

  it("go on with what they kept: late retries and answers find their rows", async () => {
    const early = ethernet(
      ip({ from: "10.0.0.1", to: "10.0.0.2", id: 7 }, 6, tcp({ from: 9, to: 80, seq: 5, flags: SYN })),
    );
    const attempts: [number, Uint8Array][] = Array.from({ length: 1000 }, (_, i) =>
      connect(i + 1, i * 0.01),
    ).flat();
    attempts.unshift([0, early]);
    attempts.push([4.0005, again(8)], [8.0005, again(9)], [9.9905, again(10)]);
    attempts.sort(([a], [b]) => a - b);
    const { handshakes } = await readCapture(scene(attempts), { maxHandshakes: 300 });
    const row = handshakes.clientPort.indexOf(9);
    expect(handshakes.synCount[row]).toBe(4);
    expect(handshakes.tries(row).map(({ time }) => Number(time.toFixed(4)))).toEqual([
      0, 4.0005, 8.0005, 9.9905,
    ]);

    const queries = Array.from({ length: 1000 }, (_, i) => lookup(i + 1, i * 0.01)).flat();
    // The tenth lookup is not answered until the end.
    const late = dns({ id: 10, name: "host10.example", response: true, records: 1 });
    queries.push([11, ethernet(ip({ from: "10.0.0.53", to: "10.0.0.1", id: 3 }, 17, udp(53, 2010, late)))]);
    const capture = await readCapture(scene(queries), { maxQueries: 300 });
    const tenth = [...dnsExchanges(capture)].find(({ id }) => id === 10);
    expect(tenth?.answer?.time).toBeCloseTo(11, 6);
    expect([...dnsExchanges(capture)].filter((each) => each.answer === undefined).length).toBe(99);
  });

  it("leave addresses and names out, and say so", async () => {
    const spoofed = Array.from({ length: 50 }, (_, i): [number, Uint8Array] => [
      i,
      ethernet(ip({ from: `10.0.1.${i}`, to: "10.0.0.2" }, 6, tcp({ from: 1, to: 80, seq: 1, flags: SYN }))),
    ]);
    expect(codes(await readCapture(scene(spoofed), { maxAddresses: 10 }))).toEqual(["addresses-ignored"]);
    expect(codes(await readCapture(each(lookup), { maxNames: 10 }))).toEqual(["names-ignored"]);
  });
});
