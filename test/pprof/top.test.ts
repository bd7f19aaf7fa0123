import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProfile, renderTop, top } from "../../src/pprof/index.ts";
import type { ViewOptions } from "../../src/pprof/index.ts";
import { profileBytes } from "./oracle.ts";
import { profilesWith, readProfile, viewGolden } from "./view-goldens.ts";

/** The goldens of each profile, and what pprof was asked for; see make.sh there. */
const VIEWS: Record<string, ViewOptions> = {
  txt: {},
  "cum.txt": { cum: true, nodeFraction: 0, sampleIndex: 0 },
  "limited.txt": { nodeCount: 4, nodeFraction: 0.05, edgeFraction: 0.02 },
};
const NAMES = profilesWith("cum.txt");

describe("top", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES.flatMap((name) => Object.keys(VIEWS).map((view) => [name, view] as const)))(
    "prints what go tool pprof -top prints: %s.%s",
    (name, view) => {
      const profile = readProfile(name);
      const table = top(profile, VIEWS[view]);
      expect(table && renderTop(profile, table)).toBe(viewGolden(name, view));
    },
  );

  it("sums as one does by hand, whatever the profile", () => {
    fc.assert(
      fc.property(profileBytes, (bytes) => {
        const profile = parseProfile(bytes);
        fc.pre(profile.dropFrames === 0);
        const table = top(profile, { nodeFraction: 0 });
        if (!table) return;
        const rows = table.rows.map(({ name, flat, cum }) => `${name} ${flat} ${cum}`);
        expect(rows.sort()).toEqual(byHand(profile).sort());
      }),
    );
  });

  it("takes a sample type by name or number, and knows none that isn't there", () => {
    const heap = readProfile("heap");
    expect(top(heap, { sampleIndex: "alloc_space" })?.type).toBe("alloc_space");
    expect(top(heap, { sampleIndex: "0" })?.type).toBe("alloc_objects");
    expect(top(heap, { sampleIndex: "nothing" })).toBeUndefined();
    expect(top(heap, { sampleIndex: 9 })).toBeUndefined();
    expect(top(parseProfile(new Uint8Array(0)))).toBeUndefined();
  });
});

/** Name, flat and cum of each function in the profile's last or default sample type, by the plainest way there is. */
function byHand(profile: ReturnType<typeof parseProfile>): string[] {
  const { samples, locations, lines, functions } = profile;
  const types = profile.sampleTypes.map(({ type }) => profile.string(type));
  const byDefault = types.indexOf(profile.string(profile.defaultSampleType));
  const values = samples.values[byDefault === -1 ? types.length - 1 : byDefault];
  const flat = new Map<string, bigint>();
  const cum = new Map<string, bigint>();
  for (let sample = 0; sample < samples.count; sample++) {
    const value = values?.bigint(sample) ?? 0n;
    if (value === 0n) continue;
    const names: string[] = [];
    for (const location of samples.locations.subarray(
      samples.stackStart[sample],
      samples.stackStart[sample + 1],
    )) {
      const from = locations.lineStart[location] ?? 0;
      const to = locations.lineStart[location + 1] ?? 0;
      if (location === 0) continue;
      for (let line = from; line < to; line++) {
        const fn = lines.function[line] ?? 0;
        // pprof tells functions without a name apart by where they begin.
        const name = profile.string(functions.name[fn] ?? 0) || profile.string(functions.systemName[fn] ?? 0);
        names.push(name === "" ? binary(location, functions.startLine[fn]) : JSON.stringify([name]));
      }
      if (from === to) names.push(binary(location));
    }
    for (const name of new Set(names)) {
      cum.set(name, (cum.get(name) ?? 0n) + value);
      flat.set(name, (flat.get(name) ?? 0n) + (name === names[0] ? value : 0n));
    }
  }
  return [...cum]
    .map(([key, all]) => ({ name: String(JSON.parse(key)[0]), flat: flat.get(key) ?? 0n, cum: all }))
    .filter((row) => row.flat !== 0n || row.cum !== 0n)
    .map((row) => `${row.name} ${row.flat} ${row.cum}`);

  function binary(location: number, startLine = 0): string {
    const mapping = locations.mapping[location] ?? 0;
    const { file, buildId, start, limit, offset } = profile.mappings;
    const pages = (row: number) => ((limit[row] ?? 0n) - (start[row] ?? 0n) + 4095n) / 4096n;
    const id = (row: number) => profile.string(buildId[row] ?? 0) || profile.string(file[row] ?? 0);
    const same = Array.from({ length: mapping }, (_, i) => i + 1).find(
      (row) => pages(row) === pages(mapping) && offset[row] === offset[mapping] && id(row) === id(mapping),
    );
    const path = profile.string(file[same ?? 0] ?? 0);
    const name = path === "" ? "<unknown>" : `[${path.slice(path.lastIndexOf("/") + 1)}]`;
    return JSON.stringify([name, path, startLine]);
  }
}
