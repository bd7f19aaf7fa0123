import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEAD_LENGTH } from "../../src/bytes/index.ts";
import { isProfile } from "../../src/pprof/index.ts";
import { PROFILES, bytesOf, fixture, gunzipped } from "./fixtures.ts";
import { encode, profileBytes } from "./oracle.ts";

const ROOT = new URL("../../", import.meta.url);
const head = (bytes: Uint8Array) => bytes.subarray(0, HEAD_LENGTH);

describe("isProfile", () => {
  it.each(PROFILES)("accepts %s, whole and cut", (name) => {
    const raw = gunzipped(`${name}.pb.gz`);
    expect(isProfile(raw)).toBe(true);
    for (let cut = 64; cut < raw.length; cut += 7) expect(isProfile(raw.subarray(0, cut))).toBe(true);
  });

  it("accepts every sound profile", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        expect(isProfile(bytes)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("accepts a head in which one field alone stands", () => {
    const locationId = Array.from({ length: HEAD_LENGTH }, () => 1);
    const stack = encode({ sampleType: [{ type: 1, unit: 2 }], sample: [{ locationId, value: [1] }] });
    expect(isProfile(head(stack))).toBe(true);
    const strings = encode({
      stringTable: Array.from({ length: 5000 }, (_, i) => (i === 0 ? "" : `pkg/path.Func${i}`)),
    });
    expect(isProfile(head(strings))).toBe(true);
  });

  it("accepts a profile without samples, and fields that are newer than this reader", () => {
    const empty = encode({
      sampleType: [{ type: 1, unit: 2 }],
      stringTable: ["", "cpu", "nanoseconds"],
      timeNanos: 5,
    });
    expect(isProfile(empty)).toBe(true);
    expect(isProfile(new Uint8Array([...empty, 0x80, 0x01, 5]))).toBe(true);
  });

  it("does not accept what is gzipped, empty, or has nothing of a profile", () => {
    expect(isProfile(fixture("heap.pb.gz"))).toBe(false);
    expect(isProfile(new Uint8Array())).toBe(false);
    expect(isProfile(new Uint8Array(500))).toBe(false);
    expect(isProfile(encode({ timeNanos: 5, period: 3 }))).toBe(false);
    expect(isProfile(encode({ sampleType: [{ type: 1, unit: 2 }] }))).toBe(false);
    expect(isProfile(encode({ stringTable: ["", "a"] }))).toBe(false);
  });

  it("does not accept text or chance", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary-ascii", maxLength: 400 }),
      fc.lorem({ maxCount: 40, mode: "sentences" }),
    );
    const any = fc.oneof(
      texts.map(bytesOf),
      texts.map((content) => bytesOf(`\n${content}`)),
      fc.uint8Array({ minLength: 8, maxLength: 400 }),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        expect(isProfile(bytes)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("does not accept the other files of this project", () => {
    const folders = [
      "src/",
      "test/",
      "node_modules/protobufjs/",
      "node_modules/typescript/lib/",
      "node_modules/@types/",
    ];
    const accepted: string[] = [];
    let seen = 0;
    for (const folder of folders) {
      const entries = readdirSync(new URL(folder, ROOT), { recursive: true, withFileTypes: true });
      for (const entry of entries.filter((found) => found.isFile())) {
        const path = `${entry.parentPath}/${entry.name}`;
        seen++;
        if (isProfile(head(readFileSync(path)))) accepted.push(path);
      }
    }
    expect(seen).toBeGreaterThan(200);
    expect(accepted).toEqual([]);
  });
});
