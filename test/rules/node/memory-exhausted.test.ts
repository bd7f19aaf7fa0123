import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { killedForMemory, ofContainer, ofNode } from "../kube/oom-cases.ts";

const RULE = "node/memory-exhausted";
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);
const meminfo = (available: number) =>
  `MemTotal:       8000000 kB\nMemFree:          90000 kB\nMemAvailable:   ${available} kB\nBuffers: 1 kB\n`;

describe(RULE, () => {
  it("is confirmed by the kernel's report with free memory below the watermarks", async () => {
    const report = await analyzeFiles({ "b/dmesg": ofNode });
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("Most was held by reports worker (pid 18110): 6.1 GB.");
    expect(verdictsOf(report, "kube/memory-limit-reached")).toEqual(["ruled-out"]);
  });

  it("is likely without the report's Mem-Info", async () => {
    const filtered = ofNode
      .split("\n")
      .filter((line) => !line.includes(" free:"))
      .join("\n");
    expect(await verdicts({ "b/dmesg": filtered })).toEqual(["likely"]);
  });

  it("is ruled out where a container was at its limit, however little is available", async () => {
    expect(await verdicts({ "b/dmesg": ofContainer, "b/proc/meminfo": meminfo(100_000) })).toEqual([
      "ruled-out",
    ]);
  });

  it("is possible by a pod's status alone, and little memory doesn't make it more", async () => {
    expect(await verdicts({ "pods.json": killedForMemory })).toEqual(["possible"]);
    const files = {
      "b/node-g/hostname": "node-g\n",
      "b/node-g/proc/meminfo": meminfo(100_000),
      "b/pods.json": killedForMemory,
    };
    expect(await verdicts(files)).toEqual(["possible"]);
  });

  it("is no finding without a kill", async () => {
    expect(await verdicts({ "b/proc/meminfo": meminfo(10_000) })).toEqual([]);
  });
});
