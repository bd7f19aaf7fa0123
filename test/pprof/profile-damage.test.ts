import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { statusOf } from "../../src/bytes/index.ts";
import { goroutinesOf, isProfile, parseProfile, type Profile } from "../../src/pprof/index.ts";
import { codesOf, fixture, gunzipped, join } from "./fixtures.ts";
import { encode, profileBytes } from "./oracle.ts";
import { resolve } from "./resolved.ts";

/** A small profile whose parts a test may replace. */
const profileOf = (parts: object = {}) =>
  encode({
    sampleType: [{ type: 1, unit: 2 }],
    sample: [{ locationId: [1, 2], value: [10] }],
    mapping: [{ id: 1, filename: 3 }],
    location: [
      { id: 1, mappingId: 1, address: 16, line: [{ functionId: 1, line: 4 }] },
      { id: 2, line: [{ functionId: 2, line: 5 }] },
    ],
    function: [
      { id: 1, name: 4 },
      { id: 2, name: 5 },
    ],
    stringTable: ["", "cpu", "nanoseconds", "bin", "leaf", "main"],
    ...parts,
  });

const codesIn = (bytes: Uint8Array) => codesOf(readAllOf(bytes).diagnostics);
const field = (tag: number, ...content: number[]) => Uint8Array.of(tag, ...content);
const below = (column: ArrayLike<number>, limit: number) =>
  Array.from(column).every((row) => row < limit || row === 0);
const rises = (column: ArrayLike<number>, last: number) =>
  Array.from(column).every((row, index, all) => index === 0 || row >= (all[index - 1] ?? 0)) &&
  column[column.length - 1] === last;

/** Every reference of a profile leads to a row that exists. */
function expectSound(profile: Profile): void {
  const { mappings, functions, locations, lines, samples, labels, stringCount } = profile;
  expect([
    below(mappings.file, stringCount),
    below(functions.name, stringCount),
    below(functions.filename, stringCount),
    below(locations.mapping, mappings.count),
    rises(locations.lineStart, lines.count),
    below(lines.function, functions.count),
    below(samples.locations, locations.count),
    rises(samples.stackStart, samples.locations.length),
    samples.count === profile.sampleCount,
    samples.values.length === profile.sampleTypes.length,
    rises(labels.start, labels.key.length),
    below(labels.key, stringCount),
  ]).toEqual(Array.from({ length: 12 }, () => true));
}

/** Everything that a profile offers; nothing of it may throw. */
function readAllOf(bytes: Uint8Array): Profile {
  const profile = parseProfile(bytes, { maxBytes: 1 << 24 });
  expectSound(profile);
  const whole = resolve(profile, [profile.samples]);
  expect(resolve(profile, profile.sampleWindows())).toEqual(whole);
  goroutinesOf(profile);
  isProfile(bytes);
  return profile;
}

describe("a profile that is cut", () => {
  it("keeps what stands before the cut, and says where it is, at every byte", () => {
    const whole = profileOf({ timeNanos: "1700000000000000000", comment: [1, 2] });
    const soundEnds = new Set<number>();
    for (let cut = 1; cut < whole.length; cut++) {
      const profile = readAllOf(whole.subarray(0, cut));
      if (statusOf(profile.diagnostics) === "read") soundEnds.add(cut);
      const at = profile.diagnostics.find(({ code }) => code === "profile-cut")?.offset ?? 0;
      expect(at).toBeLessThan(cut);
    }
    // Only a cut between two of the profile's last fields does no harm.
    expect([...soundEnds].every((end) => end > whole.length - 20)).toBe(true);
  });

  it("keeps the samples and functions that it has", () => {
    const whole = gunzipped("heap.pb.gz");
    const profile = readAllOf(whole.subarray(0, whole.length >> 1));
    expect(profile.sampleCount).toBeGreaterThan(10);
    expect(profile.diagnostics[0]).toMatchObject({ effect: "partial", code: "profile-cut" });
    expect(profile.diagnostics[0]?.offset).toBeGreaterThan((whole.length >> 1) - 2000);
  });

  it("keeps what can be inflated", () => {
    const packed = fixture("goroutine.debug2.txt");
    const gzipped = new Uint8Array(
      gzipSync(join(gunzipped("heap.pb.gz"), packed.subarray(0, 0)), { level: 1 }),
    );
    const profile = readAllOf(gzipped.subarray(0, gzipped.length - 600));
    expect(codesOf(profile.diagnostics).slice(0, 2)).toEqual(["gzip-cut", "profile-cut"]);
    expect(profile.sampleCount).toBeGreaterThan(10);
  });

  it("stops at the limit", () => {
    const raw = gunzipped("heap.pb.gz");
    expect(codesOf(parseProfile(raw, { maxBytes: 2000 }).diagnostics)).toContain("profile-limit");
    expect(codesOf(parseProfile(fixture("heap.pb.gz"), { maxBytes: 2000 }).diagnostics)).toContain(
      "gzip-limit",
    );
    expect(parseProfile(raw, { maxBytes: raw.length }).diagnostics).toEqual([]);
  });
});

describe("a profile that is damaged", () => {
  it("never throws, whatever byte changes", () => {
    const raws = ["goroutine.pb.gz", "cpu.pb.gz", "block.pb.gz"].map(gunzipped);
    fc.assert(
      fc.property(
        fc.constantFrom(...raws),
        fc.array(fc.tuple(fc.nat(1 << 20), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (raw, changes) => {
          const changed = raw.slice();
          for (const [at, value] of changes) changed[at % raw.length] = value;
          expect(readAllOf(changed)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never throws on profiles that were cut, spliced and changed", () => {
    fc.assert(
      fc.property(
        profileBytes,
        profileBytes,
        fc.nat(500),
        fc.nat(500),
        fc.nat(255),
        (a, b, cut, from, value) => {
          const spliced = join(a.subarray(0, cut), Uint8Array.of(value), b.subarray(from));
          expect(readAllOf(spliced)).toBeDefined();
        },
      ),
      { numRuns: 100 },
    );
  });

  it("never throws on bytes of any kind", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readAllOf(bytes)).toBeDefined();
      }),
    );
  });

  it("is unread where there is nothing of a profile", () => {
    const empty = parseProfile(new Uint8Array());
    expect(empty.diagnostics).toMatchObject([{ effect: "unread", code: "profile-empty" }]);
    const words = parseProfile(new TextEncoder().encode("not a profile at all"));
    expect(words.diagnostics).toMatchObject([{ effect: "unread", code: "profile-unrecognised" }]);
  });
});

describe("a profile that breaks its own rules", () => {
  it("reads frames of absent locations as unknown ones", () => {
    const profile = readAllOf(
      profileOf({ sample: [{ locationId: [1, 77, "18446744073709551615", 2], value: [3] }] }),
    );
    expect(profile.diagnostics).toMatchObject([
      { effect: "partial", code: "bad-location-id", message: /^2 frames/ },
    ]);
    expect([...profile.samples.locations]).toEqual([1, 0, 0, 2]);
    expect(profile.locations.lineStart[0]).toBe(profile.locations.lineStart[1]);
  });

  it.each([
    ["bad-function-id", { location: [{ id: 1, line: [{ functionId: 9 }, { functionId: 0 }] }, { id: 2 }] }],
    ["bad-mapping-id", { location: [{ id: 1, mappingId: 9 }, { id: 2 }] }],
    [
      "bad-string-index",
      {
        function: [
          { id: 1, name: 99 },
          { id: 2, name: -1 },
        ],
      },
    ],
    ["duplicate-id", { function: [{ id: 1, name: 4 }, { id: 1, name: 5 }, { id: 2 }] }],
    ["bad-value-count", { sample: [{ value: [1, 2] }] }],
    ["bad-value-count", { sample: [{ locationId: [1] }] }],
    ["no-sample-type", { sampleType: [] }],
    ["bad-string-table", { stringTable: ["cpu", "cpu", "nanoseconds", "bin", "leaf", "main"] }],
  ])("names it: %s", (code, parts) => {
    const bytes = profileOf(parts);
    expect(codesIn(bytes).filter((found) => found !== "bad-function-id" || code === found)).toEqual([code]);
  });

  it("reads no more sample types and lines of a location than real profiles come near", () => {
    const line = Array.from({ length: 1001 }, (_, at) => ({ functionId: 1, line: at }));
    const profile = readAllOf(
      profileOf({
        sampleType: Array.from({ length: 70 }, () => ({ type: 1, unit: 2 })),
        sample: [{ value: Array.from({ length: 64 }, () => 1) }],
        location: [
          { id: 1, line },
          { id: 2, line: line.slice(1) },
        ],
      }),
    );
    expect(profile.diagnostics.map(({ code, message }) => [code, message.split(" ")[0]])).toEqual([
      ["many-lines", "1"],
      ["many-sample-types", "6"],
    ]);
    expect(profile.lines.count).toBe(2001);
    expect(profile.sampleTypes).toHaveLength(64);
  });

  it("keeps the first of two with one id", () => {
    const bytes = profileOf({
      function: [
        { id: 1, name: 4 },
        { id: 1, name: 5 },
        { id: 2, name: 3 },
      ],
    });
    const { lines, functions, locations, ...profile } = Object.assign(readAllOf(bytes));
    const row = lines.function[locations.lineStart[1]];
    expect(profile).toBeDefined();
    expect(functions.name[row]).toBe(4);
  });

  it("reads absent values as 0 and leaves out those too many", () => {
    const bytes = profileOf({
      sample: [{ value: [1, 2] }, {}, { value: [3] }],
      sampleType: [{ type: 1, unit: 2 }],
    });
    expect([...(readAllOf(bytes).samples.values[0]?.numbers ?? [])]).toEqual([1, 0, 3]);
  });

  it("gives nameless types to values that have none", () => {
    const { samples, sampleTypes } = readAllOf(
      profileOf({ sampleType: [], sample: [{ value: [1, 2] }, { value: [3, 4] }] }),
    );
    expect(sampleTypes).toHaveLength(2);
    expect(samples.values.map(({ numbers }) => Array.from(numbers))).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  it("passes over fields of another wire type, and over those that it doesn't know", () => {
    const unknown = join(field(0x85, 0x01, 1, 2, 3, 4), field(0x88, 0x01, 5), profileOf());
    expect(codesIn(unknown)).toEqual([]);
    expect(codesIn(join(profileOf(), field((6 << 3) | 0, 1)))).toEqual(["unexpected-wire-type"]);
    expect(codesIn(join(profileOf(), field(0xa3, 0x01)))).toContain("profile-corrupt");
  });

  it("keeps what stands before a malformed field of a message", () => {
    const sample = Uint8Array.of(0x12, 7, 0x0a, 1, 1, 0x12, 9, 1, 1);
    const profile = readAllOf(join(profileOf({ sample: [] }), sample));
    expect(codesOf(profile.diagnostics)).toEqual(["bad-message", "bad-value-count"]);
    expect([...profile.samples.locations]).toEqual([1]);
  });

  it("does not read an id beyond the end of its run", () => {
    const location = Array.from({ length: 1100 }, (_, index) => ({
      id: index + 1,
      line: [{ functionId: 1 }],
    }));
    // The run holds 2 and the first byte of a longer id, which with the next field's tag would be 1025.
    const sample = Uint8Array.of(0x12, 8, 0x0a, 2, 2, 0x81, 0x08, 7, 0x10, 5);
    const profile = readAllOf(join(profileOf({ sample: [], location }), sample));
    expect([...profile.samples.locations]).toEqual([2, 7]);
    expect(profile.samples.values[0]?.numbers[0]).toBe(5);
    expect(codesOf(profile.diagnostics)).toEqual(["bad-message"]);
  });

  it("takes varints that are longer than they need to be", () => {
    const sample = Uint8Array.of(
      0x12,
      14,
      0x0a,
      6,
      0x81,
      0x80,
      0x80,
      0x80,
      0x80,
      0x00,
      0x12,
      4,
      0x85,
      0x80,
      0x80,
      0x00,
    );
    const profile = readAllOf(join(profileOf({ sample: [] }), sample));
    expect(profile.diagnostics).toEqual([]);
    expect([...profile.samples.locations]).toEqual([1]);
    expect(profile.samples.values[0]?.numbers[0]).toBe(5);
  });

  it("takes strings that are no UTF-8", () => {
    const raw = profileOf({ stringTable: ["", "cpu", "nanoseconds", "bin", "l\u00e9af", "main"] });
    const at = raw.indexOf(0xc3);
    raw[at] = 0xff;
    expect(parseProfile(raw).string(4)).toBe("l\ufffd\ufffdaf");
  });
});

describe("profiles that follow one another in one file", () => {
  it.each([
    "goroutine.pb.gz",
    "heap.pb.gz",
    "cpu.pb.gz",
    "goroutine.rewritten.pb.gz",
    "heap.rewritten.pb.gz",
  ])("reads the first, as %s alone", (name) => {
    const one = gunzipped(name);
    const two = parseProfile(join(one, one));
    const alone = parseProfile(one);
    expect(two.diagnostics).toMatchObject([
      { effect: "partial", code: "profile-concatenated", offset: one.length },
    ]);
    expect(resolve(two, [two.samples])).toEqual(resolve(alone, [alone.samples]));
    const gzips = parseProfile(join(fixture(name), fixture(name)));
    expect(resolve(gzips, [gzips.samples])).toEqual(resolve(alone, [alone.samples]));
  });

  it("finds where the second begins, though another program wrote it", () => {
    const names = ["cpu.pb.gz", "heap.rewritten.pb.gz", "block.pb.gz"];
    for (const first of names)
      for (const second of names)
        expect(codesIn(join(gunzipped(first), gunzipped(second)))).toEqual(["profile-concatenated"]);
  });
});
