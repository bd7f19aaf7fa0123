import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProfile, renderTags, tags } from "../../src/pprof/index.ts";

const FOLDER = "test/fixtures/pprof/top";
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".tags.txt"))
  .map((name) => name.slice(0, -".tags.txt".length));

function read(name: string) {
  const own = `${FOLDER}/${name}.pb.gz`;
  return parseProfile(new Uint8Array(readFileSync(existsSync(own) ? own : `${FOLDER}/../${name}.pb.gz`)));
}

describe("tags", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES)("prints what go tool pprof -tags prints: %s", (name) => {
    const profile = read(name);
    const view = tags(profile);
    expect(view && renderTags(view)).toBe(readFileSync(`${FOLDER}/${name}.tags.txt`, "utf8"));
  });

  it("sums by hand what it lists", () => {
    const view = tags(read("heap"));
    for (const { total, values } of view?.tags ?? []) {
      expect(values.reduce((sum, { value }) => sum + value, 0n)).toBe(total);
    }
    expect(view?.tags.map(({ key }) => key)).toEqual(["bytes"]);
  });

  it("knows no sample type that isn't there", () => {
    expect(tags(read("heap"), { sampleIndex: "nothing" })).toBeUndefined();
  });
});
