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

  it("counts between two looks, and is silent where the quota was another at one of them", async () => {
    const at = (take: string, files: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path.replace("b/", `b/${take}/`), text]),
      );
    const raised = {
      ...at("take-1", v2(4000, 2000, 90, "20000 100000")),
      ...at("take-2", v2(4100, 2010, 92)),
    };
    expect(verdictsOf(await analyzeFiles(raised), RULE)).toEqual([]);
    const calm = { ...at("take-1", v2(4000, 2000, 90)), ...at("take-2", v2(9000, 2010, 190)) };
    expect(verdictsOf(await analyzeFiles(calm), RULE)).toEqual([]);
    const seen = { ...at("take-1", v2(4000, 2000, 90)), ...at("take-2", v2(5000, 2500, 120)) };
    expect(findingOf(await analyzeFiles(seen), RULE).summary).toContain(
      "was throttled in 500 of 1000 periods (50%) and used 30.0 s of CPU between two looks",
    );
  });

  it("takes the files of two containers, which each see a root of their own, for no group", async () => {
    const [stat, max] = Object.values(v2(4000, 2000, 90));
    const of = (pod: string, name: string): string => `b/node-a/${pod}/sys/fs/cgroup/${name}`;
    const apart = { [of("pod-a", "cpu.stat")]: stat ?? "", [of("pod-b", "cpu.max")]: max ?? "" };
    expect(verdictsOf(await analyzeFiles(apart), RULE)).toEqual([]);
    const own = { [of("pod-a", "cpu.stat")]: stat ?? "", [of("pod-a", "cpu.max")]: max ?? "" };
    expect(verdictsOf(await analyzeFiles(own), RULE)).toEqual(["confirmed"]);
    const names = ["cpu.stat", "cpu.max"].map((name) => `/sys/fs/cgroup/${name}`);
    const listed = (name: string, text: string): string => text.replace(/^(?=.)/gm, `${name}:`);
    const listings = {
      "b/node-a/pod-a.txt": listed(names[0] ?? "", stat ?? ""),
      "b/node-a/pod-b.txt": listed(names[1] ?? "", max ?? ""),
    };
    expect(verdictsOf(await analyzeFiles(listings), RULE)).toEqual([]);
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
