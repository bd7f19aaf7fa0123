import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { ByteSource } from "../../src/bytes/index.ts";
import { readSingle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const CHUNK = 1 << 20;

/** A source that comes in one reused chunk, as files do. */
function chunked(bytes: Uint8Array): ByteSource {
  return {
    ...sourceOf(bytes),
    *stream() {
      const chunk = new Uint8Array(CHUNK);
      for (let at = 0; at < bytes.length; at += CHUNK) {
        const part = bytes.subarray(at, at + CHUNK);
        chunk.set(part);
        yield chunk.subarray(0, part.length);
      }
    },
  };
}

const read = (bytes: Uint8Array) => readSingle({ name: "x", source: chunked(bytes) });

describe("a large gzip file", () => {
  const raw = new Uint8Array(18 * CHUNK);
  let packed = new Uint8Array(0);
  beforeAll(() => {
    // Noise, which gzip can't make smaller.
    for (let at = 0, state = 1; at < raw.length; at++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      raw[at] = state >>> 24;
    }
    packed = gzipSync(raw, { level: 1 });
  });

  it("is inflated whole", async () => {
    const { bytes, diagnostics } = await read(packed);
    expect(diagnostics).toEqual([]);
    expect(Buffer.compare(bytes, raw)).toBe(0);
  });

  it("may have several members", async () => {
    const { bytes, diagnostics } = await read(Buffer.concat([packed, gzipSync("and more")]));
    expect(diagnostics).toEqual([]);
    expect(bytes.length).toBe(raw.length + 8);
    expect(new TextDecoder().decode(bytes.subarray(raw.length))).toBe("and more");
  });

  it("gives what stands before its end where it is cut", async () => {
    const { bytes, diagnostics } = await read(packed.subarray(0, -CHUNK));
    expect(diagnostics.map(({ code }) => code)).toEqual(["gzip-cut"]);
    expect(Buffer.compare(bytes, raw.subarray(0, bytes.length))).toBe(0);
    expect(bytes.length).toBeGreaterThan(16 * CHUNK);
  });

  it("may claim a size that it doesn't have", async () => {
    const lying = packed.slice();
    new DataView(lying.buffer).setUint32(lying.length - 4, 20 * CHUNK, true);
    const { bytes, diagnostics } = await read(lying);
    expect(diagnostics.map(({ code }) => code)).toEqual(["gzip-corrupt"]);
    expect(Buffer.compare(bytes, raw.subarray(0, bytes.length))).toBe(0);
  });
});

it("stops where a small file inflates to more than any artifact of its size holds", async () => {
  const bomb = gzipSync(new Uint8Array(300 * CHUNK), { level: 1 });
  const { bytes, diagnostics } = await read(bomb);
  expect(diagnostics.map(({ code }) => code)).toEqual(["gzip-limit"]);
  expect(bytes.length).toBe(256 * CHUNK);
});
