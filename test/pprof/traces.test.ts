import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProfile, renderTraces, traces } from "../../src/pprof/index.ts";

const FOLDER = "test/fixtures/pprof/top";
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".traces.txt"))
  .map((name) => name.slice(0, -".traces.txt".length));

function read(name: string) {
  const own = `${FOLDER}/${name}.pb.gz`;
  return parseProfile(new Uint8Array(readFileSync(existsSync(own) ? own : `${FOLDER}/../${name}.pb.gz`)));
}

describe("traces", () => {
  it("has goldens of real profiles and of ones that are hard to sum", () => {
    expect(NAMES.length).toBe(28);
  });

  it.each(NAMES)("prints what go tool pprof -traces prints: %s", (name) => {
    const profile = read(name);
    const view = traces(profile, name.startsWith("random") ? {} : { sampleIndex: 0 });
    expect(view && renderTraces(profile, view)).toBe(readFileSync(`${FOLDER}/${name}.traces.txt`, "utf8"));
  });

  it("keeps the numbers and units of labels", () => {
    const heap = traces(read("heap"));
    const sizes = heap?.traces.flatMap(({ labels }) => labels).filter(({ key }) => key === "bytes") ?? [];
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.every(({ numbers, unit }) => numbers.length === 1 && unit === "bytes")).toBe(true);
  });

  it("knows no sample type that isn't there", () => {
    expect(traces(read("heap"), { sampleIndex: "nothing" })).toBeUndefined();
  });
});
