import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfile } from "../../src/pprof/index.ts";
import { encode, profileBytes } from "./oracle.ts";
import { range, resolve, resolveOracle } from "./resolved.ts";

const stackOf = (depth: number, seed: number) =>
  Array.from({ length: depth }, (_, at) => 1 + ((seed + at) % 300));
const profileOf = (stacks: number[][]) =>
  encode({
    sampleType: [{ type: 1, unit: 2 }],
    sample: stacks.map((locationId, index) => ({ locationId, value: [index] })),
    location: Array.from({ length: 300 }, (_, index) => ({ id: index + 1, address: index + 1 })),
    stringTable: ["", "goroutine", "count"],
  });
const column = (...values: string[]) =>
  parseProfile(
    encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: values.map((value) => ({ value: [value] })),
      stringTable: ["", "delay", "nanoseconds"],
    }),
  ).samples.values[0];

describe("parseProfile, against protobufjs", () => {
  it("reads what the oracle reads, whatever the order, the packing and the ids", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        expect(profile.diagnostics).toEqual([]);
        const expected = resolveOracle(bytes);
        expect(resolve(profile, [profile.samples])).toEqual(expected);
        expect(resolve(profile, profile.sampleWindows())).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  it("reads at any offset of a larger buffer", () => {
    fc.assert(
      fc.property(profileBytes, fc.nat(9), fc.nat(9), (bytes, before, after) => {
        const padded = new Uint8Array(before + bytes.length + after).fill(0xff);
        padded.set(bytes, before);
        const profile = parseProfile(padded.subarray(before, before + bytes.length));
        expect(resolve(profile, [profile.samples])).toEqual(resolveOracle(bytes));
      }),
      { numRuns: 50 },
    );
  });
});

describe("samples", () => {
  it("come in windows of the same columns when they are many or deep", () => {
    const bytes = profileOf([
      ...Array.from({ length: 20_000 }, (_, index) => stackOf(index % 13, index)),
      stackOf(200_000, 5),
      [],
      stackOf(3, 1),
    ]);
    const profile = parseProfile(bytes);
    const windows = [...profile.sampleWindows()].length;
    expect(windows).toBeGreaterThan(3);
    expect(resolve(profile, profile.sampleWindows()).samples).toEqual(
      resolve(profile, [profile.samples]).samples,
    );
    expect(profile.samples.locations.length).toBe(profile.samples.stackStart[20_003]);
  });

  it("have no values of an earlier window where they lack their own", () => {
    const bytes = encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: Array.from({ length: 20_000 }, (_, index) =>
        index < 10_000 ? { value: ["9007199254740993"] } : {},
      ),
      stringTable: ["", "delay", "nanoseconds"],
    });
    const windows = Array.from(parseProfile(bytes).sampleWindows(), ({ count, values: [column] }) => ({
      sum: range(0, count).reduce((sum, row) => sum + (column?.bigint(row) ?? 0n), 0n),
      exact: column?.exact,
    }));
    expect(windows).toEqual([
      { sum: 8192n * 9_007_199_254_740_993n, exact: false },
      { sum: 1808n * 9_007_199_254_740_993n, exact: false },
      { sum: 0n, exact: true },
    ]);
  });

  it("allocate what they need and no more", () => {
    const { samples } = parseProfile(profileOf([stackOf(5, 1), [], stackOf(500, 290)]));
    expect(samples.locations.length).toBe(505);
    expect([...samples.stackStart]).toEqual([0, 5, 5, 505]);
    expect(samples.locations[0]).toBe(2);
  });
});

describe("values", () => {
  it("are doubles while doubles hold them", () => {
    const safe = column("1", "-9007199254740992", "9007199254740991", "0");
    expect(safe?.exact).toBe(true);
    expect(safe?.wide).toBeUndefined();
    expect([...(safe?.numbers ?? [])]).toEqual([1, -(2 ** 53), 2 ** 53 - 1, 0]);
    expect(safe?.magnitude).toBe(2 ** 54);
    expect(safe?.bigint(1)).toBe(-(2n ** 53n));
  });

  it("are exact in 64 bits past that, all of the column", () => {
    const wide = column("7", "-5", "9007199254740993", "-9223372036854775808", "3");
    expect(wide?.exact).toBe(false);
    expect([...(wide?.wide ?? [])]).toEqual([7n, -5n, 2n ** 53n + 1n, -(2n ** 63n), 3n]);
    expect(wide?.numbers[0]).toBe(7);
    expect(wide?.numbers[3]).toBe(-(2 ** 63));
    expect(wide?.bigint(2)).toBe(9_007_199_254_740_993n);
  });
});

describe("ids", () => {
  it("are told apart by all of their 64 bits", () => {
    const ids = range(0, 3000).map((index) => String((BigInt(index) << 32n) + BigInt(index & 1) + 2n ** 40n));
    const profile = parseProfile(
      encode({
        sampleType: [{ type: 1, unit: 2 }],
        sample: [{ locationId: ids, value: [1] }],
        location: ids.map((id, index) => ({ id, address: index + 1 })),
        stringTable: ["", "cpu", "nanoseconds"],
      }),
    );
    expect(profile.diagnostics).toEqual([]);
    const addresses = Array.from(profile.samples.locations, (row) => Number(profile.locations.address[row]));
    expect(addresses).toEqual(range(1, 3001));
  });

  it("may need any number of bytes", () => {
    const ids = [1, 127, 128, 16_383, 16_384, 32_768, 2 ** 21 - 1, 2 ** 21, 2 ** 28, 2 ** 35, 2 ** 53 - 1];
    const all = new Set([...range(1, 17_000), ...ids]);
    const bytes = encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: [{ locationId: [...ids, ...ids.toReversed()], value: [1] }],
      location: Array.from(all, (id) => ({ id, address: id })),
      stringTable: ["", "cpu", "nanoseconds"],
    });
    // The ids are packed: they are the first field of the sample.
    expect(bytes[bytes.indexOf(0x12) + 2]).toBe(0x0a);
    const { samples, locations } = parseProfile(bytes);
    const addresses = Array.from(samples.locations, (row) => Number(locations.address[row]));
    expect(addresses).toEqual([...ids, ...ids.toReversed()]);
  });
});
