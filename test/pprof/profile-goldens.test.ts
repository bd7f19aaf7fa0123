import { describe, expect, it } from "vitest";
import { parseProfile, type Profile } from "../../src/pprof/index.ts";
import { PROFILES, fixture, gunzipped, text } from "./fixtures.ts";
import { raw } from "./raw.ts";
import { range } from "./resolved.ts";

// The goldens are what Go's own pprof prints of these profiles; fixtures/pprof/make.sh has the commands.

/** The functions of a sample's stack, leaf first, inlined ones too. */
function namesOf(profile: Profile, row: number): string[] {
  const { functions, lines, locations, samples } = profile;
  const stack = samples.locations.subarray(samples.stackStart[row], samples.stackStart[row + 1]);
  return Array.from(stack).flatMap((location) =>
    range(locations.lineStart[location], locations.lineStart[location + 1]).map((line) =>
      profile.string(functions.name[lines.function[line] ?? 0] ?? 0),
    ),
  );
}

describe.each(PROFILES)("%s.pb.gz", (name) => {
  const profile = parseProfile(fixture(`${name}.pb.gz`));
  const golden = text(`${name}.raw.txt`);

  it("has the samples, locations and mappings that pprof -raw prints", () => {
    const withoutMarks = golden.replaceAll(/(?:\[(?:FN|FL|LN|IN)\])+$/gm, "");
    expect(raw(profile)).toBe(withoutMarks.slice(withoutMarks.indexOf("Samples:")));
    expect(profile.diagnostics).toEqual([]);
  });

  it("has its period and time", () => {
    expect(golden).toContain(`\nPeriod: ${profile.period}\n`);
    const type = profile.periodType ?? { type: 0, unit: 0 };
    expect(golden).toContain(`PeriodType: ${profile.string(type.type)} ${profile.string(type.unit)}\n`);
    const [, date = "", time = "", nanos = ""] =
      /^Time: (\S+) ([\d:]+)\.?(\d*) \+0000 UTC$/m.exec(golden) ?? [];
    const seconds = Date.parse(`${date}T${time}Z`) / 1000;
    expect(profile.timeNanos).toBe(BigInt(seconds) * 10n ** 9n + BigInt(nanos.padEnd(9, "0")));
  });

  it("reads the same without gzip", () => {
    expect(raw(parseProfile(gunzipped(`${name}.pb.gz`)))).toBe(raw(profile));
  });
});

describe("pprof -top", () => {
  it.each([
    ["goroutine", "goroutine", "goroutine.top.txt"],
    ["heap", "inuse_space", "heap.inuse_space.top.txt"],
    ["block", "delay", "block.delay.top.txt"],
    ["cpu", "cpu", "cpu.cpu.top.txt"],
  ])("of %s by %s", (name, type, golden) => {
    const profile = parseProfile(fixture(`${name}.pb.gz`));
    const column =
      profile.samples.values[profile.sampleTypes.findIndex((of) => profile.string(of.type) === type)];
    const rows = new Map<string, [flat: number, cum: number]>();
    const add = (func: string, flat: number, cum: number) => {
      const [oldFlat, oldCum] = rows.get(func) ?? [0, 0];
      rows.set(func, [oldFlat + flat, oldCum + cum]);
    };
    for (const row of range(0, profile.sampleCount)) {
      const names = namesOf(profile, row);
      const value = column?.numbers[row] ?? 0;
      if (value === 0) continue;
      add(names[0] ?? "", value, 0);
      for (const func of new Set(names)) add(func, 0, value);
    }
    const expected = new Map<string, [number, number]>();
    const line = /^ *(\d+)\w* +\S+ +\S+ +(\d+)\w* +\S+ {2}(.+?)(?: \((?:partial-)?inline\))?$/gm;
    for (const [, flat, cum, func = ""] of text(golden).matchAll(line))
      expected.set(func, [Number(flat), Number(cum)]);
    expect(expected.size).toBeGreaterThan(5);
    expect(rows).toEqual(expected);
  });
});

describe("pprof -traces", () => {
  it("of goroutine", () => {
    const profile = parseProfile(fixture("goroutine.pb.gz"));
    const blocks = text("goroutine.traces.txt")
      .split(/^-+\+-+\n/m)
      .slice(1);
    const expected = blocks.map((block) => {
      const [, value] = /^ +(\d+) {3}/m.exec(block) ?? [];
      const names = [
        ...block.replaceAll(/^ *\w+: {2}.*\n/gm, "").matchAll(/^(?: +\d+)? {3,}(\S.*?)(?: \(inline\))?$/gm),
      ].map(([, func]) => func);
      return { value: Number(value), names };
    });
    const column = profile.samples.values[0];
    const found = range(0, profile.sampleCount).map((row) => ({
      value: column?.numbers[row],
      names: namesOf(profile, row),
    }));
    expect(found).toEqual(expected.filter(({ names }) => names.length > 0));
  });
});
