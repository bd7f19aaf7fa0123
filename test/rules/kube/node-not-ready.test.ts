import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "kube/node-not-ready";
const NODES = readFileSync("test/fixtures/kube-state/node-not-ready/nodes.yaml", "utf8");
const verdicts = async (text: string) => verdictsOf(await analyzeFiles({ "nodes.yaml": text }), RULE);

describe(RULE, () => {
  it("is seen by the kubelet's own word, with its reason", async () => {
    const finding = findingOf(await analyzeFiles({ "nodes.yaml": NODES }), RULE);
    expect(finding.subject).toMatchObject({ kind: "node", name: "node-a" });
    expect(finding.summary).toContain("since 2026-10-05T06:12:03Z");
    expect(finding.summary).toContain("the container runtime answers its kubelet late or not at all (PLEG)");
    expect(finding.namesItsCause).toBe(true);
  });

  it("is seen where the kubelet is silent, which names no cause", async () => {
    const silent = NODES.replace(
      'status: "False"\n      lastHeartbeatTime: "2026-10-05T09:59:41Z"\n      lastTransitionTime: "2026-10-05T06',
      'status: Unknown\n      lastHeartbeatTime: "2026-10-05T06:11:20Z"\n      lastTransitionTime: "2026-10-05T06',
    ).replace(/'PLEG.*'/, "Kubelet stopped posting node status.");
    const finding = findingOf(await analyzeFiles({ "nodes.yaml": silent }), RULE);
    expect(finding.summary).toContain("its kubelet is silent");
    expect(finding.namesItsCause).toBeUndefined();
  });

  it("is seen in a table, and asks for the reason that it doesn't show", async () => {
    const table =
      "NAME     STATUS                        ROLES    AGE    VERSION\nnode-a   NotReady,SchedulingDisabled   <none>   4d2h   v1.28.4\nnode-b   Ready                         <none>   4d2h   v1.28.4\n";
    const finding = findingOf(await analyzeFiles({ "nodes.txt": table }), RULE);
    expect(finding.subject).toMatchObject({ name: "node-a" });
    expect(finding.missing[0]?.command).toBe("kubectl get node node-a -o yaml");
  });

  it("is not of a node that has just joined, nor of one that is cordoned", async () => {
    expect(await verdicts(NODES.replace("2026-10-05T06:12:03Z", "2026-10-05T09:59:02Z"))).toEqual([]);
    const cordoned =
      "NAME     STATUS                     ROLES    AGE    VERSION\nnode-a   Ready,SchedulingDisabled   <none>   4d2h   v1.28.4\n";
    expect(verdictsOf(await analyzeFiles({ "nodes.txt": cordoned }), RULE)).toEqual([]);
  });

  it("is told with the node's own host, where that left evidence", async () => {
    const uname = "Linux node-a 5.10.0 #1 SMP x86_64 GNU/Linux\n";
    const report = await analyzeFiles({ "b/nodes.yaml": NODES, "b/node-a/uname": uname });
    expect(findingOf(report, RULE).host).toBe("node-a");
  });
});
