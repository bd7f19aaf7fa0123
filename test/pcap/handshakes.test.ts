import { describe, expect, it } from "vitest";
import {
  type Attempt,
  attempts,
  type Capture,
  Direction,
  listeners,
  oneWayAt,
  readCapture,
} from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { ACK, ethernet, FIN_ACK, icmp, ip, RST, RST_ACK, sll, SYN, SYN_ACK, tcp } from "./frames.ts";

const CLIENT = "10.244.1.12";
const SERVER = "192.168.50.20";
const NODE = "192.168.50.10";
const ISN = 1000;
const ANSWER = 5000;

interface Segment {
  seq?: number;
  ack?: number;
  tsval?: number;
  id?: number;
  ttl?: number;
  payload?: Uint8Array;
  from?: string;
  to?: string;
  port?: number;
  /** The server's port. */
  at?: number;
}

type Frame = readonly [number, Uint8Array];

/** A packet of the client, or with `isAnswer` of the server, at IP level. */
function segment(flags: number, isAnswer: boolean, options: Segment = {}): Uint8Array {
  const {
    seq = isAnswer ? ANSWER : ISN,
    ack = 0,
    tsval = 1,
    id = 0,
    ttl = 64,
    port = 40_000,
    at = 80,
  } = options;
  const client = options.from ?? CLIENT;
  const server = options.to ?? SERVER;
  const ends = isAnswer ? { from: server, to: client } : { from: client, to: server };
  const ports = isAnswer ? { from: at, to: port } : { from: port, to: at };
  const payload = options.payload ?? new Uint8Array(0);
  return ip({ ...ends, id, ttl }, 6, tcp({ ...ports, seq, ack, flags, tsval, payload }));
}

const syn = (options: Segment = {}) => segment(SYN, false, { id: 1, ...options });
const synAck = (options: Segment = {}) => segment(SYN_ACK, true, { ack: ISN + 1, ...options });
const ack = (options: Segment = {}) =>
  segment(ACK, false, { seq: ISN + 1, ack: ANSWER + 1, id: 2, ...options });
/** A packet of another connection, so that the capture does not end with the one that is tested. */
const later = (seconds: number): Frame => [seconds, segment(ACK, false, { port: 9, at: 9 })];

const read = (frames: readonly Frame[]): Promise<Capture> =>
  readCapture(scene(frames.map(([time, packet]) => [time, ethernet(packet)])));

async function only(frames: readonly Frame[]): Promise<Attempt> {
  const all = [...attempts((await read(frames)).handshakes)];
  expect(all.length).toBe(1);
  return all[0] as Attempt;
}

const error = (quoted: Uint8Array) =>
  ip({ from: "10.0.0.1", to: CLIENT }, 1, icmp(3, 13, quoted.subarray(0, 28)));

describe("the outcome of an attempt", () => {
  it("is answered by a SYN-ACK, and completed by the client's ACK", async () => {
    expect(
      await only([
        [0, syn()],
        [0.1, synAck()],
        [0.2, ack()],
      ]),
    ).toMatchObject({
      client: CLIENT,
      clientPort: 40_000,
      server: SERVER,
      serverPort: 80,
      outcome: "answered",
      synCount: 1,
      tries: [{ frame: 1, time: 0, tsval: 1 }],
      gaps: [],
      answer: { time: expect.closeTo(0.1, 6), frame: 2 },
      synAckCount: 1,
      completed: true,
      reset: undefined,
      icmp: undefined,
      original: undefined,
    });
  });

  it("is late where only a retry was answered", async () => {
    const attempt = await only([
      [0, syn()],
      [1, syn({ id: 2, tsval: 2 })],
      [3, syn({ id: 3, tsval: 3 })],
      [3.1, synAck()],
    ]);
    expect(attempt).toMatchObject({ outcome: "answered-late", synCount: 3, completed: false });
    expect(attempt.tries.map(({ frame, tsval }) => [frame, tsval])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(attempt.gaps).toEqual([1, 2]);
  });

  it("is refused by a RST that acknowledges the SYN", async () => {
    expect(
      await only([
        [0, syn()],
        [0.1, segment(RST_ACK, true, { seq: 0, ack: ISN + 1 })],
      ]),
    ).toMatchObject({ outcome: "refused", answer: { frame: 2 } });
    expect(
      await only([[0, syn()], [0.1, segment(RST_ACK, true, { seq: 0, ack: 77_777_777 })], later(5)]),
    ).toMatchObject({ outcome: "unanswered" });
  });

  it("is the ICMP error that quotes its SYN", async () => {
    expect(
      await only([
        [0, syn()],
        [0.1, error(syn())],
      ]),
    ).toMatchObject({ outcome: "icmp", icmp: { type: 3, code: 13, from: "10.0.0.1" } });
    expect(await only([[0, syn()], [0.1, error(syn({ seq: 9 }))], later(5)])).toMatchObject({
      outcome: "unanswered",
    });
  });

  it("is unanswered after a retry, or when a retry would have been due", async () => {
    expect(
      await only([
        [0, syn()],
        [1, syn({ id: 2, tsval: 2 })],
      ]),
    ).toMatchObject({ outcome: "unanswered", synCount: 2 });
    expect(await only([[0, syn()], later(1.1)])).toMatchObject({ outcome: "unanswered", synCount: 1 });
  });

  it("is undecided where the capture ended before that, or began behind the SYN", async () => {
    expect(await only([[0, syn()], later(0.9)])).toMatchObject({ outcome: "undecided", synCount: 1 });
    expect(
      await only([
        [0, synAck()],
        [5, ack()],
      ]),
    ).toMatchObject({ outcome: "undecided", synCount: 0, tries: [] });
    // The client missed that answer, and the next one is to its retry.
    expect(
      await only([
        [0, synAck()],
        [1, syn()],
        [1.001, synAck()],
        [2, syn({ id: 7 })],
        [2.001, synAck()],
        later(9),
      ]),
    ).toMatchObject({ outcome: "undecided", synCount: 2 });
  });

  it("is no attempt where the capture began behind the handshake", async () => {
    expect(
      (
        await read([
          [0, ack()],
          [0.1, segment(ACK, true, { ack: ISN })],
        ])
      ).handshakes.length,
    ).toBe(0);
  });

  it("is a challenge ACK where the server answers for an older connection", async () => {
    const frames: Frame[] = [
      [0, syn()],
      [0.1, segment(ACK, true, { ack: 1_323_037_489 })],
      [0.11, segment(RST, false, { seq: 1_323_037_489 })],
    ];
    expect(await only([...frames, later(5)])).toMatchObject({
      outcome: "challenge-ack",
      challengeAcks: 1,
      answer: { frame: 2 },
      reset: undefined,
    });
    expect(await only([...frames, [0.12, syn({ id: 5, tsval: 9 })], [0.13, synAck()]])).toMatchObject({
      outcome: "answered-late",
      challengeAcks: 1,
      synCount: 2,
    });
  });

  it("is answered, unseen, where the client goes on without an answer in the capture", async () => {
    expect(await only([[0, syn()], [0.1, ack()], later(5)])).toMatchObject({
      outcome: "answer-unseen",
      completed: true,
    });
  });

  it("is not completed by what an older connection of the same ports still sends", async () => {
    const old = segment(FIN_ACK, false, { seq: 3_000_000_000, ack: 77 });
    expect(await only([[0, syn()], [0.1, old], [1, syn({ id: 2, tsval: 2 })], later(5)])).toMatchObject({
      outcome: "unanswered",
      completed: false,
    });
  });

  it("is answered where the SYN-ACK was captured just before its SYN", async () => {
    expect(
      await only([
        [0, synAck()],
        [0.0001, syn()],
        [0.0002, ack()],
      ]),
    ).toMatchObject({ outcome: "answered", synCount: 1 });
  });

  it("is told of either connection where addresses and ports are used again", async () => {
    const capture = await read([[0, syn()], [0.1, synAck()], [9, syn({ seq: 2000, tsval: 9 })], later(20)]);
    expect(Array.from(attempts(capture.handshakes), (each) => each.outcome)).toEqual([
      "answered",
      "unanswered",
    ]);
  });
});

describe("a reset", () => {
  it("behind the handshake is told with who sent it", async () => {
    const start: Frame[] = [
      [0, syn()],
      [0.1, synAck()],
      [0.2, ack()],
    ];
    expect(await only([...start, [0.3, segment(RST, true, { seq: ANSWER + 1 })]])).toMatchObject({
      outcome: "answered",
      reset: "by server",
    });
    expect(await only([...start, [0.3, segment(RST_ACK, false, { seq: ISN + 1 })]])).toMatchObject({
      outcome: "answered",
      reset: "by client",
    });
  });

  it("or FINs of both sides end a connection", async () => {
    const { handshakes } = await read([
      [0, syn()],
      [0.1, synAck()],
      [0.2, ack()],
      [0.3, segment(FIN_ACK, true, { seq: ANSWER + 1, ack: ISN + 1 })],
      [0.4, segment(FIN_ACK, false, { seq: ISN + 1, ack: ANSWER + 2 })],
    ]);
    expect(handshakes.closeTime[0]).toBeCloseTo(0.4, 6);
  });
});

const plain = (id: number) =>
  ip({ from: CLIENT, to: SERVER, id }, 6, tcp({ from: 1, to: 2, seq: 3, flags: SYN }));

describe("copies of one packet", () => {
  it("on several interfaces count once, retries do not", async () => {
    const attempt = await only([
      [0, syn()],
      [0.00001, syn()],
      [0.00003, syn({ ttl: 63 })],
      [0.001, synAck()],
      [0.00101, synAck({ ttl: 63 })],
      [1, syn({ id: 2, tsval: 1001 })],
      [1.00001, syn({ id: 2, tsval: 1001, ttl: 63 })],
      [1.001, synAck()],
      [1.00101, synAck({ ttl: 63 })],
    ]);
    expect(attempt).toMatchObject({ synCount: 2, synAckCount: 2, outcome: "answered" });
    expect(attempt.tries.map(({ frame }) => frame)).toEqual([1, 6]);
  });

  it("are told from a retry by the identification alone where there is no timestamp", async () => {
    expect(
      await only([
        [0, plain(1)],
        [0.01, plain(1)],
        [0.02, plain(2)],
      ]),
    ).toMatchObject({ synCount: 2 });
  });

  it("on both sides of an interface make its direction", async () => {
    const cooked = (...types: number[]) =>
      readCapture(
        scene(
          types.map((type, i) => [i * 0.0001, sll(syn(), type)]),
          { linkType: 113 },
        ),
      );
    const direction = async (...types: number[]) => (await cooked(...types)).handshakes.direction[0];
    expect(await direction(0)).toBe(Direction.incoming);
    expect(await direction(4)).toBe(Direction.outgoing);
    expect(await direction(3, 0, 4)).toBe(Direction.forwarded);
    expect((await read([[0, syn()]])).handshakes.direction[0]).toBe(Direction.unknown);
  });
});

const linked = async (...frames: Frame[]) => [...(await read(frames)).handshakes.linked];

const scan = (i: number, id: number): Frame => [
  i * 0.001,
  ip({ from: CLIENT, to: SERVER, id }, 6, tcp({ from: 5, to: 100 + i, seq: 3, flags: SYN })),
];

describe("address translation", () => {
  const outside = { from: NODE, port: 41_234, ttl: 63 };

  it("links the copies; the listener's view counts, with the client before it", async () => {
    const capture = await read([
      [0, syn()],
      [0.00003, syn(outside)],
      [0.001, synAck(outside)],
      [0.00103, synAck()],
      [0.002, ack()],
      [0.00203, ack(outside)],
    ]);
    const { handshakes: table } = capture;
    expect([...table.counted]).toEqual([0, 1]);
    expect([...table.linked]).toEqual([1, 0]);
    expect(capture.address(table.originalClient[1] as number)).toBe(CLIENT);
    expect(table.originalClientPort[1]).toBe(40_000);
    const [attempt, ...others] = attempts(table);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({
      client: NODE,
      clientPort: 41_234,
      outcome: "answered",
      original: { client: CLIENT, clientPort: 40_000 },
    });
    expect(listeners(capture)).toMatchObject([{ attempts: 1, answered: 1, sources: 1 }]);
  });

  it("of the destination and then of the source links three copies", async () => {
    const service = { to: "10.96.0.1" };
    const { handshakes: table } = await read([
      [0, syn(service)],
      [0.00002, syn({ ttl: 63 })],
      [0.00004, syn({ ...outside, ttl: 62 })],
      later(3),
    ]);
    expect([...table.counted]).toEqual([0, 0, 1]);
    expect([...table.linked]).toEqual([1, 2, 1]);
    expect(table.address(table.originalClient[2] as number)).toBe(CLIENT);
  });

  it("that lost the race for a port shows in the copy before it", async () => {
    // The first SYN of the second client never leaves the node; its retry does, under another port.
    const loser = { from: "10.244.1.13", seq: 7000, tsval: 70 };
    const retry = { ...loser, tsval: 1070, id: 3 };
    const capture = await read([
      [0, syn()],
      [0.00003, syn({ ...outside, port: 40_000 })],
      [0.0005, syn(loser)],
      [0.001, synAck({ ...outside, port: 40_000 })],
      [0.00103, synAck()],
      [1, syn(retry)],
      [1.00003, syn({ ...retry, ...outside })],
      [1.001, synAck({ ...outside, ack: 7001 })],
      [1.00103, synAck({ ...loser, seq: ANSWER, ack: 7001 })],
    ]);
    const lost = [...attempts(capture.handshakes)].find((each) => each.original?.client === "10.244.1.13");
    expect(lost).toMatchObject({
      outcome: "answered",
      synCount: 1,
      original: { outcome: "answered-late", synCount: 2, clientPort: 40_000 },
    });
  });

  it("is none where a scan asks port after port with one sequence number", async () => {
    expect([...(await read([scan(0, 11), scan(1, 12), scan(2, 13)])).handshakes.linked]).toEqual([
      -1, -1, -1,
    ]);
    expect([...(await read([scan(0, 0), scan(1, 0), scan(2, 0)])).handshakes.linked]).toEqual([-1, -1, -1]);
  });

  it("is none where sequence number or timestamp differ, or too much time has passed", async () => {
    expect(await linked([0, syn()], [0.001, syn({ ...outside, seq: 4 })])).toEqual([-1, -1]);
    expect(await linked([0, syn()], [0.001, syn({ ...outside, tsval: 4 })])).toEqual([-1, -1]);
    expect(await linked([0, syn()], [0.02, syn(outside)])).toEqual([-1, -1]);
  });
});

describe("a capture of one direction", () => {
  const KEY = `${SERVER}:80`;

  it("is known by clients that go on without an answer", async () => {
    const capture = await read([
      [0, syn()],
      [0.1, ack()],
      [0.2, ack({ payload: new Uint8Array(5) })],
    ]);
    expect(capture.oneWay).toBe(true);
    expect(oneWayAt(capture, KEY)).toBe(true);
  });

  it("is known by servers that answer nobody", async () => {
    expect(
      (
        await read([
          [0, synAck()],
          [0.1, segment(ACK, true, { ack: ISN + 1 })],
        ])
      ).oneWay,
    ).toBe(true);
  });

  it("is known by conversations that began before it", async () => {
    const one = Array.from({ length: 3 }, (_, i): Frame => [i, ack({ seq: ISN + i })]);
    expect((await read(one)).oneWay).toBe(true);
    expect((await read(one.slice(1))).oneWay).toBe(false);
    expect((await read([...one, [4, segment(ACK, true)]])).oneWay).toBe(false);
  });

  it("is not known by SYNs that are never answered", async () => {
    const capture = await read([
      [0, syn()],
      [1, syn({ id: 2, tsval: 2 })],
      [3, syn({ id: 3, tsval: 3 })],
    ]);
    expect(capture.oneWay).toBe(false);
    expect(oneWayAt(capture, KEY)).toBe(false);
  });

  it("is not one in which another listener answers; that listener may be", async () => {
    const other = { at: 443, port: 50_000, seq: 9 };
    const capture = await read([
      [0, syn()],
      [0.1, ack()],
      [1, syn(other)],
      [1.1, synAck({ at: 443, port: 50_000, ack: 10 })],
    ]);
    expect(capture.oneWay).toBe(false);
    expect(oneWayAt(capture, KEY)).toBe(true);
    expect(oneWayAt(capture, `${SERVER}:443`)).toBe(false);
  });
});

const each = (i: number, make: (options: Segment) => Uint8Array) => make({ port: 100 + i, id: i });

describe("a listener", () => {
  it("has most half-open connections while their ACKs are missing", async () => {
    const capture = await read([
      ...[0, 1, 2].map((i): Frame => [i * 0.01, each(i, syn)]),
      ...[0, 1, 2].map((i): Frame => [0.1 + i * 0.01, each(i, synAck)]),
      [0.2, each(0, ack)],
      [0.3, each(7, syn)],
      [0.31, each(7, synAck)],
      later(10),
      [11, each(8, syn)],
      [11.1, each(8, synAck)],
    ]);
    expect(listeners(capture)).toMatchObject([
      { key: `${SERVER}:80`, attempts: 5, answered: 5, maxHalfOpen: 3, maxWaiting: 3, sources: 1 },
    ]);
  });

  it("is told by address and port, the busiest first", async () => {
    const capture = await read([
      [0, syn({ at: 81 })],
      [0.1, syn({ at: 82 })],
      [0.2, syn({ at: 82, port: 3, from: "10.9.9.9" })],
      later(9),
    ]);
    expect(listeners(capture)).toMatchObject([
      { key: `${SERVER}:82`, address: SERVER, port: 82, attempts: 2, unanswered: 2, sources: 2 },
      { key: `${SERVER}:81`, attempts: 1 },
    ]);
  });
});
