import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "node/cpu-overthrottled";
const of = (folder: string): string =>
  readFileSync(`test/fixtures/node/${folder}/node-a/cgroups.txt`, "utf8");
const below = of("throttled-below-limit");
const verdicts = async (text: string): Promise<string[]> =>
  verdictsOf(await analyzeFiles({ "b/node-a/cgroups.txt": text }), RULE);

const SLICE = "b/node-a/sys/fs/cgroup/kubepods.slice/cri-containerd-9be2a7d4.scope";
/** A group of v2, each file by itself. */
const v2 = (periods: number, throttled: number, seconds: number, max = "200000 100000") => ({
  [`${SLICE}/cpu.stat`]: `usage_usec ${seconds * 1e6}\nuser_usec 1\nsystem_usec 1\nnr_periods ${periods}\nnr_throttled ${throttled}\nthrottled_usec 7\n`,
  [`${SLICE}/cpu.max`]: `${max}\n`,
});

describe(RULE, () => {
  it("counts what the quota of the throttled periods would have been", async () => {
    const finding = findingOf(await analyzeFiles({ "b/node-a/cgroups.txt": below }), RULE);
    expect(finding.summary).toContain(
      "was throttled in 20377 of 48211 periods (42%) and used 1203.4 s of CPU in all; the quota of the periods in which it was throttled is 4075.4 s.",
    );
    expect(finding.evidence.map(({ text }) => text)).toEqual([
      "cpu.stat: nr_periods 48211",
      "cpu.stat: nr_throttled 20377",
      "cpuacct.usage: 1203448120934",
      "cpu.cfs_quota_us: 200000",
    ]);
  });

  it("reads control groups of v2", async () => {
    expect(verdictsOf(await analyzeFiles(v2(4000, 2000, 90)), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await analyzeFiles(v2(4000, 2000, 390)), RULE)).toEqual([]);
  });

  it("is silent about a container at its limit, as a kernel of today counts it", async () => {
    expect(await verdicts(of("throttled-at-limit"))).toEqual([]);
  });

  it("is silent about few periods, little throttling, and no limit", async () => {
    for (const files of [v2(150, 90, 1), v2(9000, 2000, 90), v2(4000, 2000, 90, "max 100000")])
      expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
    expect(await verdicts(below.replace("quota_us:200000", "quota_us:-1"))).toEqual([]);
  });

  it("is silent where a file is missing or cut", async () => {
    for (const name of ["cpuacct.usage", "cfs_quota_us", "nr_throttled"])
      expect(
        await verdicts(
          below
            .split("\n")
            .filter((line) => !line.includes(name))
            .join("\n"),
        ),
      ).toEqual([]);
    // A number that was cut is none.
    const uname = "Linux node-a 4.9.0 #1 SMP x86_64 GNU/Linux\n";
    for (let end = 1; end < below.length; end += 3) {
      const files = { "b/node-a/uname.txt": uname, "b/node-a/cgroups.txt": below.slice(0, end) };
      expect([end, verdictsOf(await analyzeFiles(files), RULE)]).toEqual([end, []]);
    }
  });
});
