import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { refusalsIn } from "../../../src/rules/kube/unschedulable.ts";
import { ago, eventAbout, listed, pod, witness } from "./objects.ts";

const RULE = "kube/unschedulable";
const MESSAGE =
  "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had taint {a: b}, that the pod didn't tolerate.";
const pending = (since: number) =>
  pod("web", {
    spec: { nodeName: undefined },
    status: {
      phase: "Pending",
      containerStatuses: [],
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "Unschedulable",
          message: MESSAGE,
          lastTransitionTime: ago(since),
        },
      ],
    },
  });
const see = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items) }), RULE);

describe(RULE, () => {
  it("is seen of a pod that has waited, with what each node lacks", async () => {
    const finding = findingOf(await analyzeFiles({ "c/all.yaml": listed(pending(1800), witness) }), RULE);
    expect(finding.summary).toContain(
      "has waited 30 minutes for a node; none of 3 nodes will do: 1 × Insufficient cpu, 2 × node(s) had taint",
    );
    expect(finding.remedy.join()).toContain("toleration");
  });

  it("is not seen of a pod that came just now, or was placed", async () => {
    expect(await see(pending(5), witness)).toEqual([]);
    const refused = eventAbout("web", { reason: "FailedScheduling", message: MESSAGE, count: 9, first: 900 });
    expect(await see(pod("web"), refused)).toEqual([]);
    expect(
      await see(
        refused,
        eventAbout("web", { reason: "Scheduled", message: "Successfully assigned shop/web to node-b" }),
      ),
    ).toEqual([]);
  });

  it("is not seen of a pod that was deleted while it waited", async () => {
    const refused = eventAbout("web", { reason: "FailedScheduling", message: MESSAGE, count: 9, first: 900 });
    const gone = eventAbout("web", {
      reason: "FailedScheduling",
      message: "skip schedule deleting pod: shop/web",
    });
    expect(await see(refused, gone)).toEqual([]);
  });

  it("is seen by events alone, and with a table", async () => {
    const refused = (count: number, first: number) =>
      eventAbout("web", { reason: "FailedScheduling", message: MESSAGE, count, first });
    expect(await see(refused(9, 900))).toEqual(["confirmed"]);
    expect(await see(refused(1, 30))).toEqual([]);
    const table =
      "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE\nshop        web    0/1     Pending   0          41m\n";
    expect(verdictsOf(await analyzeFiles({ "c/pods.txt": table }), RULE)).toEqual([]);
    const beside = { "c/pods.txt": table, "c/events.yaml": listed(refused(9, 900)) };
    expect(verdictsOf(await analyzeFiles(beside), RULE)).toEqual(["confirmed"]);
  });

  it("takes apart what schedulers of all times say", () => {
    expect(refusalsIn(MESSAGE)).toEqual([
      { nodes: 1, why: "Insufficient cpu" },
      { nodes: 2, why: "node(s) had taint {a: b}, that the pod didn't tolerate" },
    ]);
    expect(
      refusalsIn(
        "No nodes are available that match all of the following predicates:: Insufficient cpu (9), MatchNodeSelector (18).",
      ),
    ).toEqual([
      { nodes: 9, why: "Insufficient cpu" },
      { nodes: 18, why: "MatchNodeSelector" },
    ]);
    const preempted =
      "0/2 nodes are available: 2 Too many pods. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod..";
    expect(refusalsIn(preempted)).toEqual([{ nodes: 2, why: "Too many pods" }]);
    expect(refusalsIn("skip schedule deleting pod: shop/web")).toEqual([]);
  });
});
