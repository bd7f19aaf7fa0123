import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, deleted, listed, pod, witness } from "./objects.ts";

const RULE = "kube/finalizer-held";
const ended = (reason: string) => ({
  phase: "Succeeded",
  containerStatuses: [{ name: "main", state: { terminated: { reason, finishedAt: ago(7210) } } }],
});
const judge = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/pods.yaml": listed(...items, witness) }), RULE);

describe(RULE, () => {
  it("is confirmed by a finalizer of a pod that should be gone", async () => {
    const held = pod("web", {
      metadata: { ...deleted(7200, 0), finalizers: ["example.com/backup"] },
      status: ended("Completed"),
    });
    const report = await analyzeFiles({ "c/pods.yaml": listed(held, witness) });
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["kube/pod-terminating"],
    });
    expect(findingOf(report, RULE).summary).toContain("example.com/backup. Its containers have ended");
  });

  it("is silent of finalizers of a healthy pod", async () => {
    expect(await judge(pod("web", { metadata: { finalizers: ["example.com/backup"] } }))).toEqual([]);
    expect(
      await judge(pod("web", { metadata: { ...deleted(5), finalizers: ["example.com/backup"] } })),
    ).toEqual([]);
  });

  it("is only possible by a finalizer that waits for the pod's end itself", async () => {
    const finalizers = ["batch.kubernetes.io/job-tracking"];
    expect(await judge(pod("web", { metadata: { ...deleted(7200), finalizers } }))).toEqual(["possible"]);
    expect(
      await judge(pod("web", { metadata: { ...deleted(7200), finalizers }, status: ended("Error") })),
    ).toEqual(["confirmed"]);
  });

  it("is possible of a pod that was listed alone, which tells no later time", async () => {
    const held = pod("web", { metadata: { ...deleted(7200), finalizers: ["example.com/backup"] } });
    const report = await analyzeFiles({ "c/pod.yaml": listed(held) });
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "possible",
      subject: { kind: "pod", name: "shop/web" },
      explains: [],
    });
    // Of several, one may be going just now.
    expect(verdictsOf(await analyzeFiles({ "c/pods.yaml": listed(held, pod("other")) }), RULE)).toEqual([]);
    const job = pod("job", {
      metadata: { ...deleted(7200), finalizers: ["batch.kubernetes.io/job-tracking"] },
    });
    expect(verdictsOf(await analyzeFiles({ "c/pod.yaml": listed(job) }), RULE)).toEqual([]);
  });

  it("is ruled out where there is none", async () => {
    expect(await judge(pod("web", { metadata: deleted(7200) }))).toEqual(["ruled-out"]);
  });

  it("stays possible where only a description tells, which shows no finalizers, and asks for them", async () => {
    const text =
      "Name:   web\nNamespace:   shop\nNode:   node-b/10.0.0.2\nLabels:   <none>\nStatus:   Terminating (lasts 3h)\nQoS Class:   Burstable\n";
    const finding = findingOf(await analyzeFiles({ "c/describe.txt": text }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command).join()).toContain("metadata.finalizers");
  });
});
