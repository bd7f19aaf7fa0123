import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, listed, witness } from "./objects.ts";

const RULE = "kube/namespace-terminating";
const namespace = (deleted: number | undefined, conditions: readonly object[] = []) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: "till",
    creationTimestamp: ago(900_000),
    ...(deleted !== undefined && { deletionTimestamp: ago(deleted) }),
  },
  spec: { finalizers: ["kubernetes"] },
  status: { phase: deleted === undefined ? "Active" : "Terminating", conditions },
});
const condition = (type: string, status: string, message: string) => ({
  type,
  status,
  reason: "x",
  message,
  lastTransitionTime: ago(60),
});
const LEFT = condition(
  "NamespaceFinalizersRemaining",
  "True",
  "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances",
);

describe(RULE, () => {
  it("is seen with what holds it", async () => {
    const finding = findingOf(await analyzeFiles({ "c/ns.yaml": listed(namespace(7200, [LEFT])) }), RULE);
    expect(finding.summary).toContain("What holds it: objects in it keep their finalizers");
    expect(finding.evidence.map(({ text }) => text).join()).toContain("example.com/x in 1 resource");
    expect(finding.remedy[0]).toContain("controllers");
  });

  it("is not seen of one that was deleted just now, or not at all", async () => {
    const see = async (...items: readonly object[]) =>
      verdictsOf(await analyzeFiles({ "c/ns.yaml": listed(...items, witness) }), RULE);
    expect(await see(namespace(120, [LEFT]))).toEqual([]);
    expect(await see(namespace(undefined))).toEqual([]);
  });

  it("names nothing that the conditions say is well", async () => {
    const well = condition("NamespaceDeletionContentFailure", "False", "All content successfully deleted");
    const finding = findingOf(
      await analyzeFiles({ "c/ns.yaml": listed(namespace(7200, [well]), witness) }),
      RULE,
    );
    expect(finding.summary).toContain("Nothing in its status says what holds it");
    expect(finding.missing[0]?.command).toBe("kubectl get apiservices -o yaml");
  });

  it("is not seen in a table, which tells no time", async () => {
    const table = "NAME   STATUS        AGE\ntill   Terminating   8d\n";
    expect(verdictsOf(await analyzeFiles({ "c/ns.txt": table }), RULE)).toEqual([]);
  });
});
