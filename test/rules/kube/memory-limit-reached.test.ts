import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { killedForMemory, ofContainer, ofNode, POD_UID } from "./oom-cases.ts";

const RULE = "kube/memory-limit-reached";
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by the kernel's whole report", async () => {
    const report = await analyzeFiles({
      "b/node-g/dmesg": ofContainer,
      "b/node-g/hostname": "node-g\n",
      "b/pods.json": killedForMemory,
    });
    expect(findingOf(report, RULE)).toMatchObject({ verdict: "confirmed", host: "node-g" });
    expect(verdictsOf(report, "node/memory-exhausted")).toEqual(["ruled-out"]);
  });

  it("is likely where the log was filtered", async () => {
    const filtered = ofContainer
      .split("\n")
      .filter((line) => /oom-kill|Killed/.test(line))
      .join("\n");
    expect(await verdicts({ "b/dmesg": `${filtered}\n` })).toEqual(["likely"]);
  });

  it("is possible by the pod's status alone, and asks for the kernel's log", async () => {
    const finding = findingOf(await analyzeFiles({ "pods.json": killedForMemory }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing[0]?.command).toContain("dmesg");
  });

  it("is ruled out where the node had no memory left", async () => {
    expect(await verdicts({ "b/dmesg": ofNode })).toEqual(["ruled-out"]);
  });

  it("is ruled out where all pods together were at the node's limit for them", async () => {
    const group = `/kubepods/burstable/pod${POD_UID}/`;
    const all = ofContainer.replace(new RegExp(`oom_memcg=${group}[0-9a-f]{64}`), "oom_memcg=/kubepods");
    expect(await verdicts({ "b/dmesg": all })).toEqual(["ruled-out"]);
  });

  it("doesn't take another node's log for the pod's", async () => {
    const files = {
      "b/node-z/dmesg": ofNode,
      "b/node-z/hostname": "node-z\n",
      "b/pods.json": killedForMemory,
    };
    expect((await verdicts(files)).sort()).toEqual(["possible", "ruled-out"]);
  });
});
