import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { listed, pod } from "./objects.ts";

const RULE = "kube/killed-for-memory";
const judge = async (
  terminated: object | undefined,
  state: object = { waiting: { reason: "CrashLoopBackOff" } },
) => {
  const lastState = terminated === undefined ? {} : { terminated };
  const web = pod("web", {
    status: { containerStatuses: [{ name: "main", restartCount: 7, state, lastState }] },
  });
  return analyzeFiles({ "c/all.yaml": listed(web) });
};

describe(RULE, () => {
  it("is confirmed by the reason of the last end", async () => {
    const report = await judge({ exitCode: 137, reason: "OOMKilled" });
    expect(findingOf(report, RULE)).toMatchObject({ verdict: "confirmed", explains: ["kube/crash-loop"] });
    expect(verdictsOf(report, "kube/program-exit")).toEqual(["ruled-out"]);
  });

  it("is ruled out by any other end, that by a SIGKILL from elsewhere too", async () => {
    expect(verdictsOf(await judge({ exitCode: 137, reason: "Error" }), RULE)).toEqual(["ruled-out"]);
    expect(verdictsOf(await judge({ exitCode: 1, reason: "Error" }), RULE)).toEqual(["ruled-out"]);
  });

  it("is possible where nobody says how it ended, and asks", async () => {
    const finding = findingOf(await judge(undefined), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing[0]?.command).toContain("get pod POD -o yaml");
  });

  it("says nothing of a container that runs", async () => {
    const running = { running: { startedAt: "2026-11-22T11:00:00Z" } };
    expect(verdictsOf(await judge({ exitCode: 137, reason: "OOMKilled" }, running), RULE)).toEqual([]);
  });
});
