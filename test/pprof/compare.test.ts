import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, mergeProfiles, parseProfile, renderCompare, top } from "../../src/pprof/index.ts";
import { profileBytes } from "./oracle.ts";
import { readProfile } from "./view-goldens.ts";

describe("compare", () => {
  it("has the differences of what top says of each", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const now = parseProfile(bytes);
        fc.pre(now.samples.values.every(({ exact, magnitude }) => exact && magnitude < 2 ** 62));
        const base = mergeProfiles([{ profile: now }, { profile: now }]);
        const view = compare(base, now, { nodeFraction: 0 });
        // Of several rows of one name, top has each and a comparison the sum.
        const cum = new Map<string, bigint>();
        for (const row of top(now, { nodeFraction: 0 })?.rows ?? []) {
          cum.set(row.name, (cum.get(row.name) ?? 0n) + row.cum);
        }
        for (const row of view?.rows ?? []) {
          expect(row.cum.now).toBe(cum.get(row.name));
          expect(row.cum.delta).toBe(row.cum.now - row.cum.base);
          expect(row.cum.base).toBe(2n * row.cum.now);
        }
      }),
    );
  });

  it("shows nothing of a profile that is compared with itself", () => {
    const heap = readProfile("heap");
    expect(compare(heap, heap)?.rows).toEqual([]);
  });

  it("does not compare different things", () => {
    expect(compare(readProfile("cpu"), readProfile("heap"))).toBeUndefined();
  });

  it("is told in a table", () => {
    const heap = readProfile("heap");
    const view = compare(heap, mergeProfiles([{ profile: heap }, { profile: heap }]));
    expect(view && renderCompare(view).split("\n").slice(0, 4)).toEqual([
      "Type: inuse_space",
      "Total: 3.40MB in the base, 6.79MB now: +3.40MB 2.00×",
      "18 functions that changed less are not shown",
      "   flat     from       to               cum     from       to",
    ]);
    expect(view && renderCompare(view)).toContain(
      "+3.38MB   3.38MB   6.76MB    2.00×  +3.38MB   3.38MB   6.76MB    2.00×  main.allocate",
    );
  });
});
