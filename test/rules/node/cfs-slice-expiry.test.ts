import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "node/cfs-slice-expiry";
const below = readFileSync("test/fixtures/node/throttled-below-limit/node-a/cgroups.txt", "utf8");
/** The same at an earlier look. */
const earlier = below
  .replace("nr_periods 48211", "nr_periods 40211")
  .replace("nr_throttled 20377", "nr_throttled 17377")
  .replace("1203448120934", "1003448120934");
const once = { "b/node-a/cgroups.txt": below };
const twice = { "b/node-a/cgroups-1.txt": earlier, "b/node-a/cgroups-2.txt": below };
const on = async (release: string | undefined, looks: Record<string, string> = twice): Promise<string[]> =>
  verdictsOf(
    await analyzeFiles({
      ...looks,
      ...(release === undefined
        ? {}
        : { "b/node-a/uname.txt": `Linux node-a ${release} #1 SMP x86_64 GNU/Linux\n` }),
    }),
    RULE,
  );

describe(RULE, () => {
  it.each([
    "4.14.133-113.112.amzn2.x86_64",
    "4.19.67",
    "4.18.0-80.11.2.el8_0.x86_64",
    "3.10.0-957.el7.x86_64",
    "4.15.0-66-generic",
    "4.9.0",
    "3.10.0-862.el7.x86_64",
  ])(
    "is confirmed on %s by two looks, and likely by one: the limit may have been raised",
    async (release) => {
      expect(await on(release)).toEqual(["confirmed"]);
      expect(await on(release, once)).toEqual(["likely"]);
    },
  );

  it.each([
    "5.4.0-90-generic",
    "4.14.154-128.181.amzn2.x86_64",
    "4.19.84",
    "4.18.0-147.2.1.el8_1.x86_64",
    "3.10.0-1062.8.1.el7.x86_64",
    "4.15.0-67-generic",
    "6.1.0-18-amd64",
  ])("is ruled out on %s", async (release) => {
    expect(await on(release)).toEqual(["ruled-out"]);
  });

  it("is likely where the release doesn't tell its patch, and without it", async () => {
    expect(await on("4.19.0-6-amd64")).toEqual(["likely"]);
    expect(await on("4.19.0-6-amd64", once)).toEqual(["possible"]);
    const finding = findingOf(await analyzeFiles(twice), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toEqual(["uname -a"]);
  });

  it("says nothing of an old kernel alone, nor of a container at its limit", async () => {
    const uname = "Linux node-a 4.14.133-113.112.amzn2.x86_64 #1 SMP x86_64 GNU/Linux\n";
    const full = readFileSync("test/fixtures/node/throttled-at-limit/node-a/cgroups.txt", "utf8");
    expect(verdictsOf(await analyzeFiles({ "b/node-a/uname.txt": uname }), RULE)).toEqual([]);
    const busy = await analyzeFiles({ "b/node-a/uname.txt": uname, "b/node-a/cgroups.txt": full });
    expect(verdictsOf(busy, RULE)).toEqual([]);
  });
});
