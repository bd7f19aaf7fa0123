import { describe, expect, it } from "vitest";
import { type Capture, readCapture, strayAnswers } from "../../src/pcap/index.ts";
import { scene } from "./files.ts";
import { captureOf } from "./fixtures.ts";
import { ACK, address, be, bytes, ethernet, icmp, ip, join, RST, SYN, SYN_ACK, tcp } from "./frames.ts";

type Frame = readonly [number, Uint8Array];

const read = (frames: readonly Frame[]): Promise<Capture> => readCapture(scene(frames));

interface Arp {
  from: string;
  to: string;
  mac?: number;
}

/** ARP for IPv4 over Ethernet: 1 asks, 2 answers. */
const arp = (operation: number, { from, to, mac = 1 }: Arp): Uint8Array =>
  ethernet(
    join(
      be(0x00010800, 4),
      bytes(6, 4),
      be(operation, 2),
      be(0x020000000000 + mac, 6),
      address(from),
      be(0, 6),
      address(to),
    ),
    0x0806,
  );

const who = (from: string, to: string, mac = 1) => arp(1, { from, to, mac });
const is = (from: string, mac: number, to = "10.0.0.1") => arp(2, { from, to, mac });

describe("ARP", () => {
  it("questions are counted with the longest run without an answer", async () => {
    const { arp: table } = await read([
      [0, who("10.0.0.1", "10.0.0.9")],
      [1, who("10.0.0.1", "10.0.0.9")],
      [2, who("10.0.0.1", "10.0.0.9")],
      [3, is("10.0.0.9", 9)],
      [60, who("10.0.0.1", "10.0.0.9")],
      [61, who("10.0.0.1", "10.0.0.8")],
    ]);
    expect(table).toMatchObject({
      packets: 6,
      questions: [
        {
          address: "10.0.0.9",
          asker: "10.0.0.1",
          requests: 4,
          replies: 1,
          longestRun: 3,
          longestRunTime: 2,
          frames: [1, 2, 3],
        },
        { address: "10.0.0.8", requests: 1, replies: 0, longestRun: 1 },
      ],
      conflicts: [],
    });
  });

  it("copies, probes and announcements are no questions", async () => {
    const { arp: table } = await read([
      [0, who("10.0.0.1", "10.0.0.9")],
      [0.0001, who("10.0.0.1", "10.0.0.9")],
      [1, who("0.0.0.0", "10.0.0.5")],
      [2, who("10.0.0.5", "10.0.0.5")],
    ]);
    expect(table.questions).toMatchObject([{ address: "10.0.0.9", requests: 1 }]);
  });

  it("claims of one address by two MAC addresses are told", async () => {
    const { arp: table } = await read([
      [0, is("10.0.0.9", 1)],
      [1, is("10.0.0.9", 1)],
      [4, is("10.0.0.9", 2)],
      [5, is("10.0.0.9", 1)],
      [6, is("10.0.0.8", 7)],
    ]);
    expect(table.conflicts).toEqual([
      {
        address: "10.0.0.9",
        macs: ["02:00:00:00:00:01", "02:00:00:00:00:02"],
        switches: 2,
        shortestSwitch: 1,
        frames: [3, 4],
      },
    ]);
  });

  it("that is cut is passed over", async () => {
    const whole = who("10.0.0.1", "10.0.0.9");
    for (let length = 14; length < whole.length; length++)
      expect((await read([[0, whole.subarray(0, length)]])).arp.packets).toBe(0);
  });
});

const CLIENT = "10.244.1.12";
const SERVER = "192.168.50.20";
const about = (id: number, from = CLIENT, to = SERVER) =>
  ip({ from, to, id }, 6, tcp({ from: 4000, to: 80, flags: ACK })).subarray(0, 28);

describe("ICMP errors", () => {
  it("are counted by sender and ends, with the MTU that they tell", async () => {
    const tooBig = (id: number, mtu: number) => {
      const error = icmp(3, 4, about(id));
      error.set(be(mtu, 2), 6);
      return ethernet(ip({ from: "10.0.0.1", to: CLIENT }, 1, error));
    };
    const capture = await read([
      [0, tooBig(1, 1400)],
      [0.001, tooBig(1, 1400)],
      [1, tooBig(2, 1300)],
      [2, ethernet(ip({ from: "10.0.0.2", to: CLIENT }, 1, icmp(11, 0, about(3))))],
    ]);
    const ends = { source: CLIENT, destination: SERVER, v6: false };
    expect(capture.icmp).toEqual([
      {
        ...ends,
        type: 3,
        code: 4,
        kind: "too-big",
        from: "10.0.0.1",
        count: 2,
        mtu: { least: 1300, most: 1400 },
        firstTime: 0,
        lastTime: 1,
        frames: [1, 3],
      },
      {
        ...ends,
        type: 11,
        code: 0,
        kind: "time-exceeded",
        from: "10.0.0.2",
        count: 1,
        mtu: undefined,
        firstTime: 2,
        lastTime: 2,
        frames: [4],
      },
    ]);
  });

  it("of IPv6 have types of their own", async () => {
    const quoted = ip({ from: "fd00::1", to: "fd00::2" }, 6, tcp({ from: 4000, to: 80, flags: ACK }));
    const tooBig = icmp(2, 0, quoted);
    tooBig.set(be(1280, 4), 4);
    const capture = await read([[0, ethernet(ip({ from: "fd00::9", to: "fd00::1" }, 58, tooBig))]]);
    expect(capture.icmp).toMatchObject([
      {
        kind: "too-big",
        v6: true,
        source: "fd00::1",
        destination: "fd00::2",
        mtu: { least: 1280, most: 1280 },
      },
    ]);
  });

  it("in a real capture are those of the port that is closed", async () => {
    expect((await captureOf("dns_port_unreachable.pod")).icmp).toMatchObject([
      { type: 3, code: 3, kind: "unreachable", from: "192.168.50.53" },
    ]);
  });
});

describe("an answer from another address", () => {
  const segment = (from: string, fromPort: number, to: string, toPort: number, flags: number, ack = 0) =>
    ethernet(
      ip(
        { from, to, id: 7 },
        6,
        tcp({ from: fromPort, to: toPort, seq: flags === SYN ? 100 : 900, ack, flags }),
      ),
    );
  const VIP = "10.96.0.10";
  const POD = "10.244.2.5";

  it("is found by the number that it acknowledges", async () => {
    const capture = await read([
      [0, segment(CLIENT, 4000, VIP, 80, SYN)],
      [0.001, segment(POD, 8080, CLIENT, 4000, SYN_ACK, 101)],
      [0.002, segment(CLIENT, 4000, POD, 8080, RST)],
      [1, segment(CLIENT, 4000, VIP, 80, SYN)],
    ]);
    expect(strayAnswers(capture)).toMatchObject([
      {
        asked: { server: VIP, serverPort: 80, outcome: "unanswered" },
        answeredBy: POD,
        answeredByPort: 8080,
        frame: 2,
      },
    ]);
  });

  it("is none where the number is another's, or the SYN was answered too", async () => {
    const other = await read([
      [0, segment(CLIENT, 4000, VIP, 80, SYN)],
      [0.001, segment(POD, 8080, CLIENT, 4000, SYN_ACK, 555)],
    ]);
    expect(strayAnswers(other)).toEqual([]);
    const translated = await read([
      [0, segment(CLIENT, 4000, VIP, 80, SYN)],
      [0.001, segment(POD, 8080, CLIENT, 4000, SYN_ACK, 101)],
      [0.0011, segment(VIP, 80, CLIENT, 4000, SYN_ACK, 101)],
    ]);
    expect(strayAnswers(translated)).toEqual([]);
  });
});
