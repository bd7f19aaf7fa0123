import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { deleted, listed, node, pod, witness } from "./objects.ts";

const RULE = "kube/node-lost";
const STUCK = pod("web", { metadata: deleted(7200) });
const judge = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items, witness) }), RULE);
const table = (status: string) =>
  `NAME     STATUS   ROLES    AGE    VERSION\nnode-b   ${status}   <none>   231d   v1.18.9\n`;

describe(RULE, () => {
  it("is confirmed where the node's kubelet is silent", async () => {
    expect(await judge(STUCK, node("node-b", "Unknown", { heartbeat: 8000, since: 7900 }))).toEqual([
      "confirmed",
    ]);
  });

  it("is likely where the kubelet says that it is not ready, or a table doesn't tell", async () => {
    expect(await judge(STUCK, node("node-b", "False"))).toEqual(["likely"]);
    const files = {
      "c/all.yaml": listed(STUCK, witness),
      "c/nodes.txt": table("NotReady").replace("STATUS  ", "STATUS    "),
    };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual(["likely"]);
  });

  it("is ruled out where the node was ready all the time, and only doubted where a table says so", async () => {
    expect(await judge(STUCK, node("node-b", "True"))).toEqual(["ruled-out"]);
    // It may have been lost, and is back.
    expect(await judge(STUCK, node("node-b", "True", { since: 60 }))).toEqual(["possible"]);
    const files = { "c/all.yaml": listed(STUCK, witness), "c/nodes.txt": table("Ready ") };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual(["possible"]);
  });

  it("is not said by another node that is lost, nor of a node that was deleted", async () => {
    expect(await judge(STUCK, node("node-c", "Unknown"))).toEqual(["possible"]);
    expect(
      findingOf(await analyzeFiles({ "c/all.yaml": listed(STUCK, witness) }), RULE).missing[0]?.command,
    ).toBe("kubectl get nodes -o yaml");
  });

  it("is silent where no pod of the lost node is stuck", async () => {
    expect(await judge(pod("web"), node("node-b", "Unknown"))).toEqual([]);
  });
});
