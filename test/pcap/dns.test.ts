import { encode } from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DnsMessage } from "../../src/pcap/dns-message.ts";
import { Core, NO_ROOM } from "../../src/pcap/core.ts";
import { type DnsExchange, dnsExchanges, duplicateIds, readCapture } from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { codes } from "./fixtures.ts";
import { be, bytes, dns, type Dns, ethernet, icmp, ip, join, udp } from "./frames.ts";

const CLIENT = "10.244.1.11";
const SERVER = "10.96.0.10";

type Frame = readonly [number, Uint8Array];

interface Ends {
  client?: string;
  server?: string;
  port?: number;
  serverPort?: number;
  ipId?: number;
  ttl?: number;
}

function datagram(message: Dns, ends: Ends): Uint8Array {
  const { client = CLIENT, server = SERVER, port = 4000, serverPort = 53, ipId = 0, ttl = 64 } = ends;
  const isAnswer = message.response === true;
  const header = { from: isAnswer ? server : client, to: isAnswer ? client : server, id: ipId, ttl };
  return ip(header, 17, isAnswer ? udp(serverPort, port, dns(message)) : udp(port, serverPort, dns(message)));
}

const A = 1;
const AAAA = 28;
const ask = (message: Partial<Dns>, ends: Ends = {}) =>
  datagram({ id: 1, name: "app.example.com", ...message }, { ipId: 1, ...ends });
const answer = (message: Partial<Dns>, ends: Ends = {}) =>
  datagram({ id: 1, name: "app.example.com", records: 1, ...message, response: true }, { ipId: 9, ...ends });
/** Something else, so that the capture does not end with the query that is tested. */
const later = (seconds: number): Frame => [
  seconds,
  ip({ from: "10.0.0.9", to: "10.0.0.8" }, 17, udp(9, 9, bytes(1))),
];

const read = (frames: readonly Frame[], options = {}) =>
  readCapture(scene(frames.map(([time, packet]) => [time, ethernet(packet)])), options);

async function exchanges(...frames: Frame[]): Promise<DnsExchange[]> {
  return [...dnsExchanges(await read(frames))];
}

describe("a query", () => {
  it("is answered by the message with its id, question and ends", async () => {
    expect(await exchanges([0, ask({})], [0.1, answer({ records: 2 })])).toEqual([
      {
        row: 0,
        frame: 1,
        time: 0,
        client: CLIENT,
        clientPort: 4000,
        server: SERVER,
        serverPort: 53,
        transport: "udp",
        id: 1,
        type: "A",
        name: "app.example.com",
        ednsSize: undefined,
        stray: undefined,
        answer: {
          frame: 2,
          time: expect.closeTo(0.1, 6),
          code: "NOERROR",
          count: 2,
          records: 2,
          truncated: false,
        },
        icmp: undefined,
        retryOf: undefined,
        undecided: false,
        original: undefined,
      },
    ]);
  });

  it.each<[string, Partial<Dns>, Ends]>([
    ["id", { id: 2 }, {}],
    ["type", { type: AAAA }, {}],
    ["name", { name: "other.example.com" }, {}],
    ["server", {}, { server: "10.96.0.11" }],
    ["port", {}, { port: 4001 }],
  ])("is not answered by a message with another %s", async (_, message, ends) => {
    expect(await exchanges([0, ask({})], [0.1, answer(message, ends)], later(2))).toMatchObject([
      { answer: undefined, undecided: false },
    ]);
  });

  it("is found whatever the case of its name, as resolvers play with it", async () => {
    expect(
      await exchanges([0, ask({ name: "aPp.ExAmple.com" })], [0.1, answer({ name: "app.EXAMPLE.com" })]),
    ).toMatchObject([{ name: "app.example.com", answer: { frame: 2 } }]);
  });

  it("is undecided where the capture ended within a second", async () => {
    expect(await exchanges([0, ask({})], later(0.9))).toMatchObject([{ undecided: true }]);
    expect(await exchanges([0, ask({})], later(1.1))).toMatchObject([{ undecided: false }]);
  });

  it("tells code and truncation of its answer", async () => {
    expect(
      await exchanges(
        [0, ask({})],
        [0.1, answer({ code: 3, records: 0 })],
        [1, ask({ id: 2 })],
        [1.1, answer({ id: 2, truncated: true })],
      ),
    ).toMatchObject([
      { answer: { code: "NXDOMAIN", count: 0, truncated: false } },
      { answer: { code: "NOERROR", truncated: true } },
    ]);
  });

  it("is answered by an ICMP error that quotes it, unless a response comes after all", async () => {
    const error = (quoted: Uint8Array) => ip({ from: SERVER, to: CLIENT }, 1, icmp(3, 3, quoted));
    const told = { icmp: { type: 3, code: 3, from: SERVER }, answer: undefined };
    expect(await exchanges([0, ask({})], [0.1, error(ask({}))], later(3))).toMatchObject([told]);
    expect(await exchanges([0, ask({})], [0.1, error(ask({}).subarray(0, 28))])).toMatchObject([told]);
    expect(await exchanges([0, ask({})], [0.1, error(ask({ id: 5 }))], later(3))).toMatchObject([
      { icmp: undefined },
    ]);
    expect(await exchanges([0, ask({})], [0.1, error(ask({}))], [0.2, answer({})])).toMatchObject([
      { icmp: undefined, answer: { frame: 3 } },
    ]);
  });

  it("of multicast DNS, of another port or of another kind is none", async () => {
    const notify = ask({});
    notify[30] = 0x20;
    const multicast = ask({ id: 0 }, { server: "224.0.0.251", port: 5353, serverPort: 5353 });
    expect(await exchanges([0, multicast], [1, ask({}, { serverPort: 5355 })], [2, notify])).toEqual([]);
  });

  it("on a port that is named is one", async () => {
    const capture = await read([[0, ask({}, { serverPort: 1053 })]], { dnsPorts: [1053] });
    expect(capture.dns.length).toBe(1);
  });

  it("is counted once however often it was captured", async () => {
    const capture = await read([
      [0, ask({})],
      [0.00001, ask({}, { ttl: 63 })],
      [0.001, answer({})],
      [0.00101, answer({}, { ttl: 63 })],
      [0.00102, answer({}, { ttl: 63 })],
    ]);
    expect([...capture.dns.copies]).toEqual([2]);
    expect([...capture.dns.answerCopies]).toEqual([3]);
  });
});

describe("a retry", () => {
  it("with the same id and port is one, even of a query that was answered (glibc)", async () => {
    const list = await exchanges(
      [0, ask({})],
      [0.1, answer({})],
      [0.2, ask({ id: 2, type: AAAA }, { ipId: 2 })],
      [5, ask({}, { ipId: 3 })],
      [5.1, answer({}, { ipId: 10 })],
      [5.2, ask({ id: 2, type: AAAA }, { ipId: 4 })],
      [5.3, answer({ id: 2, type: AAAA }, { ipId: 11 })],
    );
    expect(list.map(({ retryOf }) => retryOf)).toEqual([undefined, undefined, 0, 1]);
    expect(list.map((each) => each.answer?.frame)).toEqual([2, undefined, 5, 7]);
  });

  it("with the same id from another port is one of a query without an answer", async () => {
    const again = ask({}, { ipId: 2, port: 5000 });
    expect((await exchanges([0, ask({})], [5, again]))[1]?.retryOf).toBe(0);
    expect((await exchanges([0, ask({})], [0.1, answer({})], [5, again]))[1]?.retryOf).toBeUndefined();
  });

  it("with a new id is one after a resolver's timeout, and not before", async () => {
    const again = ask({ id: 2 }, { ipId: 2, port: 5000 });
    expect((await exchanges([0, ask({})], [1, again]))[1]?.retryOf).toBe(0);
    expect((await exchanges([0, ask({})], [0.3, again]))[1]?.retryOf).toBeUndefined();
    expect((await exchanges([0, ask({})], [40, again]))[1]?.retryOf).toBeUndefined();
  });

  it("at another server is none: musl asks all at once, with one id from one socket", async () => {
    const list = await exchanges([0, ask({})], [0.00002, ask({}, { server: "10.96.0.11", ipId: 2 })]);
    expect(list.map(({ server, retryOf }) => [server, retryOf])).toEqual([
      [SERVER, undefined],
      ["10.96.0.11", undefined],
    ]);
  });

  it("right after an ICMP error is told from a copy, with no identification in either", async () => {
    const v6 = { client: "fd00::1", server: "fd00::2" };
    const error = ip({ from: "fd00::2", to: "fd00::1" }, 58, icmp(1, 4, ask({}, v6)));
    const list = await exchanges([0, ask({}, v6)], [0.0001, error], [0.0002, ask({}, v6)]);
    expect(list).toMatchObject([{ icmp: { type: 1, code: 4 } }, { retryOf: 0 }]);
    expect((await exchanges([0, ask({}, v6)], [0.0002, ask({}, v6)])).length).toBe(1);
  });
});

const linked = async (before: Ends, after: Ends) => {
  const { dns } = await read([
    [0, ask({}, before)],
    [0.00002, ask({}, { server: "10.244.0.5", ...after })],
  ]);
  return [...dns.counted];
};

describe("address translation", () => {
  const translated = { client: "192.168.50.10", port: 61_000, ttl: 63 };

  it("links the copies; the server's view counts, with the client before it", async () => {
    const frames: Frame[] = [
      [0, ask({})],
      [0.00003, ask({}, translated)],
      [0.001, answer({}, translated)],
      [0.00103, answer({})],
    ];
    expect(await exchanges(...frames)).toMatchObject([
      {
        client: "192.168.50.10",
        clientPort: 61_000,
        original: { client: CLIENT, clientPort: 4000, server: SERVER, serverPort: 53 },
        answer: { frame: 3 },
      },
    ]);
  });

  it("of the destination is linked by the identification, or by a hop less", async () => {
    expect(await linked({ ipId: 7 }, { ipId: 7, ttl: 63 })).toEqual([0, 1]);
    expect(await linked({ ipId: 7 }, { ipId: 8, ttl: 63 })).toEqual([1, 1]);
    expect(await linked({ ipId: 0 }, { ipId: 0, ttl: 63 })).toEqual([0, 1]);
    expect(await linked({ ipId: 0 }, { ipId: 0, ttl: 64 })).toEqual([1, 1]);
  });

  it("keeps whom the client asked, and which try it repeats, whatever backend each try went to", async () => {
    const back = (server: string, id: number): Ends => ({ server, ttl: 63, ipId: id });
    const list = await exchanges(
      [0, ask({}, { ipId: 5 })],
      [5, ask({}, { ipId: 6 })],
      [5.00003, ask({}, back("10.244.0.5", 6))],
      [5.001, answer({}, { server: "10.244.0.5" })],
      [10, ask({}, { ipId: 7 })],
      [10.00003, ask({}, back("10.244.0.6", 7))],
    );
    expect(list).toMatchObject([
      { frame: 1, server: SERVER, original: undefined },
      { frame: 3, server: "10.244.0.5", retryOf: 0, original: { server: SERVER, serverPort: 53 } },
      { frame: 6, server: "10.244.0.6", retryOf: 2, original: { server: SERVER } },
    ]);
  });

  it("of queries to two servers at once links each to its own copy", async () => {
    const second = { server: "10.96.0.11" };
    const { dns } = await read([
      [0, ask({}, { ipId: 0 })],
      [0.00001, ask({}, { ...second, ipId: 0 })],
      [0.00003, ask({}, { ...translated, ipId: 0 })],
      [0.00004, ask({}, { ...translated, ...second, ipId: 0 })],
    ]);
    expect([...dns.linked]).toEqual([2, 3, 0, 1]);
  });
});

const socket = (at: number, id: number, port: number): Frame[] => [
  [at, ask({ id }, { port, ipId: id })],
  [at + 0.0001, ask({ id, type: AAAA }, { port, ipId: id + 1 })],
];

describe("a duplicate id", () => {
  it("is told with who was answered first and what was in flight", async () => {
    const pair = await read([
      [0, ask({})],
      [0.0001, ask({ type: AAAA }, { ipId: 2 })],
      [0.001, answer({ type: AAAA, records: 0 })],
      [0.002, answer({}, { ipId: 10 })],
    ]);
    expect(duplicateIds(pair)).toMatchObject([
      {
        first: { frame: 1, type: "A", answer: { frame: 4 } },
        second: { frame: 2, type: "AAAA", answer: { frame: 3, code: "NOERROR", records: 0 } },
        gap: expect.closeTo(0.0001, 7),
        inFlight: true,
        sameName: true,
        answeredFirst: "second",
      },
    ]);
  });

  it("need not be in flight with the other", async () => {
    const pair = await read([
      [0, ask({})],
      [0.0001, answer({})],
      [0.0002, ask({ type: AAAA }, { ipId: 2 })],
    ]);
    expect(duplicateIds(pair)).toMatchObject([{ inFlight: false, answeredFirst: "first" }]);
  });

  it.each<[string, Partial<Dns>, Ends, number]>([
    ["a retry", {}, {}, 2.5],
    ["another port", { type: AAAA }, { port: 4001 }, 0.001],
    ["another server", { type: AAAA }, { server: "10.96.0.11" }, 0.001],
    ["another id", { type: AAAA, id: 2 }, {}, 0.001],
    ["a later lookup", { name: "b.example.com" }, {}, 20],
  ])("is not %s", async (_, message, ends, gap) => {
    expect(
      duplicateIds(
        await read([
          [0, ask({})],
          [gap, ask(message, { ipId: 2, ...ends })],
        ]),
      ),
    ).toEqual([]);
  });

  it("is told of each lookup that has one", async () => {
    expect(duplicateIds(await read([...socket(0, 5, 4000), ...socket(5, 7, 4001)])).length).toBe(2);
  });

  it("is one pair, however often both are retried", async () => {
    const aaaa = { type: AAAA };
    const capture = await read([
      [0, ask({})],
      [0.0001, ask(aaaa, { ipId: 2 })],
      [2.5, ask({}, { ipId: 3 })],
      [2.5001, ask(aaaa, { ipId: 4 })],
    ]);
    expect(duplicateIds(capture).length).toBe(1);
  });
});

const header = (questions: number, answers = 0) =>
  join(be(7, 2), be(0x0100, 2), be(questions, 2), be(answers, 2), be(0, 4));

const core = new Core(NO_ROOM);

const parse = (message: Uint8Array, length = message.length) => {
  const parsed = new DnsMessage(core);
  // In the middle of a buffer, as in a capture: offsets count from the message.
  const room = join(new Uint8Array(7), message, new Uint8Array(9));
  return { isMessage: parsed.parse(room, 7, 7 + message.length, length), parsed };
};

describe("messages", () => {
  const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/);

  it("are read as dns-packet writes them", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff),
        fc.array(label, { minLength: 1, maxLength: 8 }),
        fc.constantFrom("A", "AAAA"),
        fc.array(fc.constantFrom("A", "AAAA", "CNAME"), { maxLength: 5 }),
        (id, labels, type, types) => {
          const name = labels.join(".");
          const data = { A: "10.0.0.1", AAAA: "fd00::1", CNAME: `c.${name}` };
          const answers = types.map((each) => ({ type: each, name, data: data[each] }));
          const { isMessage, parsed } = parse(
            encode({ type: "response", id, questions: [{ type, name }], answers }),
          );
          expect(isMessage).toBe(true);
          expect(parsed).toMatchObject({
            id,
            isResponse: true,
            qtype: type === "A" ? A : AAAA,
            answers: types.length,
            cut: false,
          });
          expect(parsed.records).toBe(types.filter((each) => each === type).length);
          expect(parsed.name).toBe(name.toLowerCase());
        },
      ),
    );
  });

  const question = be(0x00010001, 4);

  it.each<[string, Uint8Array]>([
    ["points at itself", bytes(0xc0, 12)],
    ["points forward", bytes(0xc0, 20)],
    ["points out of the message", bytes(0xff, 0xff)],
    ["goes in a circle of labels and pointers", bytes(1, 97, 0xc0, 12)],
    ["has a label type that is not in use", bytes(0x45, 1, 2, 3, 4, 5)],
    [
      "is longer than a name can be",
      join(...Array.from({ length: 5 }, () => join(bytes(63), new Uint8Array(63).fill(97))), bytes(0)),
    ],
  ])("whose name %s are none", (_, name) => {
    expect(parse(join(header(1), name, question)).isMessage).toBe(false);
  });

  it("may have the root, dots and bytes of any kind in their names", () => {
    expect(parse(join(header(1), bytes(0), question)).parsed.name).toBe(".");
    const odd = parse(join(header(1), bytes(3, 0x2e, 0x5c, 0x00, 1, 0xe9, 0), question));
    expect(odd.parsed.name).toBe("\\.\\\\\\000.\\233");
  });

  it("may point back, into the header even", () => {
    // "\001a\000" begins at the ninth byte of the header.
    const pointing = join(
      be(7, 2),
      be(0x0100, 2),
      be(1, 2),
      be(0, 2),
      bytes(1, 97, 0, 0),
      bytes(0xc0, 8),
      question,
    );
    expect(parse(pointing).parsed.name).toBe("a");
  });

  it("that claim more records than they have are read as far as they go", () => {
    const cut = parse(join(header(1, 0xffff), bytes(1, 97, 0), question, bytes(0xc0, 12, 0, 1, 0, 1)));
    expect(cut).toMatchObject({ isMessage: true, parsed: { answers: 0xffff, records: 0 } });
  });

  it("that are cut keep what stands before", () => {
    const whole = dns({ id: 77, name: "app.example.com" });
    expect(parse(whole.subarray(0, 20), whole.length)).toMatchObject({
      isMessage: true,
      parsed: { id: 77, cut: true, hasQuestion: false },
    });
    expect(parse(whole.subarray(0, 3), whole.length).isMessage).toBe(false);
    expect(parse(whole.subarray(0, 20)).isMessage).toBe(false);
  });

  it("that are none are told, and are no queries", async () => {
    const capture = await read([
      [
        0,
        ip(
          { from: CLIENT, to: SERVER },
          17,
          udp(4000, 53, new TextEncoder().encode("hello, this is no DNS")),
        ),
      ],
    ]);
    expect(capture.dns.length).toBe(0);
    expect(codes(capture)).toEqual(["not-dns"]);
  });
});

describe("names", () => {
  it("get one number each, however many there are", async () => {
    const ask = (i: number): [number, Uint8Array] => {
      const message = dns({ id: i, name: `host${i % 5000}` });
      return [
        i / 100,
        ethernet(ip({ from: "10.0.0.1", to: "10.0.0.53", id: i }, 17, udp(4000, 53, message))),
      ];
    };
    const { dns: table } = await readCapture(scene(Array.from({ length: 6000 }, (_, i) => ask(i))));
    expect(table.length).toBe(6000);
    expect(new Set(table.name).size).toBe(5000);
    for (let row = 0; row < table.length; row++)
      expect(table.nameOf(table.name[row] as number)).toBe(`host${row % 5000}`);
    expect(table.nameOf(0)).toBe("");
  });
});
