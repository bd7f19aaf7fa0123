import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, verdictsOf } from "../case.ts";

const RULE = "kube/vpa-reclaimable";
const requests = (cpu: string, memory: string) => ({ resources: { requests: { cpu, memory } } });
const deployment = (container: object, replicas = 4, name = "api") => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
  spec: { replicas, template: { spec: { containers: [{ name: "api", ...container }] } } },
});
const vpa = (
  target: readonly [string, string],
  bounds: readonly [string, string, string, string] = ["50m", "64Mi", "4", "8Gi"],
  updateMode = "Off",
  name = "api",
) => ({
  apiVersion: "autoscaling.k8s.io/v1",
  kind: "VerticalPodAutoscaler",
  metadata: { name, namespace: "shop" },
  spec: { targetRef: { kind: "Deployment", name }, updatePolicy: { updateMode } },
  status: {
    recommendation: {
      containerRecommendations: [
        {
          containerName: "api",
          lowerBound: { cpu: bounds[0], memory: bounds[1] },
          target: { cpu: target[0], memory: target[1] },
          upperBound: { cpu: bounds[2], memory: bounds[3] },
        },
      ],
    },
  },
});
const pod = (i: number, container: object, phase = "Running") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: `api-7d4b9-${i}`,
    namespace: "shop",
    ownerReferences: [{ kind: "ReplicaSet", name: "api-7d4b9", controller: true }],
  },
  spec: { containers: [{ name: "api", ...container }] },
  status: { phase },
});
const of = (...objects: readonly object[]) =>
  analyzeFiles({ "c/objects.yaml": objects.map((each) => stringify(each)).join("---\n") });
const summaries = async (...objects: readonly object[]) =>
  (await of(...objects)).findings.filter(({ rule }) => rule === RULE).map(({ summary }) => summary);

describe(RULE, () => {
  it("sums what a workload could give back, by its template", async () => {
    expect(await summaries(deployment(requests("2", "4Gi")), vpa(["250m", "1Gi"]))).toEqual([
      "Deployment shop/api asks for more than is recommended: 4 pods could give back 7 cores of 8 cores (88%) and 12.0 GB of 16.0 GB of memory (75%).",
    ]);
  });

  it("believes pods more than their template, and counts those that run", async () => {
    const pods = [
      pod(0, requests("1", "1Gi")),
      pod(1, requests("1", "1Gi")),
      pod(2, requests("1", "1Gi"), "Succeeded"),
    ];
    const [summary] = await summaries(deployment(requests("2", "4Gi")), ...pods, vpa(["250m", "1Gi"]));
    expect(summary).toContain("2 pods could give back 1.5 cores of 2 cores (75%).");
    const [alone] = await summaries(...pods, vpa(["250m", "1Gi"]));
    expect(alone).toContain("2 pods could give back 1.5 cores");
  });

  it("is not led astray by a table of pods", async () => {
    const table =
      "NAMESPACE   NAME            READY   STATUS    RESTARTS   AGE\nshop        api-7d4b9-x2x   1/1     Running   0          3d\n";
    const objects = [deployment(requests("2", "4Gi")), vpa(["250m", "1Gi"])].map((each) => stringify(each));
    const report = await analyzeFiles({ "c/objects.yaml": objects.join("---\n"), "c/pods.txt": table });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
  });

  it("adds up several workloads, and lets none pay for another", async () => {
    const found = await summaries(
      deployment(requests("2", "4Gi")),
      vpa(["1", "4Gi"]),
      deployment(requests("1", "1Gi"), 1, "web"),
      vpa(["500m", "6Gi"], ["50m", "64Mi", "4", "8Gi"], "Off", "web"),
    );
    expect(found[0]).toBe(
      "2 workloads could give back 4.5 cores of 9 cores (50%) that they ask for together.",
    );
  });

  it("tells pods that would be restarted for a change inside the bounds", async () => {
    const [summary, another] = await summaries(
      deployment(requests("200m", "300Mi"), 2),
      vpa(["250m", "310Mi"], ["100m", "200Mi", "1", "1Gi"], "Auto"),
    );
    expect(summary).toBe(
      "2 of 2 pods of Deployment shop/api would be restarted for a change inside the recommendation's own bounds, once they have run for twelve hours.",
    );
    expect(another).toBeUndefined();
  });

  it("is silent about restarts that are due, small, or not allowed", async () => {
    const inside = requests("200m", "300Mi");
    const bounds = ["100m", "200Mi", "1", "1Gi"] as const;
    expect(await summaries(deployment(inside), vpa(["210m", "305Mi"], bounds, "Auto"))).toEqual([]);
    expect(await summaries(deployment(inside), vpa(["250m", "310Mi"], bounds, "Initial"))).toEqual([]);
    expect(
      await summaries(deployment(requests("50m", "300Mi")), vpa(["250m", "310Mi"], bounds, "Auto")),
    ).toEqual([]);
  });

  it("knows that the updater leaves a pod alone that is the only one", async () => {
    const inside = requests("200m", "300Mi");
    const auto = vpa(["250m", "310Mi"], ["100m", "200Mi", "1", "1Gi"], "Auto");
    expect(await summaries(deployment(inside, 1), auto)).toEqual([]);
    const told = { ...auto, spec: { ...auto.spec, updatePolicy: { updateMode: "Auto", minReplicas: 1 } } };
    expect(await summaries(deployment(inside, 1), told)).toHaveLength(1);
  });

  it("is silent about small savings, and where requests or recommendations are not known", async () => {
    expect(await summaries(deployment(requests("260m", "1080Mi")), vpa(["250m", "1Gi"]))).toEqual([]);
    expect(await summaries(deployment({}), vpa(["250m", "1Gi"]))).toEqual([]);
    expect(await summaries(vpa(["250m", "1Gi"]))).toEqual([]);
    const { status: _, ...untold } = vpa(["250m", "1Gi"]);
    expect(verdictsOf(await of(deployment(requests("2", "4Gi")), untold), RULE)).toEqual([]);
  });

  it("reads numbers as people write them, and leaves out pods that are being deleted", async () => {
    const asked = { resources: { requests: { cpu: 1, memory: "1Gi" } } };
    const ending = pod(2, asked);
    const deleted = {
      ...ending,
      metadata: { ...ending.metadata, deletionTimestamp: "2024-01-19T03:00:00Z" },
    };
    const [summary] = await summaries(vpa(["250m", "1Gi"]), pod(0, asked), pod(1, asked), deleted);
    expect(summary).toContain("2 pods could give back 1.5 cores of 2 cores");
  });
});
