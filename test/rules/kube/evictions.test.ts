import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { eventAbout, listed, pod } from "./objects.ts";

const RULE = "kube/evictions";
const evicted = (name: string, message: string, nodeName = "node-b") =>
  pod(name, {
    spec: { nodeName },
    status: { phase: "Failed", reason: "Evicted", message, containerStatuses: [] },
  });
const LOW =
  "The node was low on resource: memory. Container main was using 2Gi, which exceeds its request of 0.";

describe(RULE, () => {
  it("is seen once a node, with what it was short of", async () => {
    const files = {
      "c/pods.yaml": listed(evicted("a", LOW), evicted("b", LOW), evicted("c", LOW, "node-c")),
    };
    const report = await analyzeFiles(files);
    const finding = findingOf(report, RULE);
    expect(finding.subject).toMatchObject({ kind: "node", name: "node-b" });
    expect(finding.summary).toContain(
      "2 pods were evicted from node node-b, which was short of memory: shop/a, shop/b",
    );
    expect(finding.remedy.join()).toContain("requests that they stay within");
  });

  it("is seen in a table, and asks why", async () => {
    const table =
      "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   IP       NODE     NOMINATED NODE   READINESS GATES\nshop        web    0/1     Evicted   0          41m   <none>   node-b   <none>           <none>\n";
    const finding = findingOf(await analyzeFiles({ "c/pods.txt": table }), RULE);
    expect(finding.subject).toMatchObject({ name: "node-b" });
    expect(finding.missing.length).toBe(1);
  });

  it("is seen by events of pods that are gone", async () => {
    const event = eventAbout("web", { reason: "Evicted", message: LOW });
    expect(findingOf(await analyzeFiles({ "c/events.yaml": listed(event) }), RULE).summary).toContain(
      "short of memory",
    );
  });

  it("is not seen of pods that failed otherwise, or of a node that has had pressure", async () => {
    const failed = pod("job", { status: { phase: "Failed", reason: "DeadlineExceeded" } });
    const pressure = eventAbout("node-b", { reason: "NodeHasDiskPressure", message: "x", kind: "Node" });
    expect(verdictsOf(await analyzeFiles({ "c/all.yaml": listed(failed, pressure) }), RULE)).toEqual([]);
  });
});
