import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { listed, node, pod } from "./objects.ts";

const RULE = "kube/pdb-blocks-drain";
const budget = (status: object) => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web", namespace: "shop" },
  spec: { minAvailable: 2, selector: { matchLabels: { app: "web" } } },
  status: { disruptionsAllowed: 0, expectedPods: 2, currentHealthy: 2, desiredHealthy: 2, ...status },
});
const cordoned = { ...node("node-b", "True"), spec: { unschedulable: true } };
const web = (more: object = {}) => pod("web-1", { metadata: { labels: { app: "web" }, ...more } });
const see = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE);
const summary = async (...items: readonly object[]) =>
  findingOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE).summary;

describe(RULE, () => {
  it("is seen of a cordoned node, with why the budget allows none", async () => {
    expect(await summary(budget({}), cordoned, web())).toContain("for it wants 2 of 2 pods at any time");
    expect(await summary(budget({ currentHealthy: 1 }), cordoned, web())).toContain(
      "1 of 2 pods is healthy, and it wants 2",
    );
  });

  it("is not seen while no node is to be emptied, or the budget allows one", async () => {
    expect(await see(budget({}), node("node-b", "True"), web())).toEqual([]);
    expect(await see(budget({ disruptionsAllowed: 1 }), cordoned, web())).toEqual([]);
    expect(await see(budget({ expectedPods: 0 }), cordoned, web())).toEqual([]);
  });

  it("is not seen of pods that a drain leaves, or that go already", async () => {
    const ownerReferences = [{ kind: "DaemonSet", name: "web", controller: true }];
    expect(await see(budget({}), cordoned, web({ ownerReferences }))).toEqual([]);
    expect(await see(budget({}), cordoned, web({ deletionTimestamp: "2026-10-05T11:59:00Z" }))).toEqual([]);
  });

  it("says nothing without the budget or the node", async () => {
    expect(await see(cordoned, web())).toEqual([]);
    expect(await see(budget({}), web())).toEqual([]);
  });
});
