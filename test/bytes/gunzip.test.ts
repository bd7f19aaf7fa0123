import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflateGzip as inBrowser } from "../../src/bytes/gunzip-browser.ts";
import { inflateGzip as inNode } from "../../src/bytes/gunzip-node.ts";

const LIMIT = 1 << 24;
const codes = (diagnostics: readonly { code: string }[]) => diagnostics.map((d) => d.code);
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

describe.each([
  ["node", inNode],
  ["browser", inBrowser],
])("gunzip in %s", (_, inflateGzip) => {
  it("gives back what was compressed, over several members", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 4 }), (parts) => {
        const { bytes, diagnostics } = inflateGzip(join(...parts.map((p) => gzipSync(p))), LIMIT);
        expect(diagnostics).toEqual([]);
        expect(Buffer.compare(bytes, join(...parts))).toBe(0);
      }),
    );
  });

  it("keeps what stands before a cut", () => {
    const plain = new Uint8Array(300_000).map((_, i) => (i % 251) ^ (i >> 9));
    const packed = gzipSync(plain);
    const { bytes, diagnostics } = inflateGzip(packed.subarray(0, packed.length >> 1), LIMIT);
    expect(codes(diagnostics)).toEqual(["gzip-cut"]);
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).toBe(0);
  });

  it("keeps what stands before a corrupt block", () => {
    const plain = new Uint8Array(900_000).map((_, i) => (i * 7919) >> 5);
    const packed = new Uint8Array(gzipSync(plain));
    packed.fill(0xff, packed.length - 400, packed.length - 200);
    const { bytes, diagnostics } = inflateGzip(packed, LIMIT);
    expect(codes(diagnostics)).toEqual(["gzip-corrupt"]);
    expect(bytes.length).toBeGreaterThan(0);
  });

  it("stops at the limit", () => {
    const { bytes, diagnostics } = inflateGzip(gzipSync(new Uint8Array(10_000_000)), 1_000_000);
    expect(codes(diagnostics)).toEqual(["gzip-limit"]);
    expect(bytes.length).toBe(1_000_000);
  });

  it("passes over padding and names trailing garbage", () => {
    const packed = gzipSync(new Uint8Array([1, 2, 3]));
    expect([...inflateGzip(join(packed, new Uint8Array(512)), LIMIT).bytes]).toEqual([1, 2, 3]);
    const { bytes, diagnostics } = inflateGzip(join(packed, new TextEncoder().encode("garbage")), LIMIT);
    expect([...bytes]).toEqual([1, 2, 3]);
    expect(codes(diagnostics)).toEqual(["gzip-trailing-bytes"]);
  });

  it("survives every cut and any change of one byte", () => {
    const packed = new Uint8Array(gzipSync(new TextEncoder().encode("goroutine 1 [running]:\n".repeat(40))));
    for (let cut = 0; cut < packed.length; cut++) inflateGzip(packed.subarray(0, cut), LIMIT);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, value) => {
        const changed = packed.slice();
        changed[at] = value;
        expect(inflateGzip(changed, 100_000).bytes.length).toBeLessThanOrEqual(100_000);
      }),
    );
  });
});
