import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeProfiles, parseProfile, type Profile, top } from "../../src/pprof/index.ts";
import { encode, profileBytes } from "./oracle.ts";
import { readProfile } from "./view-goldens.ts";

const rows = (profile: Profile) => top(profile, { nodeFraction: 0 })?.rows ?? [];
/** Sorted, for rows of one name and weight that differ in their signs come in any order. */
const sums = (profile: Profile) =>
  rows(profile)
    .map(({ name, flat, cum }) => `${name} ${flat} ${cum}`)
    .sort();

/** A profile of one stack. */
const single = (
  values: (number | string)[],
  types: { type: number; unit: number }[],
  more: object = {},
): Profile =>
  parseProfile(
    encode({
      sampleType: types,
      sample: [{ locationId: [1], value: values }],
      location: [{ id: 1, address: 16, line: [{ functionId: 1, line: 3 }] }],
      function: [{ id: 1, name: 3 }],
      stringTable: ["", "cpu", "nanoseconds", "main.work", "count"],
      ...more,
    }),
  );
const CPU = [{ type: 1, unit: 2 }];

describe("mergeProfiles", () => {
  it("keeps every sum of a profile", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        // What is added up in one stack wraps around beyond an int64, as pprof's does.
        fc.pre(profile.samples.values.every(({ magnitude }) => magnitude < 2 ** 63));
        const merged = mergeProfiles([{ profile }]);
        expect(sums(merged)).toEqual(sums(profile));
        expect(merged.samples.count).toBeLessThanOrEqual(profile.samples.count);
      }),
    );
  });

  it("gives the same whatever the order, but for the names of moved binaries", () => {
    const [a, b] = [readProfile("heap"), readProfile("heap.rewritten")];
    expect(sums(mergeProfiles([{ profile: a }, { profile: b }]))).toEqual(
      sums(mergeProfiles([{ profile: b }, { profile: a }])),
    );
  });

  it("leaves nothing of a profile that is taken from itself", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        const difference = mergeProfiles([{ profile }, { profile, negate: true }]);
        expect(difference.samples.count).toBe(0);
      }),
    );
  });

  it("is exact beyond 2^53", () => {
    const large = single(["9007199254740993"], CPU);
    const merged = mergeProfiles([{ profile: large }, { profile: single([2], CPU) }]);
    expect(rows(merged).map(({ flat }) => flat)).toEqual([9007199254740995n]);
  });

  it("takes one binary for one, wherever it was mapped", () => {
    const at = (start: number): Profile =>
      single([1], CPU, {
        mapping: [{ id: 1, memoryStart: start, memoryLimit: start + 4096, filename: 3 }],
        location: [{ id: 1, mappingId: 1, address: start + 16 }],
      });
    const merged = mergeProfiles([{ profile: at(4096) }, { profile: at(8192) }]);
    expect(merged.samples.count).toBe(1);
    expect(merged.locations.address[1]).toBe(4096n + 16n);
  });

  it("names a later profile's binaries in the order in which its stacks come to them", () => {
    const first = single([1], CPU, { mapping: [{ id: 1, filename: 1 }] });
    // Two mappings of one build; only the second is in a stack.
    const later = single([1], CPU, {
      mapping: [
        { id: 1, memoryLimit: 4096, filename: 2, buildId: 4 },
        { id: 2, memoryLimit: 4096, filename: 3, buildId: 4 },
      ],
      location: [{ id: 1, mappingId: 2, address: 16 }],
    });
    const merged = mergeProfiles([{ profile: first }, { profile: later }]);
    expect([...merged.mappings.file].map((file) => merged.string(file))).toEqual(["", "cpu", "main.work"]);
  });

  it("refuses profiles that measure different things", () => {
    const other = single([1], [{ type: 1, unit: 4 }]);
    expect(() => mergeProfiles([{ profile: single([1], CPU) }, { profile: other }])).toThrow(
      "profiles that measure different things can't be joined: cpu/nanoseconds and cpu/count",
    );
  });

  it("keeps the labels of samples apart", () => {
    const labelled = (num: number): Profile =>
      single([1], CPU, { sample: [{ locationId: [1], value: [1], label: [{ key: 4, num }] }] });
    const merged = mergeProfiles([
      { profile: labelled(1) },
      { profile: labelled(2) },
      { profile: labelled(1) },
    ]);
    expect(Array.from(merged.samples.values[0]?.numbers ?? [])).toEqual([2, 1]);
    expect([merged.labels.num.bigint(0), merged.labels.num.bigint(1)]).toEqual([1n, 2n]);
  });
});
