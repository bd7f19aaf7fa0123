import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/pid-exhaustion";

describe(RULE, () => {
  it("is seen in the kernel's log, by pod", async () => {
    const finding = findingOf(
      await analyzeFiles({ "b/dmesg": file("test/fixtures/node/pids/node-k/dmesg") }),
      RULE,
    );
    expect(finding.subject).toEqual({ kind: "pod", name: "3f1c0b9a-52d7-4c1e-9d0e-6b1a7c2e8f41" });
  });

  it("keeps groups apart", async () => {
    const log = kernelLog(
      "cgroup: fork rejected by pids controller in /kubepods/burstable/pod3f1c0b9a-52d7-4c1e-9d0e-6b1a7c2e8f41",
      "cgroup: fork rejected by pids controller in /user.slice/user-1000.slice/session-3.scope",
    );
    const subjects = (await analyzeFiles({ "b/dmesg": log })).findings
      .filter(({ rule }) => rule === RULE)
      .map(({ subject }) => subject.kind);
    expect(subjects.sort()).toEqual(["cgroup", "pod"]);
  });

  it("is no finding for other words of cgroups", async () => {
    const log = kernelLog("cgroup: Unknown subsys name 'rdt'", "cgroup: fork rejected");
    expect(verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE)).toEqual([]);
  });
});
