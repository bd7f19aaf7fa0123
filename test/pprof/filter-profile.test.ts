import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfile, top, traces } from "../../src/pprof/index.ts";
import { encode, profileBytes } from "./oracle.ts";
import { readProfile } from "./view-goldens.ts";

/** One stack `main.run` → `lib.Alloc` → `lib.grow`, and one that ends in `main.run`. */
const profileWith = (more: object) =>
  parseProfile(
    encode({
      sampleType: [{ type: 1, unit: 2 }],
      sample: [
        { locationId: [3, 2, 1], value: [10] },
        { locationId: [1], value: [4] },
      ],
      location: [1, 2, 3].map((id) => ({ id, address: id, line: [{ functionId: id, line: 1 }] })),
      function: [1, 2, 3].map((id) => ({ id, name: 2 + id })),
      stringTable: [
        "",
        "space",
        "bytes",
        "main.run",
        "lib.Alloc(int)",
        "lib.grow",
        "lib\\..*",
        "lib\\.gr.*",
        "(",
      ],
      ...more,
    }),
  );
const stacks = (profile: ReturnType<typeof parseProfile>) =>
  Array.from(traces(profile)?.traces ?? [], ({ frames }) => frames.map(({ name }) => name));

describe("a profile's own drop_frames", () => {
  it("take the functions and what they called", () => {
    expect(stacks(profileWith({ dropFrames: 6 }))).toEqual([["main.run"], ["main.run"]]);
  });

  it("spare what keep_frames exempts", () => {
    expect(stacks(profileWith({ dropFrames: 6, keepFrames: 4 }))).toEqual([["main.run"], ["main.run"]]);
    expect(stacks(profileWith({ dropFrames: 7 }))).toEqual([["lib.Alloc(int)", "main.run"], ["main.run"]]);
    expect(stacks(profileWith({ dropFrames: 7, keepFrames: 6 }))?.[0]).toHaveLength(3);
  });

  it("do nothing where they are no regular expression", () => {
    expect(stacks(profileWith({ dropFrames: 8 }))?.[0]).toHaveLength(3);
  });

  it("take linear time, whatever the expression", () => {
    const hostile = profileWith({
      dropFrames: 6,
      stringTable: ["", "space", "bytes", `${"a".repeat(5000)}b`, "x", "y", "(a+)+$", "", ""],
    });
    expect(stacks(hostile)).toHaveLength(2);
  });
});

describe("filters", () => {
  it("never make a sum larger, and never add a name", () => {
    const expression = fc.constantFrom(".", "^a", "[a-m]", "0", "$^", "(?i)B|c");
    const key = fc.constantFrom(
      "focus",
      "ignore",
      "hide",
      "show",
      "showFrom",
      "pruneFrom",
      "tagFocus",
      "tagIgnore",
    );
    fc.assert(
      fc.property(profileBytes, fc.dictionary(key, expression, { maxKeys: 3 }), (bytes, filters) => {
        const profile = parseProfile(bytes);
        fc.pre(profile.samples.values.every(({ numbers }) => numbers.every((value) => value >= 0)));
        const whole = top(profile, { nodeFraction: 0 });
        const part = top(profile, { ...filters, nodeFraction: 0 });
        const names = new Set(whole?.rows.map(({ name }) => name));
        expect(part?.rows.filter(({ name }) => !names.has(name))).toEqual(whole && []);
        const sum = part?.rows.reduce((all, { flat }) => all + flat, 0n) ?? 0n;
        expect(sum <= (whole?.total ?? 0n)).toBe(true);
      }),
    );
  });

  it("say which of them is no regular expression", () => {
    const heap = readProfile("heap");
    expect(() => top(heap, { focus: "(" })).toThrow("focus is not a regular expression: (");
    expect(() => top(heap, { tagFocus: "a,(" })).toThrow("tagfocus is not a regular expression: (");
  });
});
