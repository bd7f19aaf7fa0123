import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Connection, type ConnectionSide, connections, readCapture } from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { ACK, ethernet, FIN_ACK, ip, RST, RST_ACK, SYN, vxlan } from "./frames.ts";
import { CLIENT, type Frame, Script, SERVER } from "./script.ts";
import { fixture, fixturePath } from "./fixtures.ts";

async function read(frames: readonly Frame[]): Promise<Connection[]> {
  const capture = await readCapture(scene(frames.map(([time, packet]) => [time, ethernet(packet)])));
  return [...connections(capture.connections)];
}

async function only(script: Script): Promise<Connection> {
  const all = await read(script.frames);
  expect(all.length).toBe(1);
  return all[0] as Connection;
}

describe("a connection", () => {
  it("is told with both ends, its bytes and its requests", async () => {
    const script = new Script()
      .open()
      .send(0.1, 0, ACK, { length: 100 })
      .send(0.11, 1, ACK, { ack: 100, length: 1000 })
      .send(0.12, 1, ACK, { seq: 1000, ack: 100, length: 500 })
      .send(0.13, 0, ACK, { seq: 100, ack: 1500 })
      .send(0.2, 0, ACK, { seq: 100, ack: 1500, length: 50 })
      .send(0.25, 1, ACK, { seq: 1500, ack: 150, length: 10 })
      .send(0.3, 0, FIN_ACK, { seq: 150, ack: 1510 })
      .send(0.31, 1, FIN_ACK, { seq: 1510, ack: 151 })
      .send(0.32, 0, ACK, { seq: 151, ack: 1511 });
    expect(await only(script)).toMatchObject({
      client: CLIENT,
      clientPort: 40_000,
      server: SERVER,
      serverPort: 80,
      begun: true,
      handshake: 0,
      first: { time: 0, frame: 1 },
      last: { time: expect.closeTo(0.32, 6), frame: 12 },
      requests: 2,
      reset: undefined,
      ofClient: {
        packets: 7,
        bytes: 150,
        retransmissions: 0,
        largestSegment: 100,
        largestAcked: 100,
        fin: true,
      },
      ofServer: {
        packets: 5,
        bytes: 1510,
        retransmissions: 0,
        largestSegment: 1000,
        largestAcked: 1000,
        fin: true,
      },
    });
  });

  it("has the time between data and its ACK", async () => {
    const { ofClient, ofServer } = await only(
      new Script()
        .open()
        .send(0.1, 0, ACK, { length: 100 })
        .send(0.105, 1, ACK, { ack: 100, length: 100 })
        .send(0.108, 0, ACK, { seq: 100, ack: 100 }),
    );
    expect(ofClient.rtt).toBeCloseTo(0.005, 6);
    expect(ofServer.rtt).toBeCloseTo(0.003, 6);
  });

  it("is none where nothing but the handshake's SYNs was exchanged, or a RST", async () => {
    expect(await read(new Script().send(0, 0, SYN, { seq: -1 }).frames)).toEqual([]);
    expect(await read(new Script().send(0, 0, SYN, { seq: -1 }).send(0.1, 1, RST_ACK).frames)).toEqual([]);
    expect(await read(new Script().send(0, 0, RST).frames)).toEqual([]);
  });

  it("is known without its beginning, and the lower port is taken for the server's", async () => {
    const script = new Script()
      .send(0, 1, ACK, { length: 100 })
      .send(0.1, 0, ACK, { ack: 100, length: 20 })
      .send(0.2, 1, ACK, { seq: 100, ack: 20, length: 10 });
    expect(await only(script)).toMatchObject({
      client: CLIENT,
      begun: false,
      handshake: undefined,
      requests: 1,
      ofClient: { bytes: 20, unseenBytes: 0 },
      ofServer: { bytes: 110, unseenBytes: 0 },
    });
  });

  it("is a new one where its addresses and ports are taken again", async () => {
    const again = new Script([900_000, 800_000]).open(1).send(1.1, 0, ACK, { length: 7 });
    const all = await read([...new Script().open().send(0.1, 0, ACK, { length: 5 }).frames, ...again.frames]);
    expect(all.map(({ ofClient }) => ofClient.bytes)).toEqual([5, 7]);
    expect(all.map(({ handshake }) => handshake)).toEqual([0, 1]);
  });
});

describe("what is sent again", () => {
  it("counts, and its backoff until the other side is heard", async () => {
    const script = new Script().open();
    for (const time of [0.1, 0.3, 0.7, 1.5]) script.send(time, 0, ACK, { length: 100 });
    script.send(1.6, 1, ACK, { ack: 100 });
    expect((await only(script)).ofClient).toMatchObject({
      bytes: 400,
      retransmissions: 3,
      retransmittedBytes: 300,
      largestRetransmitted: 100,
      longestBackoff: 3,
      longestBackoffTime: expect.closeTo(1.4, 3),
      lastBackoff: 0,
      rtt: undefined,
    });
  });

  it("is without an answer at the end where the other side stays silent", async () => {
    const script = new Script().open().send(0.1, 0, ACK, { length: 10 }).send(0.11, 1, ACK, { ack: 10 });
    for (const time of [1, 1.2, 1.6, 2.4, 4]) script.send(time, 0, ACK, { seq: 10, length: 1000 });
    expect((await only(script)).ofClient).toMatchObject({
      lastBackoff: 4,
      lastBackoffTime: expect.closeTo(3, 3),
      largestSegment: 1000,
      largestAcked: 10,
    });
  });

  it("may be a FIN", async () => {
    const script = new Script().open().send(1, 0, FIN_ACK).send(1.2, 0, FIN_ACK).send(1.6, 0, FIN_ACK);
    expect((await only(script)).ofClient).toMatchObject({ retransmissions: 2, bytes: 0, fin: true });
  });

  it("is told from what was overtaken by the IP identification", async () => {
    const overtaken = new Script()
      .open()
      .send(1, 1, ACK, { seq: 100, length: 100, id: 102 })
      .send(1.01, 1, ACK, { seq: 0, length: 100, id: 101 });
    expect((await only(overtaken)).ofServer).toMatchObject({ outOfOrder: 1, retransmissions: 0, bytes: 200 });
    const again = new Script()
      .open()
      .send(1, 1, ACK, { seq: 100, length: 100, id: 102 })
      .send(1.01, 1, ACK, { seq: 0, length: 100, id: 103 });
    expect((await only(again)).ofServer).toMatchObject({ outOfOrder: 0, retransmissions: 1, bytes: 200 });
  });

  it("is told from what was overtaken by time where there is no identification", async () => {
    const late = (after: number) =>
      only(
        new Script([1000, 5000], true)
          .open()
          .send(1, 1, ACK, { seq: 100, length: 100 })
          .send(1 + after, 1, ACK, { seq: 0, length: 100 }),
      );
    expect((await late(0.001)).ofServer).toMatchObject({ outOfOrder: 1, retransmissions: 0 });
    expect((await late(0.2)).ofServer).toMatchObject({ outOfOrder: 0, retransmissions: 1 });
  });

  it("is no keepalive and no probe", async () => {
    const script = new Script()
      .open()
      .send(0.1, 0, ACK, { length: 10 })
      .send(0.2, 1, ACK, { ack: 10 })
      .send(10, 0, ACK, { seq: 9 })
      .send(10.1, 1, ACK, { ack: 10 })
      .send(20, 0, ACK, { seq: 9, length: 1 })
      .send(20.1, 1, ACK, { ack: 10 });
    const { ofClient, ofServer } = await only(script);
    expect(ofClient).toMatchObject({ probes: 2, retransmissions: 0, bytes: 10 });
    expect(ofServer).toMatchObject({ duplicateAcks: 0 });
  });
});

describe("ACKs", () => {
  it("are duplicates while data is missing", async () => {
    const script = new Script().open().send(1, 1, ACK, { length: 100 });
    script.send(1.01, 1, ACK, { seq: 200, length: 100 }).send(1.02, 0, ACK, { ack: 100 });
    script.send(1.03, 0, ACK, { ack: 100 }).send(1.04, 0, ACK, { ack: 100 });
    script.send(1.05, 0, ACK, { ack: 100, window: 2000 });
    expect((await only(script)).ofClient.duplicateAcks).toBe(2);
  });

  it("of data that was not captured tell of losses of the capture", async () => {
    const script = new Script()
      .open()
      .send(1, 1, ACK, { length: 100 })
      .send(1.1, 0, ACK, { ack: 300 })
      .send(1.2, 1, ACK, { seq: 300, length: 50 })
      .send(1.3, 1, ACK, { seq: 400, length: 50 })
      .send(1.4, 0, ACK, { ack: 450 });
    expect((await only(script)).ofServer).toMatchObject({ unseenBytes: 250, bytes: 200, retransmissions: 0 });
  });

  it("may be captured just before what they are for", async () => {
    const script = new Script()
      .open()
      .send(1, 0, ACK, { ack: 100 })
      .send(1.0001, 1, ACK, { length: 100 })
      .send(1.1, 1, ACK, { seq: 100, length: 100 });
    expect((await only(script)).ofServer).toMatchObject({
      unseenBytes: 0,
      retransmissions: 0,
      outOfOrder: 1,
    });
  });
});

describe("a receive window", () => {
  it("of zero counts with the time until it opens", async () => {
    const script = new Script()
      .open()
      .send(1, 0, ACK, { window: 0 })
      .send(2, 0, ACK, { window: 0, id: 900 })
      .send(4, 0, ACK, { window: 500 })
      .send(5, 0, ACK, { window: 0, length: 5 })
      .send(6, 0, ACK, { seq: 5, window: 500 });
    const { ofClient, ofServer } = await only(script);
    expect(ofClient).toMatchObject({ zeroWindows: 2, zeroWindowTime: 4, longestZeroWindow: 3 });
    expect(ofServer.zeroWindows).toBe(0);
  });

  it("that stays at zero counts until the capture ends", async () => {
    const script = new Script().open().send(1, 1, ACK, { window: 0 }).send(3, 0, ACK, { ack: -1 });
    expect((await only(script)).ofServer).toMatchObject({ zeroWindows: 1, zeroWindowTime: 2 });
  });

  it("means nothing where the other side's FIN has come", async () => {
    const script = new Script()
      .open()
      .send(1, 0, FIN_ACK, {})
      .send(1.1, 1, FIN_ACK, { ack: 1 })
      .send(1.4, 0, FIN_ACK, { ack: 1 })
      // As a socket that its program has closed answers.
      .send(1.5, 1, ACK, { seq: 1, ack: 1, window: 0 })
      .send(40, 0, ACK, { seq: 1, ack: 1 });
    expect((await only(script)).ofServer).toMatchObject({ zeroWindows: 0, longestZeroWindow: 0 });
  });

  it("of zero ends when the other side's FIN has come", async () => {
    const script = new Script()
      .open()
      .send(1, 1, ACK, { window: 0 })
      .send(3, 0, FIN_ACK, {})
      .send(3.1, 1, ACK, { ack: 1, window: 0 })
      .send(40, 1, FIN_ACK, { ack: 1, window: 0 });
    expect((await only(script)).ofServer).toMatchObject({ zeroWindows: 1, longestZeroWindow: 2.1 });
  });
});

describe("a reset", () => {
  it("is told with its sender and the silence before it", async () => {
    const script = new Script().open().send(0.5, 0, ACK, { length: 3 }).send(350.5, 1, RST_ACK, { ack: 3 });
    const { reset, ofClient, ofServer } = await only(script);
    expect(reset).toMatchObject({ by: "server", frame: 5, time: 350.5, idle: 350 });
    expect([ofClient.resets, ofServer.resets]).toEqual([0, 1]);
  });
});

/** What a random connection does. */
type Step =
  { readonly side: 0 | 1; readonly length: number } | { readonly side: 0 | 1; readonly again: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      side: fc.constantFrom(0 as const, 1 as const),
      length: fc.integer({ min: 2, max: 3000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ side: fc.constantFrom(0 as const, 1 as const), again: fc.nat(50) }) },
);

/** Writes the steps as packets, and counts what is put in. */
function play(steps: readonly Step[], first: readonly [number, number], v6: boolean) {
  const script = new Script(first, v6).open();
  const sent: [seq: number, length: number][][] = [[], []];
  const next: [number, number] = [0, 0];
  const told = [0, 1].map(() => ({ bytes: 0, retransmissions: 0, retransmittedBytes: 0, packets: 0 }));
  let requests = 0;
  let last: number | undefined;
  let time = 1;
  for (const each of steps) {
    time += 0.06;
    const { side } = each;
    const other = side === 0 ? 1 : 0;
    const own = told[side] as (typeof told)[number];
    if ("again" in each) {
      const before = sent[side] ?? [];
      const [seq, length] = before[each.again % Math.max(1, before.length)] ?? [0, 0];
      if (length === 0) continue;
      script.send(time, side, ACK, { seq, ack: next[other], length });
      own.retransmissions++;
      own.retransmittedBytes += length;
      own.bytes += length;
    } else {
      script.send(time, side, ACK, { seq: next[side], ack: next[other], length: each.length });
      sent[side]?.push([next[side], each.length]);
      next[side] += each.length;
      own.bytes += each.length;
      if (side === 1 && last === 0) requests++;
      last = side;
    }
    own.packets++;
  }
  return { script, told, requests };
}

const told = ({ bytes, retransmissions, retransmittedBytes, packets }: ConnectionSide, syns: number) => ({
  bytes,
  retransmissions,
  retransmittedBytes,
  packets: packets - syns,
});

const number32 = fc.oneof(fc.nat(2 ** 32 - 1), fc.integer({ min: 2 ** 32 - 20_000, max: 2 ** 32 - 1 }));
const connectionOf = fc.tuple(fc.array(step, { maxLength: 60 }), fc.tuple(number32, number32), fc.boolean());

describe("any connection", () => {
  it("gives the bytes, retransmissions and requests that were put in", async () => {
    await fc.assert(
      fc.asyncProperty(connectionOf, async ([steps, first, v6]) => {
        const { script, told: wanted, requests } = play(steps, first, v6);
        const found = await only(script);
        expect([told(found.ofClient, 2), told(found.ofServer, 1)]).toEqual(wanted);
        expect(found.requests).toBe(requests);
        expect([found.ofClient.unseenBytes, found.ofServer.unseenBytes]).toEqual([0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  it("is the same when each packet is captured twice, plain or in a tunnel", async () => {
    const copies = fc.constantFrom("again", "tunnel", "late");
    await fc.assert(
      fc.asyncProperty(connectionOf, copies, async ([steps, first, v6], how) => {
        const { frames } = play(steps, first, v6).script;
        const twice = frames.flatMap(([time, packet]): Frame[] => {
          const tunnel = ip({ from: "172.16.0.1", to: "172.16.0.2" }, 17, vxlan(1, ethernet(packet)));
          return [
            [time, packet],
            [time + (how === "late" ? 0.004 : 0.000_01), how === "tunnel" ? tunnel : packet],
          ];
        });
        const frame = { time: 0, frame: 0 };
        const strip = (all: readonly Connection[]) =>
          all.map((each) => ({ ...each, first: frame, last: frame, vni: undefined }));
        expect(strip(await read(twice))).toEqual(strip(await read(frames)));
      }),
      { numRuns: 150 },
    );
  });
});

describe("a connection before and after address translation", () => {
  /** The script's packets under the client's own address, and just behind each under its node's; of the server the other way round. */
  function translated(script: Script): Frame[] {
    return script.frames.flatMap(([time, packet]): Frame[] => {
      const outside = packet.slice();
      const isOut = packet[15] === 12;
      outside.set([192, 168, 50, 10], isOut ? 12 : 16);
      const [first, second] = isOut ? [packet, outside] : [outside, packet];
      return [
        [time, first],
        [time + 0.000_02, second],
      ];
    });
  }

  const counted = async (script: Script) =>
    (await read(translated(script))).map(({ client, ofClient }) => [client, ofClient.bytes]);

  it("counts once, as its server sees it", async () => {
    const script = new Script()
      .open()
      .send(1, 0, ACK, { length: 10 })
      .send(1.1, 1, ACK, { ack: 10, length: 5 });
    expect(await counted(script)).toEqual([["192.168.50.10", 10]]);
  });

  it("is known from the middle, too, whoever sends first", async () => {
    const asked = new Script().send(1, 0, ACK, { length: 10 }).send(1.1, 1, ACK, { ack: 10, length: 5 });
    expect(await counted(asked)).toEqual([["192.168.50.10", 10]]);
    const told = new Script().send(1, 1, ACK, { length: 5 }).send(1.1, 0, ACK, { ack: 5, length: 10 });
    expect(await counted(told)).toEqual([["192.168.50.10", 10]]);
  });
});

/** Made by directions.sh. */
describe("the connections of real captures", () => {
  const lines = readFileSync(fixturePath("directions.txt"), "utf8").trimEnd().split("\n").slice(1);
  const captures = new Map<string, string[]>();
  for (const line of lines) {
    const [name = ""] = line.split("\t");
    captures.set(name, [...(captures.get(name) ?? []), line]);
  }
  /**
   * RSTs and ACKs that answer a SYN belong to no connection: four ports that refuse, one of them twice; and a challenge ACK
   * and the RST that it meets, which tshark counts to the connection before.
   */
  const WITHOUT: Record<string, number> = {
    "encap_vxlan_any_dup.pcap": 1,
    "ipv6_tcp_dns.pcap": 1,
    "tcp_refused_mix.pod.pcap": 5,
    "tcp_timewait_paws_same_tuple.server.pcap": 2,
  };

  it.each([...captures.keys()])("%s: packets and bytes are tshark's", async (name) => {
    const { connections: table, handshakes } = await readCapture(fixture(name));
    const sums = new Map<string, [packets: number, bytes: number, largest: number]>();
    for (const each of connections(table, table.state.keys())) {
      const row = each.handshake;
      const ends = [each.client, each.clientPort, each.server, each.serverPort];
      const sides = [
        { way: ends, side: each.ofClient, syns: handshakes.synCount },
        { way: [...ends.slice(2), ...ends.slice(0, 2)], side: each.ofServer, syns: handshakes.synAckCount },
      ];
      for (const { way, side, syns } of sides) {
        const key = [name, ...way].join("\t");
        const [packets, bytes, largest] = sums.get(key) ?? [0, 0, 0];
        const others = row === undefined ? 0 : (syns[row] ?? 0);
        sums.set(key, [
          packets + side.packets - others,
          bytes + side.bytes,
          Math.max(largest, side.largestSegment),
        ]);
      }
    }
    const ours = new Set([...sums].map(([key, numbers]) => [key, ...numbers].join("\t")));
    const missed = (captures.get(name) ?? []).filter((line) => !ours.has(line));
    expect(missed.length, missed.join("\n")).toBe(WITHOUT[name] ?? 0);
  });

  // Counts and times as tshark's tcp.analysis fields have them, frame by frame.
  it("show a receiver that reads nothing for three seconds, and the probes that meet it", async () => {
    const { connections: table } = await readCapture(fixture("conn_zero_window.pcap"));
    expect(connections(table).next().value).toMatchObject({
      ofClient: { bytes: 62_896, retransmissions: 2, retransmittedBytes: 2896, probes: 3, zeroWindows: 0 },
      ofServer: { zeroWindows: 1, zeroWindowTime: 2.87, longestZeroWindow: 2.87, duplicateAcks: 0 },
    });
  });

  it("show large segments that never arrive where small ones do", async () => {
    const { connections: table } = await readCapture(fixture("conn_black_hole.pcap"));
    expect(connections(table).next().value).toMatchObject({
      requests: 3,
      ofClient: {
        retransmissions: 7,
        longestBackoff: 5,
        longestBackoffTime: expect.closeTo(6.272, 2),
        largestSegment: 1448,
        largestRetransmitted: 1448,
        largestAcked: 5,
      },
      // The last segment, of 104 bytes, came through: it is what the duplicate ACK selectively acknowledges.
      ofServer: { duplicateAcks: 1 },
    });
  });

  it("count a segment that three interfaces show once, and those that were lost and sent again", async () => {
    const { connections: table } = await readCapture(fixture("tcp_midstream_loss_any.s100.pcap"));
    // Six packets of 3000 bytes were dropped; each went again as 1448, 1448 and 104 bytes (by IP identification). tshark's
    // tcp.analysis.retransmission counts 240 of the 672 frames.
    expect(connections(table).next().value).toMatchObject({
      begun: false,
      ofClient: { packets: 111, bytes: 147_000, retransmissions: 0, outOfOrder: 0, unseenBytes: 0 },
      ofServer: {
        packets: 117,
        bytes: 165_000,
        retransmissions: 18,
        retransmittedBytes: 18_000,
        outOfOrder: 0,
        unseenBytes: 0,
      },
    });
  });
});
