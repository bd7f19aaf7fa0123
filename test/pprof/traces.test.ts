import { describe, expect, it } from "vitest";
import { renderTraces, traces } from "../../src/pprof/index.ts";
import { linesOf, profilesWith, readProfile, viewGolden } from "./view-goldens.ts";

const NAMES = profilesWith("traces.txt");

describe("traces", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES)("prints what go tool pprof -traces prints: %s", (name) => {
    const profile = readProfile(name);
    const view = traces(profile, name.startsWith("random") ? {} : { sampleIndex: 0 });
    expect(view && linesOf(renderTraces(profile, view))).toBe(viewGolden(name, "traces.txt"));
  });

  it("keeps the numbers and units of labels", () => {
    const heap = traces(readProfile("heap"));
    const sizes = Array.from(heap?.traces ?? [], ({ labels }) => labels)
      .flat()
      .filter(({ key }) => key === "bytes");
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.every(({ numbers, unit }) => numbers.length === 1 && unit === "bytes")).toBe(true);
  });

  it("knows no sample type that isn't there", () => {
    expect(traces(readProfile("heap"), { sampleIndex: "nothing" })).toBeUndefined();
  });
});
