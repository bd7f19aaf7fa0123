import { describe, expect, it } from "vitest";
import { type CaptureOptions, readCapture } from "../../src/pcap/index.ts";
import { Addresses } from "../../src/pcap/addresses.ts";
import { Core, NO_ROOM } from "../../src/pcap/core.ts";
import { pcap, scene } from "./files.ts";
import { codes } from "./fixtures.ts";
import { ACK, bytes, ethernet, FIN_ACK, ip, SYN, tcp } from "./frames.ts";
import { type Frame, Script } from "./script.ts";
import { told } from "./told.ts";

const read = (frames: readonly Frame[], options: CaptureOptions) =>
  readCapture(
    scene(frames.toSorted(([a], [b]) => a - b).map(([time, packet]) => [time, ethernet(packet)] as const)),
    options,
  );

/** A connection that begins at a time, asks once, and may end. */
function connection(at: number, isClosed: boolean): Frame[] {
  const script = new Script([1000 * at, 77], false, 10_000 + at).open(at);
  script.send(at + 0.1, 0, ACK, { length: 10 }).send(at + 0.2, 1, ACK, { ack: 10, length: 100 });
  if (isClosed)
    script
      .send(at + 0.3, 0, FIN_ACK, { seq: 10, ack: 100 })
      .send(at + 0.4, 1, FIN_ACK, { seq: 100, ack: 11 });
  return script.frames;
}

const many = (count: number, isClosed: boolean) =>
  Array.from({ length: count }, (_, at) => connection(at, isClosed)).flat();

describe("the connection table's limit", () => {
  it("drops finished connections and keeps their sums", async () => {
    const capture = await read(many(100, true), { maxConnections: 32 });
    const { connections: table } = capture;
    expect(table.length).toBeLessThanOrEqual(32);
    expect(codes(capture)).toContain("connections-dropped");
    expect(table.dropped.length).toBe(1);
    const [sum] = table.dropped;
    expect((sum?.connections ?? 0) + table.length).toBe(100);
    expect(sum).toMatchObject({ serverPort: 80, requests: sum?.connections, retransmissions: 0, resets: 0 });
    expect(sum?.clientBytes).toBe(10 * (sum?.connections ?? 0));
    expect(sum?.serverBytes).toBe(100 * (sum?.connections ?? 0));
  });

  it("keeps what goes on, and says how many more it does not follow", async () => {
    const frames = many(40, false);
    // All go on: each sends again and again until the end.
    for (let at = 0; at < 40; at++) {
      const script = new Script([1000 * at, 77], false, 10_000 + at);
      for (let time = at + 5; time < 60; time += 5)
        script.send(time, 1, ACK, { seq: 100 + 20 * time, ack: 10, length: 100 });
      frames.push(...script.frames);
    }
    const capture = await read(frames, { maxConnections: 32 });
    expect(codes(capture)).toContain("connections-ignored");
    expect(codes(capture)).not.toContain("connections-dropped");
    expect(capture.connections.length).toBe(32);
  });

  it("of what went wrong is told, too, and ends no tracking", async () => {
    // Only the first sixteen have room for their retransmissions.
    const frames = Array.from({ length: 30 }, (_, at) => {
      const script = new Script([1000 * at, 77], false, 10_000 + at).open(at);
      for (const time of [1, 2, 3]) script.send(at + time, 0, ACK, { length: 10 });
      return script.frames;
    }).flat();
    const capture = await read(frames, { maxConnections: 32 });
    expect(codes(capture)).toEqual(["connections-untold"]);
    const { retransmissions, bytes } = capture.connections.ofClient;
    expect([...bytes].every((each) => each === 30)).toBe(true);
    expect([...retransmissions].reduce((sum, each) => sum + each, 0)).toBe(32);
  });

  it("gives the place of silent connections to others", async () => {
    const frames = many(32, false);
    for (let at = 0; at < 8; at++) frames.push(...connection(200 + at, false));
    const capture = await read(frames, { maxConnections: 32 });
    expect(codes(capture)).toContain("connections-dropped");
    expect(capture.connections.length).toBe(8);
  });

  it("doesn't lose its way in the index: packets of kept connections find their rows", async () => {
    const frames = many(100, true);
    const last = new Script([1000 * 99, 77], false, 10_000 + 99);
    frames.push(...last.send(200, 0, ACK, { seq: 11, ack: 101 }).frames);
    const { connections: table } = await read(frames, { maxConnections: 32 });
    const row = table.clientPort.indexOf(10_099);
    expect(table.lastTime[row]).toBe(200);
    expect(table.ofClient.packets[row]).toBe(5);
  });
});

describe("the addresses' limit", () => {
  it("is not reached by a flood whose attempts are dropped", async () => {
    const flood: Frame[] = Array.from({ length: 400 }, (_, at) => {
      const from = `172.16.${at >> 8}.${at & 255}`;
      return [
        at / 100,
        ip({ from, to: "10.0.0.1", id: at }, 6, tcp({ from: 1000, to: 80, seq: at, flags: SYN })),
      ];
    });
    const capture = await read([...flood, ...connection(5, false)], { maxHandshakes: 32, maxAddresses: 100 });
    expect(codes(capture)).toContain("handshakes-dropped");
    expect(codes(capture)).not.toContain("addresses-ignored");
    expect(capture.connections.length).toBe(1);
    const { handshakes } = capture;
    const sources = [...handshakes.client].map((id) => capture.address(id));
    expect(new Set(sources).size).toBe(handshakes.length);
    expect(sources).toContain("172.16.1.143");
  });

  it("keeps what was interned and gives up what was leased", () => {
    const core = new Core({ ...NO_ROOM, addresses: 4 });
    const addresses = new Addresses(core);
    const { loops } = core;
    const at = (last: number) => bytes(10, 0, 0, last);
    const lease = (last: number) => loops.lease(core.place(at(last), 0, 4), 4);
    const kept = addresses.intern(at(1), 0, 4);
    const used = lease(2);
    const v6 = Uint8Array.from({ length: 16 }, (_, i) => i);
    lease(3);
    const other = addresses.intern(v6, 0, 6);
    expect(lease(9)).toBe(-1);
    expect([addresses.count, addresses.refused]).toEqual([4, 1]);
    loops.unmark();
    loops.mark(used);
    loops.sweep();
    expect(addresses.find(at(3), 0, 4)).toBe(-1);
    expect([addresses.find(at(1), 0, 4), addresses.find(at(2), 0, 4)]).toEqual([kept, used]);
    expect(addresses.find(v6, 0, 6)).toBe(other);
    const again = lease(9);
    expect(addresses.reader()(again)).toBe("10.0.0.9");
    expect(addresses.reader()(kept)).toBe("10.0.0.1");
    expect(addresses.reader()(other)).toBe("1:203:405:607:809:a0b:c0d:e0f");
    expect(lease(8)).toBe(-1);
  });
});

describe("a limit", () => {
  const file = scene(connection(0, true).map(([time, packet]) => [time, ethernet(packet)] as const));
  const unknown = () => ({ size: undefined, stream: () => [file] });

  it.each([1e7, 1e9, Infinity])("may be larger than what there can be room for: %d", async (most) => {
    const options = { maxHandshakes: most, maxConnections: most, maxAddresses: most, tally: true };
    expect(told(await readCapture(unknown(), options))).toEqual(
      told(await readCapture(file, { tally: true })),
    );
  });

  it.each([0, -5, 16.5, Number.NaN])("has a least for handshakes and connections: %d", async (most) => {
    const options = { maxHandshakes: most, maxConnections: most };
    expect(told(await readCapture(unknown(), options))).toEqual(told(await readCapture(file)));
  });
});

describe("what is left out", () => {
  it.each([
    [1, "1 frame is of a link type that is not decoded"],
    [2, "2 frames are of a link type that is not decoded"],
  ])("is told in the right number: %i", async (frames, message) => {
    const frame = new Uint8Array(60);
    const timed = Array.from({ length: frames }, (_, at) => ({ time: BigInt(at), frame }));
    const { diagnostics } = await readCapture(pcap(timed, { linkType: 7 }));
    expect(diagnostics).toEqual([{ effect: "partial", code: "unknown-link-type", message }]);
  });
});
