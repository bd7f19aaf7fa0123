import { describe, expect, it } from "vitest";
import { renderTags, tags } from "../../src/pprof/index.ts";
import { profilesWith, readProfile, viewGolden } from "./view-goldens.ts";

const NAMES = profilesWith("tags.txt");

describe("tags", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES)("prints what go tool pprof -tags prints: %s", (name) => {
    const profile = readProfile(name);
    const view = tags(profile);
    expect(view && renderTags(view)).toBe(viewGolden(name, "tags.txt"));
  });

  it("sums by hand what it lists", () => {
    const view = tags(readProfile("heap"));
    for (const { total, values } of view?.tags ?? []) {
      expect(values.reduce((sum, { value }) => sum + value, 0n)).toBe(total);
    }
    expect(view?.tags.map(({ key }) => key)).toEqual(["bytes"]);
  });

  it("knows no sample type that isn't there", () => {
    expect(tags(readProfile("heap"), { sampleIndex: "nothing" })).toBeUndefined();
  });
});
