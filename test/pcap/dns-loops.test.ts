// What the loops tell of DNS, against the same packets read record by record: few clients, servers, ids and names, so that they meet;
// with tables so small that queries and names are given up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CaptureOptions, readCapture } from "../../src/pcap/index.ts";
import {
  interfaceBlock,
  packetBlock,
  pcap,
  pcapng,
  section,
  simplePacketBlock,
  ticksOf,
  type Timed,
} from "./files.ts";
import { ACK, be, dns, ethernet, icmp, ip, join, LINKS, tcp, udp, vxlan } from "./frames.ts";
import { told } from "./told.ts";

const NAMES = ["a.example", "A.Example", "b", `${"long".repeat(15)}.${"name".repeat(15)}.c`, "d.e.f.g"];

const steps = fc.array(
  fc.record({
    client: fc.nat(2),
    port: fc.nat(1),
    server: fc.nat(2),
    serverPort: fc.constantFrom(53, 53, 53, 53, 80),
    id: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(300) }),
    name: fc.nat(NAMES.length - 1),
    type: fc.constantFrom(1, 1, 28),
    isAnswer: fc.boolean(),
    code: fc.constantFrom(0, 0, 3, 2),
    isTruncated: fc.constantFrom(false, false, false, true),
    records: fc.nat(3),
    ipId: fc.constantFrom(0, 0, 7, 8, -1),
    ttl: fc.constantFrom(64, 63),
    /** Milliseconds until the packet. */
    wait: fc.constantFrom(0, 0.02, 1, 3, 11, 45, 60, 200, 1000, 5000, 70_000, -0.5, -40, -300),
    also: fc.constantFrom("", "", "", "", "copy", "translated", "tunnel", "error", "short error", "apart"),
    way: fc.constantFrom("udp", "udp", "udp", "udp", "udp", "tcp", "fragments", "options"),
    /** A byte of the message that is another one, and how much of it is cut. */
    spoilt: fc.option(fc.record({ at: fc.nat(60), by: fc.nat(255) }), { freq: 8 }),
    cut: fc.constantFrom(0, 0, 0, 0, 0, 0, 3, 30),
    /** Bytes behind the packet, and how much longer than it is the datagram says to be; 0 bytes is not said. */
    padding: fc.constantFrom(0, 0, 0, 9),
    longer: fc.constantFrom(0, 0, 0, 0, 0, 9, -9, -1000),
    isTimed: fc.constantFrom(true, true, true, true, true, true, true, false),
  }),
  { maxLength: 200, size: "max" },
);
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

interface Sent {
  time: bigint;
  packet: Uint8Array;
  isTimed: boolean;
}

/** The message of a step, as it is sent. */
function messageOf({ id, name, type, isAnswer, code, isTruncated, records, spoilt }: Step): Uint8Array {
  const message = isAnswer
    ? dns({ id, name: NAMES[name] ?? "", type, response: true, code, truncated: isTruncated, records })
    : dns({ id, name: NAMES[name] ?? "", type });
  if (spoilt && spoilt.at < message.length) message[spoilt.at] = spoilt.by;
  return message;
}

/** The packets at IP level that a step is, and those that the same message is elsewhere. */
function packetsOf(step: Step, place: number, sequences: Map<string, number>): [later: number, Uint8Array][] {
  const { isAnswer, way, also } = step;
  const message = messageOf(step);
  const id = step.ipId < 0 ? (place * 7) & 0xffff : step.ipId;
  const packetFrom = (client: string, server: string): Uint8Array[] => {
    const [from, to] = isAnswer ? [server, client] : [client, server];
    const ends = { from, to, id, ttl: step.ttl };
    const own = { from: 4000 + step.port, to: step.serverPort };
    const ports = isAnswer ? { from: own.to, to: own.from } : own;
    if (way === "tcp") {
      const stream = `${from} ${ports.from} ${to} ${ports.to}`;
      const seq = sequences.get(stream) ?? 4_294_967_200;
      const payload = join(be(message.length, 2), message);
      sequences.set(stream, (seq + payload.length) % 2 ** 32);
      return [ip(ends, 6, tcp({ ...ports, seq, flags: ACK, payload }))];
    }
    const datagram = udp(ports.from, ports.to, message);
    datagram.set(be(Math.max(0, datagram.length + step.longer), 2), 4);
    if (way === "options") return [ip({ ...ends, options: new Uint8Array(4).fill(1) }, 17, datagram)];
    if (way === "udp") return [ip(ends, 17, datagram)];
    return [
      ip({ ...ends, fragment: 0x2000 }, 17, datagram.subarray(0, 24)),
      ip({ ...ends, fragment: 3 }, 17, datagram.subarray(24)),
    ];
  };
  const [client, server] = [`10.0.0.${step.client}`, `10.0.1.${step.server}`];
  const packets = packetFrom(client, server);
  const [first = new Uint8Array(0)] = packets;
  const sent = packets.map((packet): [number, Uint8Array] => [0, packet]);
  const error = (length: number) =>
    ip({ from: "10.0.9.9", to: client }, 1, icmp(3, 3, first.subarray(0, length)));
  if (also === "copy") sent.push([30, first]);
  if (also === "translated") for (const packet of packetFrom(client, "10.0.2.1")) sent.push([60, packet]);
  if (also === "tunnel")
    sent.push([40, ip({ from: "10.9.0.1", to: "10.9.0.2" }, 17, vxlan(step.id & 3, ethernet(first)))]);
  if (also === "error") sent.push([90, error(first.length)]);
  if (also === "short error") sent.push([90, error(28)]);
  if (also === "apart") sent.push([20, ip({ from: "10.0.3.1", to: "10.0.3.2" }, 17, udp(9, 9, message))]);
  return sent.map(([later, packet]) => [
    later,
    join(
      packet.subarray(0, packet.length - step.cut),
      new Uint8Array(step.cut > 0 ? 0 : step.padding).fill(1),
    ),
  ]);
}

function sent(all: readonly Step[]): Sent[] {
  const sequences = new Map<string, number>();
  let time = 1_700_000_000_000_000_000n;
  return all.flatMap((step, place) => {
    time += BigInt(Math.round(step.wait * 1000)) * 1000n;
    return packetsOf(step, place, sequences).map(([later, packet]) => ({
      time: time + BigInt(later) * 1000n,
      packet,
      isTimed: step.isTimed,
    }));
  });
}

const limits = fc.record(
  {
    maxQueries: fc.integer({ min: 16, max: 30 }),
    maxNames: fc.integer({ min: 0, max: 4 }),
    maxAddresses: fc.integer({ min: 4, max: 20 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CaptureOptions>;

const withBlocks = (packets: readonly (Timed & { isTimed: boolean })[], linkType: number) =>
  join(
    section(),
    interfaceBlock({ linkType }),
    ...packets.map((each) =>
      each.isTimed ? packetBlock(0, ticksOf(each.time), each) : simplePacketBlock(each.frame),
    ),
  );

/** The same, read by the loops and read record by record: to count packets by address, each is looked at outside of them. */
async function both(files: Uint8Array | Uint8Array[], options: CaptureOptions) {
  const [read, apart] = [
    await readCapture(files, options),
    await readCapture(files, { ...options, tally: true }),
  ];
  const diagnostics = apart.diagnostics.filter(({ code }) => code !== "talkers-ignored");
  return [told(read, ["tally"]), { ...told(apart, ["tally"]), diagnostics }] as const;
}

describe("the loops tell of DNS what is told where each packet is read by itself", () => {
  it("in a file", () =>
    fc.assert(
      fc.asyncProperty(
        steps,
        fc.constantFrom(...LINKS),
        fc.boolean(),
        limits,
        async (all, link, isBlocks, options) => {
          const packets = sent(all).map((each) => ({ ...each, frame: link[1](each.packet) }));
          const [read, apart] = await both(
            isBlocks ? withBlocks(packets, link[0]) : pcap(packets, { linkType: link[0] }),
            options,
          );
          expect(read).toEqual(apart);
        },
      ),
      { numRuns: 60 },
    ));

  it("in several files, at whatever time", () =>
    fc.assert(
      fc.asyncProperty(
        steps,
        fc.infiniteStream(fc.boolean()),
        fc.constantFrom(0, 100, -1_700_000_002, -(2 ** 33), 2 ** 32),
        limits,
        async (all, sides, offset, options) => {
          const files: [Timed[], Timed[]] = [[], []];
          // The file says when its times begin: they may lie before 1970.
          for (const { time, packet } of sent(all))
            files[sides.next().value === true ? 1 : 0].push({
              time: time + BigInt(offset) * 1_000_000_000n,
              frame: ethernet(packet),
            });
          const [read, apart] = await both(
            files.map((frames) => pcapng(frames, { offset })),
            options,
          );
          expect(read).toEqual(apart);
        },
      ),
      { numRuns: 40 },
    ));
});
