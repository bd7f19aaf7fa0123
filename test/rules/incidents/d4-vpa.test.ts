import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, verdictsOf } from "../case.ts";

/** A VerticalPodAutoscaler as its documentation shows one: target 25m, bounds 25m to 3179m. */
const vpa = (updateMode: string) => ({
  apiVersion: "autoscaling.k8s.io/v1",
  kind: "VerticalPodAutoscaler",
  metadata: { name: "hamster-vpa", namespace: "default" },
  spec: {
    targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "hamster" },
    updatePolicy: { updateMode },
  },
  status: {
    recommendation: {
      containerRecommendations: [
        {
          containerName: "hamster",
          lowerBound: { cpu: "25m", memory: "262144k" },
          target: { cpu: "25m", memory: "262144k" },
          uncappedTarget: { cpu: "25m", memory: "262144k" },
          upperBound: { cpu: "3179m", memory: "6813174422" },
        },
      ],
    },
  },
});
const pod = (i: number, cpu: string, memory: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `hamster-78f9dcdd4c-${i}`,
    namespace: "default",
    ownerReferences: [{ kind: "ReplicaSet", name: "hamster-78f9dcdd4c", controller: true }],
  },
  spec: { containers: [{ name: "hamster", resources: { requests: { cpu, memory } } }] },
  status: { phase: "Running" },
});
const judge = async (...objects: readonly object[]) =>
  analyzeFiles({ "c/all.yaml": objects.map((each) => stringify(each)).join("---\n") });
const RULE = "kube/vpa-reclaimable";
const summaries = async (...objects: readonly object[]) =>
  (await judge(...objects)).findings.filter(({ rule }) => rule === RULE).map(({ summary }) => summary);

describe("requests above what is recommended (D4)", () => {
  it("sums up what could be given back", async () => {
    expect(await summaries(vpa("Off"), pod(1, "1", "2Gi"), pod(2, "1", "2Gi"))).toEqual([
      "Deployment default/hamster asks for more than is recommended: 2 pods could give back 1.95 cores of 2 cores (98%) and 3.5 GB of 4.0 GB of memory (88%).",
    ]);
  });

  it("tells restarts for a change inside the bounds", async () => {
    const all = await summaries(vpa("Auto"), pod(1, "40m", "262144k"), pod(2, "40m", "262144k"));
    expect(all.join("\n")).toContain("2 of 2 pods of Deployment default/hamster would be restarted");
  });

  it("is silent where nothing was recommended, and where requests are as recommended", async () => {
    expect(await summaries(vpa("Off"), pod(1, "25m", "262144k"))).toEqual([]);
    const { status: _, ...young } = vpa("Auto");
    expect(verdictsOf(await judge(young, pod(1, "1", "2Gi")), RULE)).toEqual([]);
  });
});
