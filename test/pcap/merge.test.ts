import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../src/bytes/index.ts";
import { FrameMap } from "../../src/pcap/frame-map.ts";
import { merge } from "../../src/pcap/merge.ts";
import { type Capture, Outcome, packets, readCapture } from "../../src/pcap/index.ts";
import { pcap, pcapng, scene, type Timed } from "./files.ts";
import { fixture, fixturePath } from "./fixtures.ts";
import { bytes, dns, ethernet, ip, join, SYN, SYN_ACK, tcp, udp } from "./frames.ts";
import { told } from "./told.ts";
import { golden } from "./tshark.ts";

/** The records of a capture, to be written into others. */
const recordsOf = (name: string): { linkType: number; frames: Timed[] } => {
  let linkType = 1;
  const frames = Array.from(packets(fixture(name)), (packet) => {
    linkType = packet.linkType;
    return {
      time: BigInt(packet.seconds) * 1_000_000_000n + BigInt(packet.nanoseconds),
      frame: packet.bytes.slice(packet.start, packet.end),
      length: packet.length,
    };
  });
  return { linkType, frames };
};

/** Everything that is told, but for what is of the files themselves. */
const story = (capture: Capture) => JSON.stringify(told(capture, ["files"]));

/** The same bytes, to be streamed once only, in chunks of one buffer that is used again. */
const streamed = (file: Uint8Array, size = 777): ByteSource => ({
  size: undefined,
  *stream() {
    const buffer = new Uint8Array(size);
    for (let at = 0; at < file.length; at += size) {
      const piece = file.subarray(at, at + size);
      buffer.fill(0xee);
      buffer.set(piece);
      yield buffer.subarray(0, piece.length);
    }
  },
});

const NAMES = ["tcp_tw_recycle_uptime.node-any.pcap", "dns_5s_aaaa_reply_dropped.node-any.pcap"];

describe("the files of a rotation", () => {
  it.each(NAMES)("%s, cut anywhere, give what the whole one gives", async (name) => {
    const { linkType, frames } = recordsOf(name);
    const whole = story(await readCapture(pcap(frames, { linkType, nanoseconds: true })));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: frames.length - 1 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (places, isStreamed) => {
          const cuts = places.toSorted((a, b) => a - b);
          const parts = [0, ...cuts].map((from, i) => frames.slice(from, cuts[i]));
          const files = parts.map((part) => pcap(part, { linkType, nanoseconds: true }));
          const capture = await readCapture(isStreamed ? files.map((file) => streamed(file)) : files, {
            continuous: true,
          });
          expect(story(capture)).toBe(whole);
          expect(capture.files.map((file) => file.packets)).toEqual(parts.map((part) => part.length));
          for (const frame of capture.handshakes.firstFrame) {
            const file = cuts.filter((cut) => cut < frame).length;
            expect(capture.fileOf(frame)).toEqual({ file, frame: frame - (cuts[file - 1] ?? 0) });
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("are opened one after the other, whatever order they are given in", async () => {
    const { linkType, frames } = recordsOf(NAMES[0] as string);
    let open = 0;
    let most = 0;
    const files = Array.from({ length: 40 }, (_, i): ByteSource => {
      const file = pcap(frames.slice(i * 5, i * 5 + 5), { linkType });
      return {
        size: file.length,
        read: (position, length) => file.subarray(position, position + length),
        *stream() {
          most = Math.max(most, ++open);
          yield file;
          open--;
        },
      };
    });
    const capture = await readCapture(files.toReversed(), { continuous: true });
    expect(capture.packets).toBe(200);
    expect(most).toBe(1);
    expect(capture.fileOf(1)).toEqual({ file: 39, frame: 1 });
  });
});

describe("captures that mix", () => {
  it("give what one capture of all packets gives, in whatever files they are", async () => {
    const { linkType, frames } = recordsOf(NAMES[0] as string);
    // Packets of equal times come in the order of their files.
    const apart = frames.filter(({ time }, i) => time > (frames[i - 1]?.time ?? 0n));
    const whole = await readCapture(pcap(apart, { linkType, nanoseconds: true }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 4 }), fc.infiniteStream(fc.nat(3)), async (count, deal) => {
        const hands: Timed[][] = Array.from({ length: count }, () => []);
        const places = apart.map((frame) => {
          const file = (deal.next().value ?? 0) % count;
          return { file, frame: hands[file]?.push(frame) ?? 0 };
        });
        const files = hands.map((hand, i) =>
          i === 1
            ? pcapng(hand, { linkType, resolution: 9, littleEndian: false })
            : pcap(hand, { linkType, nanoseconds: true, littleEndian: i === 2 }),
        );
        const capture = await readCapture(files, { continuous: true });
        expect([...capture.handshakes.firstFrame]).toEqual([...whole.handshakes.firstFrame]);
        expect([...capture.handshakes.outcome]).toEqual([...whole.handshakes.outcome]);
        expect(apart.map((_, i) => capture.fileOf(i + 1))).toEqual(places);
        expect(capture.fileOf(0)).toBeUndefined();
        expect(capture.fileOf(apart.length + 1)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it("are numbered as mergecap numbers them", async () => {
    const names = [
      "dns_edns_tcp_frag.pod.pcap",
      "ipv6_tcp_dns.pcap",
      "variant.pcapng",
      "dns_baseline.pod.pcap",
      "tcp_refused_mix.pod.pcap",
    ];
    const rows: Record<string, string>[] = [];
    let frames = 0;
    const inputs = names.map((name) => streamed(fixture(name)));
    await merge(inputs, (packet, input) => {
      frames += packet.frame - input.frames;
      input.frames = packet.frame;
      rows.push({
        "frame.number": String(frames),
        "frame.time_epoch": `${packet.seconds}.${String(packet.nanoseconds).padStart(9, "0")}`,
        "frame.len": String(packet.length),
      });
    });
    const expected = golden(fixturePath("merged.txt")).map((row) => ({
      "frame.number": row["frame.number"],
      "frame.time_epoch": row["frame.time_epoch"],
      "frame.len": row["frame.len"],
    }));
    expect(rows).toEqual(expected);
  });

  it("of other link types are one", async () => {
    const names = ["link_raw_tun.pcap", "link_linktype_sll2.pcap", "ipv6_tcp_dns.pcap"];
    const alone = await Promise.all(names.map((name) => readCapture(fixture(name))));
    const capture = await readCapture(names.map(fixture));
    expect(capture.linkTypes).toEqual([101, 276, 1]);
    expect(capture.handshakes.length).toBe(alone.reduce((sum, { handshakes }) => sum + handshakes.length, 0));
    expect(capture.dns.length).toBe(alone.reduce((sum, each) => sum + each.dns.length, 0));
  });
});

const CLIENT = { from: "10.0.0.1", to: "10.0.0.2" };
const SERVER = { from: "10.0.0.2", to: "10.0.0.1" };
const syn = (port: number) => ethernet(ip(CLIENT, 6, tcp({ from: port, to: 80, seq: port, flags: SYN })));
const synAck = (port: number) =>
  ethernet(ip(SERVER, 6, tcp({ from: 80, to: port, seq: 9, ack: port + 1, flags: SYN_ACK })));
const query = (id: number) => ethernet(ip(CLIENT, 17, udp(4000, 53, dns({ id, name: "a.b" }))));
const other = ethernet(bytes(1), 0x0806);

describe("packets of several files", () => {
  const query = ethernet(
    ip({ from: "10.0.0.1", to: "10.0.0.2" }, 17, udp(4000, 53, dns({ id: 1, name: "a" }))),
  );

  it("may be of a time before 1970", async () => {
    const frames = [1n, 2n, 3n, 4n].map((second) => ({
      time: (second - 1000n) * 1_000_000_000n,
      frame: query,
    }));
    const isOdd = (_: unknown, place: number) => place % 2 === 1;
    const files = [frames.filter((each, i) => !isOdd(each, i)), frames.filter(isOdd)];
    const {
      dns: table,
      clockSteps,
      start,
    } = await readCapture(files.map((each) => pcapng(each, { offset: -2000 })));
    expect([...table.time]).toEqual([0, 1, 2, 3]);
    expect([clockSteps, start]).toEqual([0, -999]);
  });

  it("may be longer than a file says to be", async () => {
    const frames = [
      { time: 1n, frame: query },
      { time: 2n, frame: join(query, new Uint8Array(900_000)) },
    ];
    const file = pcapng(frames);
    const [a, b] = [0, 1].map(() => ({ ...streamed(file, file.length), size: 0 })) as [
      ByteSource,
      ByteSource,
    ];
    expect((await readCapture([a, b])).packets).toBe(4);
  });
});

describe("silence behind the end of a file", () => {
  const early = scene([
    [0, syn(1)],
    [1, syn(2)],
    [5, query(1)],
    [5.2, syn(3)],
    [5.3, other],
  ]);

  it("is none where another capture begins later", async () => {
    const capture = await readCapture([
      early,
      scene([
        [100, syn(4)],
        [110, other],
      ]),
    ]);
    const { unanswered, undecided } = Outcome;
    expect([...capture.handshakes.outcome]).toEqual([unanswered, unanswered, undecided, unanswered]);
    expect([...capture.dns.undecided]).toEqual([1]);
  });

  it("is silence where the next file goes on, as of one that was rotated", async () => {
    const goesOn = scene([
      [5.4, other],
      [110, other],
    ]);
    expect([...(await readCapture([early, goesOn])).dns.undecided]).toEqual([0]);
    const later = scene([
      [50, other],
      [110, other],
    ]);
    expect([...(await readCapture([early, later])).dns.undecided]).toEqual([1]);
    expect([...(await readCapture([early, later], { continuous: true })).dns.undecided]).toEqual([0]);
  });

  it("is answered by another file", async () => {
    const { handshakes } = await readCapture([
      early,
      scene([
        [5.21, synAck(3)],
        [20, other],
      ]),
    ]);
    const row = handshakes.clientPort.indexOf(3);
    expect(handshakes.synAckCount[row]).toBe(1);
  });
});

describe("files that can't be read, among others", () => {
  it("are named by their place, and the others are read", async () => {
    const good = scene([[0, syn(1)]]);
    const capture = await readCapture([
      good,
      bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
      good.subarray(0, 60),
    ]);
    expect(capture.handshakes.length).toBe(1);
    expect(capture.cut).toBe(true);
    expect(capture.files.map(({ cut }) => cut)).toEqual([false, false, true]);
    expect(capture.snaplen).toBe(262_144);
    expect(capture.diagnostics).toMatchObject([
      { effect: "partial", code: "not-a-capture", message: expect.stringMatching(/^file 2: /) as unknown },
      { effect: "partial", code: "pcap-cut", message: expect.stringMatching(/^file 3: /) as unknown },
    ]);
  });

  it("leave nothing to read where all are so", async () => {
    const capture = await readCapture([bytes(1), bytes(2)]);
    expect(capture.diagnostics.map(({ effect }) => effect)).toEqual(["unread", "unread"]);
    await expect(readCapture([])).rejects.toMatchObject({ code: "misuse" });
  });

  it("give up no source that was opened", async () => {
    let open = 0;
    const failing: ByteSource = {
      size: undefined,
      *stream() {
        open++;
        try {
          yield scene([[0, syn(1)]]).subarray(0, 40);
          throw new Error("gone");
        } finally {
          open--;
        }
      },
    };
    const lasting: ByteSource = {
      size: undefined,
      *stream() {
        open++;
        try {
          for (;;) yield scene([[0, syn(1)]]);
        } finally {
          open--;
        }
      },
    };
    await expect(readCapture([lasting, failing])).rejects.toThrow("gone");
    expect(open).toBe(0);
  });
});

describe("a single file", () => {
  it("knows its own frames and span", async () => {
    const capture = await readCapture(
      scene([
        [0, syn(1)],
        [2, syn(2)],
      ]),
    );
    expect(capture.files).toEqual([{ packets: 2, start: 0, end: 2, linkTypes: [1], cut: false }]);
    expect([0, 1, 2, 3].map((frame) => capture.fileOf(frame))).toEqual([
      undefined,
      { file: 0, frame: 1 },
      { file: 0, frame: 2 },
      undefined,
    ]);
  });
});

describe("the places of frames", () => {
  it("are kept as far as there is room, which is told", () => {
    const map = new FrameMap(3);
    const own = [0, 0];
    [0, 0, 1, 1, 0, 1, 1].forEach((file, i) => {
      own[file] = (own[file] ?? 0) + 1;
      map.add(i + 1, file, own[file]);
    });
    expect(map.known).toBe(6);
    expect([1, 2, 3, 4, 5, 6, 7].map((frame) => map.place(frame))).toEqual([
      { file: 0, frame: 1 },
      { file: 0, frame: 2 },
      { file: 1, frame: 1 },
      { file: 1, frame: 2 },
      { file: 0, frame: 3 },
      undefined,
      undefined,
    ]);
  });
});

it("tells the same of damaged files, one by one and together", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 20 }),
      fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 20 }),
      async (...changes) => {
        const files = changes.map((list, i) => {
          const file = fixture(i === 0 ? "tcp_refused_mix.pod.pcap" : "variant.pcapng");
          for (const [at, value] of list) file[at % file.length] = value;
          return file;
        });
        const together = await readCapture(files);
        const alone = await Promise.all(files.map((file) => readCapture(file)));
        expect(together.packets).toBe(alone.reduce((sum, { packets: count }) => sum + count, 0));
      },
    ),
    { numRuns: 100 },
  );
});
