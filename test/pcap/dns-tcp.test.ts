import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DnsExchange, dnsExchanges, readCapture } from "../../src/pcap/index.ts";
import { scene, type Timed } from "./files.ts";
import { codes } from "./fixtures.ts";
import { ACK, be, dns, type Dns, ethernet, ip, join, RST, SYN, SYN_ACK, tcp, udp } from "./frames.ts";

const CLIENT = "10.244.1.11";
const SERVER = "10.96.0.10";
const PORT = 4000;
/** Sequence numbers that wrap around on the way. */
const CLIENT_SEQ = 0xffff_ffe0;
const SERVER_SEQ = 0x7fff_fff0;

const framed = (message: Dns) => {
  const bytes = dns(message);
  return join(be(bytes.length, 2), bytes);
};
const question = (id: number): Dns => ({ id, name: `name${id}.example.com` });
const response = (id: number): Dns => ({ ...question(id), response: true, records: id % 9 });

let ipId = 1;
const segment = (isClient: boolean, offset: number, payload: Uint8Array, port = PORT): Uint8Array =>
  ethernet(
    ip(
      { from: isClient ? CLIENT : SERVER, to: isClient ? SERVER : CLIENT, id: ipId++ },
      6,
      tcp({
        from: isClient ? port : 53,
        to: isClient ? 53 : port,
        seq: ((isClient ? CLIENT_SEQ : SERVER_SEQ) + 1 + offset) % 2 ** 32,
        flags: ACK,
        payload,
      }),
    ),
  );
const handshake = [
  ethernet(
    ip({ from: CLIENT, to: SERVER, id: ipId++ }, 6, tcp({ from: PORT, to: 53, seq: CLIENT_SEQ, flags: SYN })),
  ),
  ethernet(
    ip(
      { from: SERVER, to: CLIENT, id: ipId++ },
      6,
      tcp({ from: 53, to: PORT, seq: SERVER_SEQ, flags: SYN_ACK }),
    ),
  ),
];
const end = ethernet(ip({ from: "10.0.0.9", to: "10.0.0.8" }, 17, udp(9, 9, be(1, 1))));

const read = (frames: readonly Uint8Array[]) =>
  readCapture(scene([...frames.map((frame, i) => [i / 1000, frame] as const), [60, end]]));

async function told(frames: readonly Uint8Array[]): Promise<string[]> {
  return Array.from(dnsExchanges(await read(frames)), short);
}

const short = ({ transport, id, name, answer }: DnsExchange) =>
  `${transport} ${id} ${name} ${answer?.count ?? "-"}`;
const expected = (ids: readonly number[]) => ids.map((id) => `tcp ${id} name${id}.example.com ${id % 9}`);

/** A stream cut into segments at some places. */
function cut(isClient: boolean, stream: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...new Set([0, ...at.map((each) => each % stream.length), stream.length])].sort(
    (a, b) => a - b,
  );
  return places
    .slice(1)
    .map((stop, i) => segment(isClient, places[i] ?? 0, stream.subarray(places[i], stop)));
}

const IDS = [11, 12, 13, 14];
const queries = join(...IDS.map((id) => framed(question(id))));
const answers = join(...IDS.toReversed().map((id) => framed(response(id))));

describe("DNS over TCP", () => {
  it("is read whatever the segments cut, repeat and bring in another order", async () => {
    const places = fc.array(fc.nat(400), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(places, places, fc.nat(20), fc.nat(20), async (a, b, again, swapped) => {
        const asked = cut(true, queries, a);
        const replied = cut(false, answers, b);
        const from = swapped % replied.length;
        const [moved] = replied.splice(from, 1);
        if (moved) replied.splice(Math.max(0, from - 3), 0, moved);
        const repeated = asked[again % asked.length];
        if (repeated) asked.splice(Math.min(asked.length, again), 0, repeated);
        expect(await told([...handshake, ...asked, ...replied])).toEqual(expected(IDS));
      }),
      { numRuns: 200 },
    );
  });

  it("tells the frame that completed a message, and a part of a length of one byte", async () => {
    const message = framed(question(7));
    const capture = await read([
      ...handshake,
      ...cut(true, message, [1, 2, 20]),
      segment(false, 0, framed(response(7))),
    ]);
    expect([...dnsExchanges(capture)]).toMatchObject([{ frame: 6, answer: { frame: 7 } }]);
  });

  it("is followed from the middle on, from the first segment that begins with a message", async () => {
    const rest = framed(question(1)).subarray(20);
    const later = segment(true, rest.length, queries);
    expect(await told([segment(true, 0, rest), later, segment(false, 0, answers)])).toEqual(expected(IDS));
  });

  it("is taken up again behind what was not captured, and that is told", async () => {
    const first = framed(question(1));
    const long = 200_000;
    const capture = await read([
      ...handshake,
      segment(true, 0, first),
      segment(true, first.length + long, queries),
      segment(false, 0, answers),
    ]);
    expect(Array.from(dnsExchanges(capture), short)).toEqual(["tcp 1 name1.example.com -", ...expected(IDS)]);
    expect(codes(capture)).toEqual(["dns-streams-cut"]);
  });

  it("of what the snap length cut tells as much as is there, and where the next message begins", async () => {
    const first = framed(question(7));
    const frames = [...handshake, segment(true, 0, first), segment(true, first.length, framed(question(8)))];
    const time = (i: number) => 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000n;
    const timed = frames.map((frame, i): Timed => ({
      time: time(i),
      frame: frame.subarray(0, 74),
      length: frame.length,
    }));
    const { pcap } = await import("./files.ts");
    const capture = await readCapture(pcap(timed));
    expect(Array.from(dnsExchanges(capture), ({ id, name }) => [id, name])).toEqual([
      [7, ""],
      [8, ""],
    ]);
    expect(codes(capture)).toContain("cut-dns");
  });

  it("is no DNS where it makes no sense, and goes on behind that", async () => {
    const noise = new Uint8Array(300).fill(0xee);
    const capture = await read([
      ...handshake,
      segment(true, 0, join(be(100, 2), noise.subarray(0, 100))),
      segment(true, 102, queries),
    ]);
    expect([...dnsExchanges(capture)].length).toBe(IDS.length);
    expect(codes(capture)).toEqual(["dns-streams-cut", "not-dns"]);
  });

  it("is a new stream after a new SYN, and after a reset", async () => {
    const reset = ethernet(
      ip({ from: CLIENT, to: SERVER }, 6, tcp({ from: PORT, to: 53, seq: CLIENT_SEQ + 2, flags: RST })),
    );
    const half = segment(true, 0, framed(question(1)).subarray(0, 9));
    expect(
      await told([...handshake, half, reset, segment(true, 0, queries), segment(false, 0, answers)]),
    ).toEqual(expected(IDS));
  });

  it("that follows on a cut answer over UDP is the same lookup, whatever its id", async () => {
    const ask = { id: 5, name: "big.example.com" };
    const packet = (message: Dns) =>
      message.response === true
        ? ethernet(ip({ from: SERVER, to: CLIENT }, 17, udp(53, PORT, dns(message))))
        : ethernet(ip({ from: CLIENT, to: SERVER }, 17, udp(PORT, 53, dns(message))));
    const over = await read([
      packet(ask),
      packet({ ...ask, response: true, truncated: true }),
      ...handshake,
      segment(true, 0, framed({ ...ask, id: 6 })),
      segment(false, 0, framed({ ...ask, id: 6, response: true, records: 3 })),
    ]);
    expect([...dnsExchanges(over)]).toMatchObject([
      { transport: "udp", answer: { truncated: true }, retryOf: undefined },
      { transport: "tcp", answer: { truncated: false, count: 3 }, retryOf: 0 },
    ]);
  });

  it("holds no more unfinished messages than there is room for, and says so", async () => {
    const half = framed(question(1)).subarray(0, 30);
    const capture = await read(Array.from({ length: 200 }, (_, i) => segment(true, 0, half, 2000 + i)));
    expect(codes(capture)).toEqual(["dns-streams-dropped"]);
    expect(capture.diagnostics[0]?.message).toContain("136 ");
  });

  it("has room for as many queries as its segments hold", async () => {
    const asked = (first: number) =>
      join(
        ...Array.from({ length: 100 }, (_, i) => {
          // For the root: no query is shorter.
          const message = join(
            be(first + i, 2),
            be(0x0100, 2),
            be(1, 2),
            be(0, 6),
            be(0, 1),
            be(1, 2),
            be(1, 2),
          );
          return join(be(message.length, 2), message);
        }),
      );
    const segments = Array.from({ length: 40 }, (_, i) => segment(true, 1900 * i, asked(100 * i)));
    const capture = await read([...handshake, ...segments]);
    expect(codes(capture)).toEqual([]);
    expect(capture.dns.length).toBe(4000);
  });

  it("of any bytes at all is survived", async () => {
    const piece = fc.record({
      isClient: fc.boolean(),
      offset: fc.oneof(fc.nat(300), fc.nat(200_000)),
      payload: fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constant(queries), fc.constant(answers)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        const capture = await read([
          ...handshake,
          ...pieces.map(({ isClient, offset, payload }) => segment(isClient, offset, payload)),
        ]);
        expect(capture.packets).toBe(pieces.length + 3);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an answer from elsewhere", () => {
  const at = (server: string, message: Dns) =>
    message.response === true
      ? ethernet(ip({ from: server, to: CLIENT, id: ipId++ }, 17, udp(53, PORT, dns(message))))
      : ethernet(ip({ from: CLIENT, to: server, id: ipId++ }, 17, udp(PORT, 53, dns(message))));

  it("than was asked is none, and is noted", async () => {
    const capture = await read([at(SERVER, question(3)), at("10.244.0.5", response(3))]);
    expect([...dnsExchanges(capture)]).toMatchObject([
      { answer: undefined, stray: { frame: 2, from: "10.244.0.5" } },
    ]);
  });

  it("is nothing where another server was asked as well, or the right answer came", async () => {
    const both = await read([
      at(SERVER, question(3)),
      at("10.0.0.2", question(3)),
      at("10.0.0.2", response(3)),
      at("10.0.0.2", response(3)),
    ]);
    expect([...dnsExchanges(both)].map(({ stray }) => stray)).toEqual([undefined, undefined]);
    const right = await read([
      at(SERVER, question(3)),
      at("10.244.0.5", response(3)),
      at(SERVER, response(3)),
    ]);
    expect([...dnsExchanges(right)]).toMatchObject([{ stray: undefined, answer: { frame: 3 } }]);
  });
});
