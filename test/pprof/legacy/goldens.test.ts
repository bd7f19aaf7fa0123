import { describe, expect, it } from "vitest";
import { readProfile, renderTop, renderTraces, top, traces } from "../../../src/pprof/index.ts";
import type { Profile } from "../../../src/pprof/index.ts";
import { bytesOf, fixture, text } from "../fixtures.ts";
import { linesOf } from "../view-goldens.ts";
import { raw } from "../raw.ts";
import { range } from "../resolved.ts";

// What go tool pprof and jeprof say of the same files; fixtures/pprof/forms/make.sh has the commands.

function read(bytes: Uint8Array): Profile {
  const profile = readProfile(bytes);
  expect(profile?.diagnostics).toEqual([]);
  return profile as Profile;
}

/** pprof gives locations that no mapping holds one that holds all. */
const withoutFake = (golden: string): string =>
  /^1: 0x0\/0xf{16}\/0x0/m.test(golden)
    ? golden.replaceAll(" M=1 ", " ").replace(/^1: 0x0\/0xf{16}\/0x0.*\n/m, "")
    : golden;

/** pprof reads no symbols of a text: what is left are addresses. */
const withoutSymbols = (content: string): string => content.replaceAll(/^#\t0x.*\n/gm, "");

describe("go tool pprof -raw", () => {
  it.each([
    "heap.txt",
    "mutex.txt",
    "block.txt",
    "goroutine.txt",
    "gperftools-cpu.prof",
    "gperftools-heap.txt",
    "tcmalloc-growth.txt",
    "tcmalloc-sample.txt",
  ])("of %s", (name) => {
    const bytes = name.endsWith(".txt")
      ? bytesOf(withoutSymbols(text(`forms/${name}`)))
      : fixture(`forms/${name}`);
    const profile = read(bytes);
    const golden = text(`forms/${name}.raw`);
    expect(raw(profile)).toBe(withoutFake(golden.slice(golden.indexOf("Samples:"))));
    expect(golden).toContain(`\nPeriod: ${profile.period}\n`);
    const { type, unit } = profile.periodType ?? { type: 0, unit: 0 };
    expect(golden).toContain(`PeriodType: ${profile.string(type)} ${profile.string(unit)}\n`);
  });
});

describe("the text with its symbols shows what go tool pprof shows of the same profile as profile.proto", () => {
  it.each(["heap", "mutex", "block", "threadcreate"])("%s", (name) => {
    const profile = read(fixture(`forms/${name}.txt`));
    const table = top(profile, {});
    expect(table && renderTop(profile, table)).toBe(text(`forms/${name}.top`));
    const stacks = traces(profile, {});
    // The text has the largest stack first.
    const sorted = (view: string | undefined) => view?.split(/^-+\+-+\n/m).sort();
    expect(sorted(stacks && linesOf(renderTraces(profile, stacks)))).toEqual(
      sorted(text(`forms/${name}.traces`)),
    );
  });
});

describe("jeprof", () => {
  const TYPES: Readonly<Record<string, string>> = { inuse_objects: "objects", inuse_space: "space" };

  it.each(["jemalloc.txt", "jemalloc-accum.txt"])("of %s", (name) => {
    const profile = read(fixture(`forms/${name}`));
    const names = profile.sampleTypes.map(({ type }) => profile.string(type));
    for (const section of text(`forms/${name}.jeprof`).split(/^(?=\w+$)/m)) {
      const [index = "", ...lines] = section.trim().split("\n");
      const values = lines
        .map((line) => Number(line.slice(line.lastIndexOf(" "))))
        .filter((value) => value !== 0);
      const column = Math.max(names.indexOf(index), names.indexOf(TYPES[index] ?? ""));
      const found = range(0, profile.sampleCount).map(
        (row) => profile.samples.values[column]?.numbers[row] ?? 0,
      );
      expect(Float64Array.from(found.filter((value) => value !== 0)).sort()).toEqual(
        Float64Array.from(values).sort(),
      );
    }
    const { mappings } = profile;
    expect(profile.string(mappings.file[1] ?? 0)).toBe("/tmp/fixture/plain");
    expect(profile.locations.mapping.subarray(1).every((mapping) => mapping > 0)).toBe(true);
  });
});
