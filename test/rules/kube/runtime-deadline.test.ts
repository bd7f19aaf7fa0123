import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { deleted, eventAbout, listed, pod, witness } from "./objects.ts";

const RULE = "kube/runtime-deadline";
const STUCK = pod("web", { metadata: deleted(7200) });
const SYNC = {
  reason: "FailedSync",
  message: "error determining status: rpc error: code = DeadlineExceeded desc = context deadline exceeded",
};
const judge = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items, witness) }), RULE);

describe(RULE, () => {
  it("is confirmed by many deadlines over long", async () => {
    expect(await judge(STUCK, eventAbout("web", { ...SYNC, count: 408, first: 3600 }))).toEqual([
      "confirmed",
    ]);
  });

  it("is confirmed of a pod that only a table shows terminating", async () => {
    const table =
      "NAMESPACE   NAME   READY   STATUS        RESTARTS   AGE\nshop        web    0/1     Terminating   0          5d\n";
    const events = listed(eventAbout("web", { ...SYNC, count: 408, first: 3600 }));
    const report = await analyzeFiles({ "c/pods.txt": table, "c/events.yaml": events });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, "kube/pod-terminating").summary).toContain(
      "failed with it (FailedSync) 408 times",
    );
  });

  it("is likely by a few, and possible by one", async () => {
    expect(await judge(STUCK, eventAbout("web", { ...SYNC, count: 4, first: 300 }))).toEqual(["likely"]);
    expect(await judge(STUCK, eventAbout("web", { ...SYNC, count: 1 }))).toEqual(["possible"]);
  });

  it("takes no deadline of another kind for one: a probe's, a webhook's", async () => {
    const probe = {
      reason: "Unhealthy",
      message: 'Liveness probe failed: Get "http://10.0.0.1/": context deadline exceeded',
    };
    expect(await judge(STUCK, eventAbout("web", { ...probe, count: 408, first: 3600 }))).toEqual([
      "possible",
    ]);
  });

  it("is silent of a pod that nobody deleted", async () => {
    expect(await judge(pod("web"), eventAbout("web", { ...SYNC, count: 408, first: 3600 }))).toEqual([]);
  });

  it("stays possible beside a finalizer, and asks for the events", async () => {
    const held = pod("web", { metadata: { ...deleted(7200), finalizers: ["example.com/x"] } });
    const report = await analyzeFiles({ "c/all.yaml": listed(held, witness) });
    expect(verdictsOf(report, "kube/finalizer-held")).toEqual(["confirmed"]);
    expect(findingOf(report, RULE)).toMatchObject({ verdict: "possible" });
    expect(findingOf(report, RULE).missing.length).toBeGreaterThan(0);
  });
});
