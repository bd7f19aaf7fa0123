import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openBundle, readSingle } from "../../src/bundle/index.ts";
import { zstdSource } from "../../src/bundle/zstd-stream.ts";
import { type Diagnostic, concat, readAll, sourceOf } from "../../src/bytes/index.ts";

const file = (path: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url))));
const capture = file("pcap/tcp_refused_mix.pod.pcap");
const text = (length: number, byte: number) => new Uint8Array(length).fill(byte);
const whole = (...parts: Uint8Array[]) =>
  concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );

/** In chunks of some size, through one buffer that is used again. */
const inChunks = (bytes: Uint8Array, size: number) => ({
  size: bytes.length,
  *stream() {
    const buffer = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      buffer.fill(0xee);
      buffer.set(piece);
      yield buffer.subarray(0, piece.length);
    }
  },
});

async function unpacked(bytes: Uint8Array, size = 65_536) {
  const diagnostics: Diagnostic[] = [];
  const source = zstdSource(inChunks(bytes, size), (d) => diagnostics.push(d));
  return { ...(await readAll(source, 2 ** 26)), codes: diagnostics.map(({ code }) => code), diagnostics };
}

const FILES: [name: string, content: Uint8Array][] = [
  ["level3", capture],
  ["level19", capture],
  ["long", whole(capture, capture)],
  ["zeros", text(300_000, 0)],
  ["fast", whole(text(3000, 97), capture)],
  ["frames", capture],
];

describe("zstd files", () => {
  it.each(FILES)("%s.zst, in chunks of any size", async (name, content) => {
    const packed = file(`zstd/${name}.zst`);
    for (const size of [1, 3, 7, 100, 4096, 1 << 20]) {
      const { bytes, codes } = await unpacked(packed, size);
      expect(Buffer.compare(bytes, content)).toBe(0);
      expect(codes).toEqual([]);
    }
  });

  it("that are cut give what stands before, and say so", async () => {
    for (const [name, content] of FILES) {
      const packed = file(`zstd/${name}.zst`);
      const step = Math.max(1, Math.floor(packed.length / 150));
      for (let length = 0; length < packed.length; length += step) {
        const { bytes, codes } = await unpacked(packed.subarray(0, length));
        expect(Buffer.compare(bytes, content.subarray(0, bytes.length))).toBe(0);
        // Behind one of several frames nothing tells that there were more.
        expect(codes.length === 0 ? name : codes[0]).toMatch(/^(?:zstd-cut|frames)$/);
      }
    }
  });

  it("that are changed neither throw nor give without end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FILES.map(([name]) => file(`zstd/${name}.zst`))),
        fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 10 }),
        async (packed, changes) => {
          const changed = packed.slice();
          for (const [at, value] of changes) changed[at % changed.length] = value;
          const { bytes } = await unpacked(changed);
          expect(bytes.length).toBeLessThan(2 ** 26);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each<[string, number[], string]>([
    ["a window of gigabytes", [0x00, 0xa8], "window of"],
    ["one segment of gigabytes", [0xe0, 0, 0, 0, 0, 1, 0, 0, 0], "window of"],
    ["a dictionary", [0x21, 7, 10], "dictionary"],
    ["a reserved bit", [0x08, 0x58], "reserved"],
    ["a block of a type that there is none of", [0x20, 10, 7, 0, 0], "block"],
  ])("that ask for %s are refused", async (_, rest, why) => {
    const { codes, diagnostics } = await unpacked(
      Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...rest, 0, 0, 0]),
    );
    expect(codes).toEqual(["zstd-corrupt"]);
    expect(diagnostics[0]?.message).toContain(why);
  });

  it("that hold a bomb end", async () => {
    // A frame of repeated blocks: four bytes stand for 128 KB each.
    const blocks = Array.from({ length: 50_000 }, () => Uint8Array.of(0x02, 0, 0x10, 7));
    const bomb = whole(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58), ...blocks);
    const diagnostics: Diagnostic[] = [];
    let length = 0;
    const source = zstdSource(inChunks(bomb, 1 << 20), (d) => diagnostics.push(d), 2 ** 28);
    for await (const chunk of source.stream()) length += chunk.length;
    expect(length).toBeLessThan(1.1 * 2 ** 28);
    expect(diagnostics.map(({ code }) => code)).toEqual(["zstd-limit"]);
  });

  it("are told what follows them", async () => {
    const { bytes, codes } = await unpacked(whole(file("zstd/level3.zst"), text(40, 65)));
    expect(bytes.length).toBe(capture.length);
    expect(codes).toEqual(["zstd-trailing-bytes"]);
  });

  it("are opened as artifacts, and alone", async () => {
    const { artifacts } = await openBundle({ name: "a.pcap.zst", source: sourceOf(file("zstd/frames.zst")) });
    expect(artifacts).toMatchObject([{ path: "a.pcap.zst", kind: "pcap", status: "read" }]);
    const cut = file("zstd/long.zst").subarray(0, 900);
    const partial = await openBundle({ name: "a.pcap.zst", source: sourceOf(cut) });
    expect(partial.artifacts[0]?.status).not.toBe("read");
    expect(partial.artifacts[0]?.reason).toContain("zstd");
    const single = await readSingle({ name: "x.zst", source: sourceOf(file("zstd/level19.zst")) });
    expect(single.bytes.length).toBe(capture.length);
  });
});
