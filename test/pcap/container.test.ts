import { Readable } from "node:stream";
import fc from "fast-check";
import { parse } from "pcap-parser";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/bytes/index.ts";
import { type Capture, captureFormat, Direction, packets, readCapture } from "../../src/pcap/index.ts";
import {
  block,
  interfaceBlock,
  obsoletePacketBlock,
  option,
  packetBlock,
  pcap,
  pcapng,
  section,
  simplePacketBlock,
  statisticsBlock,
  ticksOf,
  type Timed,
} from "./files.ts";
import { codes, fixture } from "./fixtures.ts";
import { address, be, bytes, ethernet, ip, join, SYN, tcp } from "./frames.ts";
import { told } from "./told.ts";

/** What a record is, whatever file it stands in. */
const records = (file: Uint8Array) =>
  [...mapped(file)].map(({ time, frame, length }) => ({
    time,
    frame: Buffer.from(frame).toString("hex"),
    length,
  }));

function* mapped(file: Uint8Array): Generator<Required<Pick<Timed, "time" | "frame" | "length">>> {
  for (const { seconds, nanoseconds, bytes: b, start, end, length } of packets(file))
    yield {
      time: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
      frame: b.slice(start, end),
      length,
    };
}

const expected = (frames: readonly Timed[], unit = 1n) =>
  frames.map(({ time, frame, length = frame.length }) => ({
    time: (time / unit) * unit,
    frame: Buffer.from(frame).toString("hex"),
    length,
  }));

const timed = fc
  .record({
    time: fc.bigInt({ min: 0n, max: 4_000_000_000_999_999_999n }),
    frame: fc.uint8Array({ maxLength: 120 }),
    more: fc.nat(2000),
  })
  .map(({ time, frame, more }) => ({ time, frame, length: frame.length + more }));
const frames = fc.array(timed, { maxLength: 12 });
const order = fc.boolean();

const BASE = 1_700_000_000_000_000_000n;
const syn = (port: number) =>
  ethernet(
    ip(
      { from: "10.0.0.1", to: "10.0.0.2", id: port },
      6,
      tcp({ from: port, to: 80, seq: port, flags: SYN, tsval: 5 }),
    ),
  );
const three: Timed[] = [1, 2, 3].map((n) => ({ time: BASE + BigInt(n) * 1_000_000n, frame: syn(n) }));

const oracle = (file: Uint8Array) =>
  new Promise<unknown[]>((resolve) => {
    const seen: unknown[] = [];
    const parser = parse(Readable.from([Buffer.from(file)]));
    parser.on("packet", ({ header, data }) => {
      const time =
        BigInt(header.timestampSeconds) * 1_000_000_000n + BigInt(header.timestampMicroseconds) * 1000n;
      seen.push({ time, frame: data.toString("hex"), length: header.originalLength });
    });
    parser.on("end", () => resolve(seen));
  });

describe("classic pcap", () => {
  it("gives back what was written, in either byte order and resolution", () => {
    fc.assert(
      fc.property(frames, order, fc.boolean(), (list, littleEndian, nanoseconds) => {
        const file = pcap(list, { littleEndian, nanoseconds });
        expect(records(file)).toEqual(expected(list, nanoseconds ? 1n : 1000n));
      }),
    );
  });

  it("reads Kuznetzov's variant with the packet's direction", () => {
    const file = pcap(
      three.map((each, i) => ({ ...each, type: i === 0 ? 4 : 0 })),
      { long: true, littleEndian: false },
    );
    expect(records(file)).toEqual(expected(three, 1000n));
    expect([...packets(file)].length).toBe(3);
    expect(Array.from(packets(file), (packet) => packet.direction)).toEqual([
      Direction.outgoing,
      Direction.incoming,
      Direction.incoming,
    ]);
  });

  it("swaps the lengths of old versions", () => {
    const cut = [{ ...(three[0] as Timed), length: 900 }];
    expect(records(pcap(cut, { minor: 2 }))).toEqual(expected(cut, 1000n));
  });

  it("takes the link type from the low half of its field", async () => {
    const { linkTypes, handshakes } = await readCapture(pcap(three, { linkType: 0x04000001 }));
    expect(linkTypes).toEqual([1]);
    expect(handshakes.length).toBe(3);
  });

  it("agrees with pcap-parser", async () => {
    await fc.assert(
      fc.asyncProperty(frames, order, async (list, littleEndian) => {
        const file = pcap(list, { littleEndian });
        expect(records(file)).toEqual(await oracle(file));
      }),
      { numRuns: 50 },
    );
    for (const name of ["tcp_backlog_accept_queue.server.pcap", "dns_forwarder_upstream_dead.node-any.pcap"])
      expect(records(fixture(name))).toEqual(await oracle(fixture(name)));
  });
});

const recognise = (file: Uint8Array) => captureFormat.recognise(file, "x");

describe("pcapng", () => {
  it("gives back what was written, in either byte order and any decimal resolution", () => {
    fc.assert(
      fc.property(
        frames,
        order,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: -1000, max: 0 }),
        (list, littleEndian, resolution, offset) => {
          const unit = 10n ** BigInt(9 - resolution);
          expect(records(pcapng(list, { littleEndian, resolution, offset }))).toEqual(expected(list, unit));
        },
      ),
    );
  });

  it("reads resolutions finer than a nanosecond and in powers of two", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2_000_000n * 1_000_000_000n }),
        fc.constantFrom(10, 12, 0x80 + 10, 0x80 + 30, 0x80 + 40),
        (time, resolution) => {
          const [packet] = records(pcapng([{ time, frame: bytes(1) }], { resolution }));
          const unit = (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
          expect(packet?.time).toBe((ticksOf(time, resolution) * 1_000_000_000n) / unit);
        },
      ),
    );
  });

  it("keeps sections and their interfaces apart", async () => {
    const [a, b, c] = three as [Timed, Timed, Timed];
    const raw = { ...b, frame: b.frame.subarray(14) };
    const big = { littleEndian: false };
    const file = join(
      section(),
      interfaceBlock({ linkType: 1 }),
      packetBlock(0, ticksOf(a.time), a),
      section(big),
      interfaceBlock({ ...big, linkType: 101, resolution: 9 }),
      packetBlock(0, ticksOf(b.time, 9), raw, big),
      interfaceBlock({ ...big, linkType: 1, resolution: 3 }),
      packetBlock(1, ticksOf(c.time, 3), c, big),
    );
    expect(records(file)).toEqual(expected([a, raw, c]));
    const capture = await readCapture(file);
    expect(capture.linkTypes).toEqual([1, 101]);
    expect([...capture.handshakes.clientPort]).toEqual([1, 2, 3]);
    expect(capture.diagnostics).toEqual([]);
  });

  it("reads obsolete and simple packet blocks, and says that the latter have no time", async () => {
    const [a, b] = three as [Timed, Timed];
    const file = join(
      section(),
      interfaceBlock({ snaplen: 60 }),
      obsoletePacketBlock(0, ticksOf(a.time), a),
      simplePacketBlock(b.frame),
    );
    const capture = await readCapture(file);
    expect([...capture.handshakes.firstFrame]).toEqual([1, 2]);
    expect(codes(capture)).toEqual(["packets-without-time", "capture-drops"]);
    expect(capture.dropped).toBe(7);
    expect(Array.from(packets(file), (packet) => [packet.timed, packet.end - packet.start])).toEqual([
      [true, a.frame.length],
      [false, 60],
    ]);
  });

  it("tells the direction and the drops that the file tells", async () => {
    const [a, b] = three as [Timed, Timed];
    const file = join(
      section(),
      interfaceBlock(),
      packetBlock(0, ticksOf(a.time), { ...a, type: 1 }),
      statisticsBlock(0, 1, 1),
      packetBlock(0, ticksOf(b.time), { ...b, type: 2 }),
      statisticsBlock(0, 7, 5),
    );
    const capture = await readCapture(file);
    expect(capture.dropped).toBe(12);
    expect(codes(capture)).toEqual(["capture-drops"]);
    expect([...capture.handshakes.direction]).toEqual([Direction.incoming, Direction.outgoing]);
    expect((await readCapture(pcapng(three))).dropped).toBeUndefined();
  });

  it("keeps what the file tells of its interfaces", async () => {
    for (const order of [{}, { littleEndian: false }]) {
      const text = (value: string) => new TextEncoder().encode(value);
      const fixed =
        order.littleEndian === false ? bytes(0, 1, 0, 0, 0, 0, 0, 0) : bytes(1, 0, 0, 0, 0, 0, 0, 0);
      const described = block(
        1,
        join(
          fixed,
          option(2, text("eth0"), order),
          option(4, bytes(10, 0, 0, 1, 255, 255, 255, 0), order),
          option(5, join(address("fd00::1"), bytes(64)), order),
          option(11, join(bytes(0), text("port 53")), order),
        ),
        order,
      );
      const [a] = three as [Timed];
      const capture = await readCapture(
        join(section(order), interfaceBlock(order), described, packetBlock(1, ticksOf(a.time), a, order)),
      );
      expect(capture.interfaces).toMatchObject([
        { name: undefined, filter: undefined, addresses: [], linkType: 1 },
        { name: "eth0", filter: "port 53", addresses: ["10.0.0.1", "fd00::1"], linkType: 1 },
      ]);
      const [packet] = packets(join(section(order), described, packetBlock(0, 0n, a, order)));
      expect(packet?.interfaceIndex).toBe(0);
      expect((await readCapture(pcap(three))).interfaces).toEqual([]);
    }
  });

  it("counts drops that the packets themselves tell, and believes the statistics more", async () => {
    const [a] = three as [Timed];
    const packet = packetBlock(0, 0n, a);
    const counted = block(6, join(packet.subarray(8, -4), option(4, bytes(3, 0, 0, 0, 0, 0, 0, 0))));
    const file = join(section(), interfaceBlock(), counted, counted);
    expect((await readCapture(file)).dropped).toBe(6);
    expect((await readCapture(join(file, statisticsBlock(0, 10, 0)))).dropped).toBe(10);
  });

  it("tells thousands of interfaces apart, and no more", async () => {
    const [a] = three as [Timed];
    const many = Array.from({ length: 5000 }, () => interfaceBlock());
    const capture = await readCapture(
      join(section(), ...many, packetBlock(4095, 0n, a), packetBlock(4096, 0n, a)),
    );
    expect(codes(capture)).toContain("too-many-interfaces");
    expect(codes(capture)).toContain("unknown-interface");
    expect(capture.interfaces.length).toBe(4096);
    expect(capture.packets).toBe(2);
  });

  it("passes over blocks that it doesn't know, and numbers frames as Wireshark does", () => {
    const [a, b, c] = three as [Timed, Timed, Timed];
    const file = join(
      section(),
      block(0x0b00_0001, bytes(1, 2, 3, 4)),
      interfaceBlock(),
      packetBlock(0, ticksOf(a.time), a),
      block(4, be(0, 4)), // names
      block(0xbad, be(99, 4)), // custom: a frame to Wireshark
      packetBlock(0, ticksOf(b.time), b),
      block(10, join(be(1, 4), be(0, 4))), // secrets
      block(9, new TextEncoder().encode("MESSAGE=hi\n")), // journal: a frame to Wireshark
      packetBlock(0, ticksOf(c.time), c),
    );
    expect(Array.from(packets(file), (packet) => packet.frame)).toEqual([1, 3, 5]);
  });

  it("reads packets of an interface that no block describes as frames without layers", async () => {
    const [a] = three as [Timed];
    const capture = await readCapture(join(section(), interfaceBlock(), packetBlock(3, ticksOf(a.time), a)));
    expect(capture.packets).toBe(1);
    expect(codes(capture)).toContain("unknown-interface");
  });

  it("is recognised in both byte orders, as pcap is in all its variants", () => {
    for (const littleEndian of [true, false]) {
      expect(recognise(pcapng([], { littleEndian }))).toBe(true);
      for (const nanoseconds of [true, false])
        expect(recognise(pcap([], { littleEndian, nanoseconds }))).toBe(true);
    }
    expect(recognise(be(0xa1b234cd, 4))).toBe(true);
    expect(recognise(join(be(0x0a0d0d0a, 4), new Uint8Array(20)))).toBe(false);
    expect(recognise(new TextEncoder().encode("goroutine 1 [running]:"))).toBe(false);
    expect(recognise(new Uint8Array(0))).toBe(false);
  });
});

/** A capture's tables as plain text. */
const tables = (capture: Capture) => JSON.stringify(told(capture));

const chunked = (file: Uint8Array, sizes: readonly number[]) => ({
  size: file.length,
  *stream() {
    // One buffer for all chunks: a reader that keeps a reference to an old one reads garbage.
    const buffer = new Uint8Array(Math.max(...sizes));
    for (let at = 0, i = 0; at < file.length; i++) {
      const size = Math.min(sizes[i % sizes.length] as number, file.length - at);
      buffer.fill(0xee);
      buffer.set(file.subarray(at, at + size));
      yield buffer.subarray(0, size);
      at += size;
    }
  },
});

describe("chunks", () => {
  it.each([
    "dns_forwarder_upstream_dead.node-any.pcap",
    "tcp_tw_recycle_paws.server.pcap",
    "variant.pcapng",
    "encap_vxlan_any_dup.pcap",
  ])("of any size give the same tables for %s", async (name) => {
    const file = fixture(name);
    const whole = tables(await readCapture(file));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        async (sizes) => {
          expect(tables(await readCapture(chunked(file, sizes)))).toBe(whole);
        },
      ),
      { numRuns: 20, examples: [[[1]], [[16]], [[24]], [[4096]]] },
    );
  });
});

describe("the format", () => {
  it("decodes a source as readCapture does", async () => {
    const file = fixture("dns_baseline.pod.pcap");
    const { packets, dns } = await captureFormat.decode(sourceOf(file), "node-a/dns.pcap");
    expect([packets, dns.length]).toEqual([16, 8]);
    expect(captureFormat.kind).toBe("pcap");
  });
});

describe("variants made by editcap", () => {
  it.each([
    ["variant.pcapng", "tcp_refused_mix.pod.pcap"],
    ["variant.nsec.pcap", "dns_edns_tcp_frag.pod.pcap"],
    ["variant.mod.pcap", "ipv6_tcp_dns.pcap"],
  ])("%s holds the packets of %s", (variant, original) => {
    expect(records(fixture(variant))).toEqual(records(fixture(original)));
  });
});
