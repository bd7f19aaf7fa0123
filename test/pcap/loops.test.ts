// What the loops tell of the same packets read in other ways: record by record, of IPv6, in chunks; with tables so small that rows
// and addresses are given up again and again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CaptureOptions, readCapture } from "../../src/pcap/index.ts";
import {
  interfaceBlock,
  packetBlock,
  pcap,
  section,
  simplePacketBlock,
  ticksOf,
  type Timed,
} from "./files.ts";
import {
  ACK,
  dns,
  ethernet,
  FIN_ACK,
  icmp,
  ip,
  join,
  LINKS,
  RST,
  SYN,
  SYN_ACK,
  tcp,
  udp,
  vxlan,
} from "./frames.ts";
import { Script } from "./script.ts";
import { told } from "./told.ts";

/** What a step of a conversation is, what follows, and how the packet goes. */
const steps = fc.array(
  fc.record({
    conversation: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(60) }),
    isBack: fc.boolean(),
    flags: fc.constantFrom(SYN, SYN_ACK, ACK, ACK, ACK, ACK, 24, 24, FIN_ACK, RST, 20),
    length: fc.constantFrom(0, 0, 1, 100, 1400),
    ahead: fc.constantFrom(0, 0, 0, 0, 0, -1, -100, -1400, 100, 3000),
    ackAhead: fc.constantFrom(0, 0, 0, 0, 0, -100, 100, 1400),
    window: fc.constantFrom(1024, 1024, 1024, 512, 0),
    hasId: fc.constantFrom(true, true, true, false),
    hasTimestamp: fc.boolean(),
    /** Milliseconds until the packet. */
    wait: fc.constantFrom(0, 0.02, 0.3, 1, 3, 20, 45, 200, 1000, 70_000, -0.5, -40, -300),
    also: fc.constantFrom("", "", "", "", "", "copy", "translated", "tunnel", "lookup", "error"),
    isTimed: fc.constantFrom(true, true, true, true, true, true, true, false),
  }),
  { maxLength: 250, size: "max" },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** A packet at IP level. */
interface Sent {
  time: bigint;
  packet: Uint8Array;
  isTimed: boolean;
}

const MICROSECOND = 1000n;

/** The packets of such steps. IPv6 has no identifications, and of IPv4's these are left out with what else it alone has. */
function sent(all: Steps, kind: "all of it" | "IPv4" | "IPv6"): Sent[] {
  const isV6 = kind === "IPv6";
  const sequences = new Map<number, [number, number]>();
  const out: Sent[] = [];
  let time = 1_700_000_000_000_000_000n;
  for (const [place, step] of all.entries()) {
    const { conversation, isBack, flags, length, window } = step;
    time += BigInt(Math.round(step.wait * 1000)) * MICROSECOND;
    const next = sequences.get(conversation) ?? [4_294_966_000 + conversation, 1000 * conversation];
    sequences.set(conversation, next);
    const [own, other] = isBack ? ([1, 0] as const) : ([0, 1] as const);
    const seq = (next[own] + step.ahead + 2 ** 32) % 2 ** 32;
    const body = {
      seq,
      ack: (flags & ACK) === 0 ? 0 : (next[other] + step.ackAhead + 2 ** 32) % 2 ** 32,
      flags,
      window,
      tsval: step.hasTimestamp ? place : undefined,
      payload: new Uint8Array((flags & (SYN | RST)) === 0 ? length : 0).fill(3),
    };
    if (step.ahead >= 0) next[own] = (seq + body.payload.length + (flags & 1) + ((flags >> 1) & 1)) % 2 ** 32;
    const server = conversation % 3;
    const packetTo = (net: number): Uint8Array => {
      const client = isV6 ? `fd00::${(conversation + 16).toString(16)}` : `10.0.0.${conversation + 16}`;
      const listener = isV6 ? `fd00::1:${net}${server}` : `10.0.1.${10 * net + server}`;
      const ports = isBack ? { from: 80, to: 1000 + conversation } : { from: 1000 + conversation, to: 80 };
      const ends = isBack ? { from: listener, to: client } : { from: client, to: listener };
      const id = kind === "all of it" && step.hasId ? (place * 7 + 1) & 0xffff : 0;
      return ip({ ...ends, id }, 6, tcp({ ...ports, ...body }));
    };
    const packet = packetTo(1);
    const send = (later: bigint, each: Uint8Array) =>
      out.push({ time: time + later * MICROSECOND, packet: each, isTimed: step.isTimed });
    send(0n, packet);
    if (step.also === "copy") send(30n, packet);
    if (step.also === "translated") send(60n, packetTo(2));
    if (kind !== "all of it") continue;
    const ends = { from: "10.0.0.1", to: "10.0.1.53" };
    if (step.also === "tunnel") send(40n, ip(ends, 17, vxlan(conversation & 3, ethernet(packet))));
    if (step.also === "lookup") send(5n, ip(ends, 17, udp(5000, 53, dns({ id: place, name: "a.b" }))));
    if (step.also === "error") send(90n, ip(ends, 1, icmp(3, 1, packet)));
  }
  return out;
}

const limits = fc.record(
  {
    maxHandshakes: fc.integer({ min: 16, max: 30 }),
    maxConnections: fc.integer({ min: 16, max: 30 }),
    maxAddresses: fc.integer({ min: 4, max: 40 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CaptureOptions>;

/** A pcapng file, whose packets without a time are simple ones. */
function blocks(packets: readonly (Timed & { isTimed: boolean })[], linkType: number, littleEndian: boolean) {
  const order = { littleEndian };
  const [micros, nanos, other] = [{}, { resolution: 9 }, { resolution: 0x8a }].map((each) =>
    interfaceBlock({ ...order, ...each, linkType }),
  );
  const body = packets.map((each, place) => {
    if (!each.isTimed) return simplePacketBlock(each.frame, order);
    const from = place % 7 === 6 ? 2 : place % 2;
    return packetBlock(from, ticksOf(each.time, [6, 9, 0x8a][from]), each, order);
  });
  return join(section(order), ...[micros, nanos, other].map((each) => each ?? new Uint8Array(0)), ...body);
}

const files = fc
  .record({
    all: steps,
    link: fc.constantFrom(...LINKS),
    isBlocks: fc.boolean(),
    isLittle: fc.boolean(),
    isNano: fc.boolean(),
    cut: fc.constantFrom(0, 0, 0, 1, 30),
  })
  .map(({ all, link: [linkType, link], isBlocks, isLittle, isNano, cut }) => {
    const packets = sent(all, "all of it").map((each) => ({ ...each, frame: link(each.packet) }));
    const file = isBlocks
      ? blocks(packets, linkType, isLittle)
      : pcap(packets, { linkType, littleEndian: isLittle, nanoseconds: isNano });
    return file.subarray(0, file.length - cut);
  });

const chunked = (file: Uint8Array, size: number) => ({
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

describe("the loops tell", () => {
  it("what is told where each packet is read by itself", () =>
    fc.assert(
      fc.asyncProperty(files, limits, async (file, options) => {
        // To count packets by address, each is looked at outside the loops.
        const apart = await readCapture(file, { ...options, tally: true });
        const wanted = told(apart, ["tally"]);
        expect(told(await readCapture(file, options), ["tally"])).toEqual({
          ...wanted,
          diagnostics: apart.diagnostics.filter(({ code }) => code !== "talkers-ignored"),
        });
      }),
      { numRuns: 40 },
    ));

  it("the same of chunks of any size", () =>
    fc.assert(
      fc.asyncProperty(files, limits, fc.integer({ min: 1, max: 3000 }), async (file, options, size) => {
        expect(told(await readCapture(chunked(file, size), options))).toEqual(
          told(await readCapture(file, options)),
        );
      }),
      { numRuns: 40 },
    ));

  it("the same of IPv6, whose conversations are always looked up", () =>
    fc.assert(
      fc.asyncProperty(steps, limits, async (all, options) => {
        const read = async (kind: "IPv4" | "IPv6") => {
          const frames = sent(all, kind).map(({ time, packet }) => ({ time, frame: ethernet(packet) }));
          const capture = await readCapture(pcap(frames), options);
          const messages = capture.diagnostics.map(({ message }) => message);
          return { ...told(capture, ["diagnostics"]), messages };
        };
        expect(await read("IPv4")).toEqual(await read("IPv6"));
      }),
      { numRuns: 40 },
    ));

  it("that a packet without a time has all that is known of the time before", async () => {
    const packets = new Script()
      .open()
      .send(1, 1, ACK, { length: 100 })
      .send(1.25, 0, ACK, { ack: 100 })
      .send(2, 1, ACK, { seq: 100, length: 100 })
      .send(2, 0, ACK, { ack: 200 })
      .frames.map(([seconds, packet], place) => ({
        time: BigInt(Math.round(seconds * 1e6)) * MICROSECOND,
        frame: ethernet(packet),
        isTimed: place !== 6,
      }));
    const { connections } = await readCapture(blocks(packets, 1, true));
    expect([...connections.ofServer.rtt]).toEqual([0]);
  });
});
