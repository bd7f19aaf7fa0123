import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ByteSource, Diagnostic } from "../../src/bytes/index.ts";
import { gunzipSource } from "../../src/bundle/gunzip-stream.ts";

const PLAIN = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 7);
const PACKED = new Uint8Array(gzipSync(PLAIN));

/** A source of one reused chunk, as a file is; tells whether it was let go. */
function reusing(bytes: Uint8Array, fails = false): ByteSource & { closed: () => boolean } {
  let isClosed = false;
  return {
    size: bytes.length,
    *stream() {
      const chunk = new Uint8Array(10_000);
      try {
        for (let at = 0; at < bytes.length; at += chunk.length) {
          const part = bytes.subarray(at, at + chunk.length);
          chunk.fill(0xee);
          chunk.set(part);
          yield chunk.subarray(0, part.length);
        }
        if (fails) throw new Error("the disk is gone");
      } finally {
        isClosed = true;
      }
    },
    closed: () => isClosed,
  };
}

async function inflated(source: ByteSource): Promise<{ bytes: Buffer; codes: string[] }> {
  const told: Diagnostic[] = [];
  const parts: Buffer[] = [];
  for await (const chunk of gunzipSource(source, (d) => told.push(d)).stream())
    parts.push(Buffer.from(chunk));
  return { bytes: Buffer.concat(parts), codes: told.map(({ code }) => code) };
}

describe("a gzip stream", () => {
  it.each<[string, Uint8Array, Uint8Array, string[]]>([
    ["whole", PACKED, PLAIN, []],
    ["empty inside", new Uint8Array(gzipSync("")), new Uint8Array(0), []],
    ["of two members", Buffer.concat([PACKED, PACKED]), Buffer.concat([PLAIN, PLAIN]), []],
    ["with zeros behind it", Buffer.concat([PACKED, Buffer.alloc(50_000)]), PLAIN, []],
  ])("%s", async (_, packed, plain, codes) => {
    const source = reusing(packed);
    const got = await inflated(source);
    expect(got.codes).toEqual(codes);
    expect(got.bytes.equals(plain)).toBe(true);
    expect(source.closed()).toBe(true);
  });

  it.each([1, 5, 9_999, 10_000, 10_001, PACKED.length >> 1, PACKED.length - 1])(
    "cut to %i bytes",
    async (length) => {
      const { bytes, codes } = await inflated(reusing(PACKED.subarray(0, length)));
      expect(codes).toEqual(["gzip-cut"]);
      expect(bytes.equals(PLAIN.subarray(0, bytes.length))).toBe(true);
    },
  );

  it("with a wrong checksum", async () => {
    const damaged = PACKED.slice();
    damaged[PACKED.length - 6] = (damaged[PACKED.length - 6] ?? 0) ^ 1;
    const source = reusing(damaged);
    expect((await inflated(source)).codes).toEqual(["gzip-corrupt"]);
    expect(source.closed()).toBe(true);
  });

  it("whose source fails", async () => {
    expect((await inflated(reusing(PACKED.subarray(0, 30_000), true))).codes).toEqual(["gzip-corrupt"]);
  });

  it("that is left early lets go of its source", async () => {
    const source = reusing(PACKED);
    for await (const _ of gunzipSource(source, () => undefined).stream()) break;
    expect(source.closed()).toBe(true);
  });
});
