import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { eventAbout, listed, pod } from "./objects.ts";

const RULE = "kube/probe-killed";
const loop = (terminated: object) =>
  pod("web", {
    status: {
      containerStatuses: [
        {
          name: "main",
          restartCount: 7,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated },
        },
      ],
    },
  });
const KILLED = loop({ exitCode: 137, reason: "Error" });
const kill = (count: number) =>
  eventAbout("web", {
    reason: "Killing",
    message: "Container main failed liveness probe, will be restarted",
    count,
  });
const failure = (probe: string, count: number) =>
  eventAbout("web", {
    reason: "Unhealthy",
    message: `${probe} probe failed: HTTP probe failed with statuscode: 500`,
    count,
  });
const judge = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE);

describe(RULE, () => {
  it("is confirmed by kills for a probe", async () => {
    expect(await judge(KILLED, kill(7), failure("Liveness", 21))).toEqual(["confirmed"]);
    const old = eventAbout("web", {
      reason: "Killing",
      message:
        "Killing container with id docker://main:Container failed liveness probe.. Container will be killed and recreated.",
      count: 4,
    });
    expect(await judge(KILLED, old)).toEqual(["confirmed"]);
  });

  it("is likely by failures alone, as many as a kill takes", async () => {
    expect(await judge(KILLED, failure("Liveness", 21))).toEqual(["likely"]);
    expect(await judge(KILLED, failure("Liveness", 1))).toEqual(["possible"]);
  });

  it("takes a readiness probe for no killer, and another container's for none of this", async () => {
    expect(await judge(KILLED, failure("Readiness", 300))).toEqual(["possible"]);
    const other = eventAbout("web", {
      reason: "Killing",
      message: "Container proxy failed liveness probe, will be restarted",
      count: 9,
    });
    expect(await judge(KILLED, other)).toEqual(["possible"]);
  });

  it("is ruled out where the kernel killed it for want of memory", async () => {
    expect(await judge(loop({ exitCode: 137, reason: "OOMKilled" }))).toEqual(["ruled-out"]);
  });

  it("is possible without events, and asks for them", async () => {
    const finding = findingOf(await analyzeFiles({ "c/all.yaml": listed(KILLED) }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing[0]?.command).toBe("kubectl -n NAMESPACE describe pod POD");
  });
});
