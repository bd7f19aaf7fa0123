// The short way for common packets against the layers' decoders: whatever the bytes are, the packet must be the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, decodeLayers } from "../../src/pcap/decode.ts";
import { Packet } from "../../src/pcap/packet.ts";
import { plainSegment } from "../../src/pcap/plain-segment.ts";
import { bytes, ethernet, ip, join, sll2, tcp } from "./frames.ts";

const HEADER = { from: "10.0.0.1", to: "10.0.0.2", id: 7 };
const segment = join(tcp({ from: 4000, to: 80, seq: 77, flags: 24, tsval: 99 }), new Uint8Array(30).fill(5));

/** A packet of that frame, whose other fields hold what no packet has. */
function packetOf(frame: Uint8Array, linkType: number, cut = 0): Packet {
  const p = new Packet(frame);
  for (const [name, value] of Object.entries(p)) {
    if (typeof value === "number") Object.assign(p, { [name]: 77 });
    if (typeof value === "boolean") Object.assign(p, { [name]: true });
  }
  return Object.assign(p, {
    linkType,
    direction: 0,
    start: 0,
    end: frame.length - cut,
    length: frame.length,
  });
}

const decoded = (way: (p: Packet) => void, ...about: Parameters<typeof packetOf>) => {
  const p = packetOf(...about);
  way(p);
  return Object.fromEntries(Object.entries(p));
};

const frames = fc
  .record({
    cooked: fc.boolean(),
    fragment: fc.constantFrom(0x4000, 0x4000, 0, 0x2000, 1, 0x8000),
    options: fc.constantFrom(0, 0, 4),
    total: fc.constantFrom(undefined, undefined, 0, 39, 40, 41, 60, 0xffff),
    protocol: fc.constantFrom(6, 6, 6, 17, 51),
    packetType: fc.nat(5),
    padding: fc.nat(6),
    cut: fc.constantFrom(0, 0, 30, 40, 50, 62),
    changes: fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 3 }),
    linkType: fc.constantFrom(undefined, undefined, undefined, 1, 276, 113, 101),
  })
  .map(({ cooked, fragment, options, total, protocol, packetType, padding, cut, changes, linkType }) => {
    const told = {
      ...HEADER,
      fragment,
      options: new Uint8Array(options),
      ...(total !== undefined && { total }),
    };
    const body = join(ip(told, protocol, segment), new Uint8Array(padding));
    const frame = cooked ? sll2(body, packetType) : ethernet(body);
    for (const [at, byte] of changes) if (at < frame.length) frame[at] = byte;
    return [frame, linkType ?? (cooked ? 276 : 1), cut] as const;
  });

describe("a plain segment", () => {
  it("is what the layers' decoders make of it", () =>
    fc.assert(
      fc.property(frames, (about) => {
        expect(decoded(decode, ...about)).toEqual(decoded(decodeLayers, ...about));
      }),
      { numRuns: 2000 },
    ));

  it.each([
    ["Ethernet", ethernet(ip(HEADER, 6, segment)), 1, true],
    ["Linux cooked v2", sll2(ip(HEADER, 6, segment)), 276, true],
    ["a fragment", ethernet(ip({ ...HEADER, fragment: 0x2000 }, 6, segment)), 1, false],
    ["IPv4 options", ethernet(ip({ ...HEADER, options: bytes(1, 1, 1, 1) }, 6, segment)), 1, false],
    ["a total length of 0", ethernet(ip({ ...HEADER, total: 0 }, 6, segment)), 1, false],
    ["another link type", ip(HEADER, 6, segment), 101, false],
  ])("%s", (_, frame, linkType, isPlain) => {
    expect(plainSegment(packetOf(frame, linkType))).toBe(isPlain);
  });
});
