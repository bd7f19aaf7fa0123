// Where a capture was made, of scenes that are known by how they are written.
import { describe, expect, it } from "vitest";
import { readCapture, renderSummary, summaryView, vantageOf } from "../../../src/pcap/index.ts";
import { block, option, packetBlock, scene, section, ticksOf } from "../files.ts";
import { ACK, bytes, ethernet, ip, join, sll, SYN, SYN_ACK, tcp } from "../frames.ts";
import { captureOf } from "../fixtures.ts";

const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";

type Wrap = (packet: Uint8Array, isOutgoing: boolean) => Uint8Array;

/** Handshakes; the halves are those of the round trip on either side of the capture. */
function handshakes(
  count: number,
  toServer: number,
  toClient: number,
  wrap: Wrap = (packet) => ethernet(packet),
) {
  const frames = Array.from({ length: count }, (_, at) => {
    const port = 40_000 + at;
    const ask = (flags: number, seq: number, ack: number) =>
      ip({ from: CLIENT, to: SERVER, id: 100 + at }, 6, tcp({ from: port, to: 80, seq, ack, flags }));
    const answer = ip(
      { from: SERVER, to: CLIENT, id: 200 + at },
      6,
      tcp({ from: 80, to: port, seq: 500, ack: 101, flags: SYN_ACK }),
    );
    return [
      [at, wrap(ask(SYN, 100, 0), true)],
      [at + toServer, wrap(answer, false)],
      [at + toServer + toClient, wrap(ask(ACK, 101, 501), true)],
    ] as const;
  }).flat();
  return frames;
}

const seen = async (file: Uint8Array) => vantageOf(await readCapture(file, { tally: true }));

describe("the vantage of a capture", () => {
  it("is likely the side whose half of the round trip is short", async () => {
    expect(await seen(scene(handshakes(5, 0.000_02, 0.01)))).toMatchObject({
      side: "server",
      sure: "likely",
      ways: "both",
    });
    expect(await seen(scene(handshakes(5, 0.01, 0.000_02)))).toMatchObject({
      side: "client",
      sure: "likely",
    });
  });

  it("is unknown where both halves are alike, short, or seldom seen", async () => {
    for (const [count, there, back] of [
      [5, 0.004, 0.006],
      [5, 0.000_005, 0.000_1],
      [2, 0.000_02, 0.01],
    ] as const)
      expect(await seen(scene(handshakes(count, there, back)))).toMatchObject({
        side: "unknown",
        sure: "unknown",
      });
  });

  it("is known where the capture marks what went out", async () => {
    const atClient = handshakes(1, 0.001, 0.001, (packet, isAsked) => sll(packet, isAsked ? 4 : 0));
    expect(await seen(scene(atClient, { linkType: 113 }))).toMatchObject({
      side: "client",
      hosts: [CLIENT],
      sure: "known",
    });
    const atServer = handshakes(1, 0.001, 0.001, (packet, isAsked) => sll(packet, isAsked ? 0 : 4));
    expect(await seen(scene(atServer, { linkType: 113 }))).toMatchObject({
      side: "server",
      hosts: [SERVER],
      sure: "known",
    });
  });

  it("is known where the file tells the addresses of its interfaces", async () => {
    const frames = handshakes(1, 0.001, 0.001);
    const described = block(
      1,
      join(
        bytes(1, 0, 0, 0, 0, 0, 0, 0),
        option(2, new TextEncoder().encode("eth0")),
        option(4, bytes(10, 0, 0, 2, 255, 255, 255, 0)),
        option(11, new TextEncoder().encode("\0tcp port 80")),
      ),
    );
    const packet = ([seconds, frame]: readonly [number, Uint8Array]) => {
      const time = BigInt(Math.round(seconds * 1e9)) + 1_700_000_000_000_000_000n;
      return packetBlock(0, ticksOf(time), { time, frame });
    };
    const file = join(section(), described, ...frames.map(packet));
    expect(await seen(file)).toMatchObject({ side: "server", hosts: [SERVER], sure: "known" });
    const text = [...renderSummary(summaryView(await readCapture(file, { tally: true })))];
    expect(text).toContain("Interfaces  eth0, 10.0.0.2, only tcp port 80");
    expect(text).toContain("Captured    at the server, on the host of 10.0.0.2");
  });

  it("is not told of several files", async () => {
    const sides = [
      [0.000_02, 0.01],
      [0.01, 0.000_02],
    ] as const;
    const files = sides.map(([there, back]) => scene(handshakes(5, there, back)));
    expect(vantageOf(await readCapture(files, { tally: true }))).toMatchObject({
      side: "unknown",
      hosts: [],
    });
  });

  it("takes what a node forwards, which comes in and goes out, for no address of its own", async () => {
    const capture = await readCapture(
      scene(
        handshakes(2, 0.001, 0.001, (packet) => sll(packet, 0)).flatMap(([time, frame]) => {
          const out = frame.slice();
          out[1] = 4;
          return [
            [time, frame],
            [time + 0.000_01, out],
          ] as const;
        }),
        { linkType: 113 },
      ),
      { tally: true },
    );
    expect(vantageOf(capture).hosts).toEqual([]);
  });

  it("is one-way where no answer of any conversation was seen", async () => {
    const capture = await captureOf("dns_baseline.pod");
    expect(vantageOf({ ...capture, oneWay: true }).ways).toBe("one");
    expect(vantageOf(capture).ways).toBe("both");
    expect(vantageOf(await captureOf("link_raw_tun")).ways).toBe("unknown");
  });
});
