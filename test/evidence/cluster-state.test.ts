import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import {
  clusterNodes,
  endpointSlices,
  horizontalAutoscalers,
  replicaSets,
  verticalAutoscalers,
} from "../../src/evidence/index.ts";
import { clusterOf } from "./clusters.ts";

const of = (...objects: readonly object[]) =>
  clusterOf({ "cluster/all.yaml": objects.map((each) => stringify(each)).join("---\n") });

describe("what the cluster's objects say", () => {
  it("is of Nodes", async () => {
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-a", labels: { "topology.kubernetes.io/zone": "a" } },
      spec: { taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }] },
      status: {
        addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
        allocatable: { cpu: "3920m", memory: "16Gi", pods: "110" },
        conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
        nodeInfo: { kernelVersion: "5.4.0-42-generic", kubeletVersion: "v1.18.9" },
      },
    };
    expect(clusterNodes(await of(node))).toMatchObject([
      {
        name: "node-a",
        isReady: false,
        isUnschedulable: false,
        taints: [{ key: "node.kubernetes.io/unreachable" }],
        allocatable: new Map([
          ["cpu", 3.92],
          ["memory", 2 ** 34],
          ["pods", 110],
        ]),
        kernelVersion: "5.4.0-42-generic",
        kubeletVersion: "v1.18.9",
      },
    ]);
  });

  it("is of ReplicaSets, each as it was listed last", async () => {
    const set = (resourceVersion: string, replicas: number) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: {
        name: "web-1",
        namespace: "shop",
        resourceVersion,
        ownerReferences: [{ kind: "Deployment", name: "web", controller: true }],
      },
      spec: { replicas },
      status: { replicas },
    });
    expect(replicaSets(await of(set("9", 3), set("10", 0)))).toMatchObject([
      { namespace: "shop", name: "web-1", replicas: 0, current: 0, controller: { name: "web" } },
    ]);
  });

  it("is of EndpointSlices of both versions", async () => {
    const slice = (apiVersion: string, name: string, endpoint: object) => ({
      apiVersion,
      kind: "EndpointSlice",
      metadata: { name, namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
      ports: [{ name: "http", port: 8080 }],
      endpoints: [{ addresses: ["10.0.0.7"], ...endpoint }],
    });
    const v1 = slice("discovery.k8s.io/v1", "web-a", {
      nodeName: "node-a",
      zone: "z1",
      conditions: { ready: false },
      hints: { forZones: [{ name: "z1" }] },
    });
    const beta = slice("discovery.k8s.io/v1beta1", "web-b", {
      topology: { "kubernetes.io/hostname": "node-b" },
    });
    expect(endpointSlices(await of(v1, beta)).flatMap(({ endpoints }) => endpoints)).toEqual([
      { addresses: ["10.0.0.7"], isReady: false, node: "node-a", zone: "z1", hintedZones: ["z1"] },
      { addresses: ["10.0.0.7"], isReady: true, node: "node-b", zone: undefined, hintedZones: [] },
    ]);
  });

  it("is of autoscalers", async () => {
    const vpa = {
      apiVersion: "autoscaling.k8s.io/v1",
      kind: "VerticalPodAutoscaler",
      metadata: { name: "web", namespace: "shop" },
      spec: { targetRef: { kind: "Deployment", name: "web" }, updatePolicy: { updateMode: "Auto" } },
      status: {
        recommendation: {
          containerRecommendations: [
            { containerName: "web", target: { cpu: "25m", memory: "262144k" }, lowerBound: { cpu: "15m" } },
          ],
        },
      },
    };
    const hpa = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "shop" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 2, maxReplicas: 9 },
      status: { conditions: [{ type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric" }] },
    };
    const cluster = await of(vpa, hpa);
    expect(verticalAutoscalers(cluster)).toMatchObject([
      {
        target: { kind: "Deployment", name: "web" },
        updateMode: "Auto",
        recommendations: [
          {
            container: "web",
            target: new Map([
              ["cpu", 0.025],
              ["memory", 262_144_000],
            ]),
            upperBound: new Map(),
          },
        ],
      },
    ]);
    expect(horizontalAutoscalers(cluster)).toMatchObject([
      { minReplicas: 2, maxReplicas: 9, conditions: [{ reason: "FailedGetResourceMetric" }] },
    ]);
  });
});

describe("what tables show", () => {
  it("is of ReplicaSets and Nodes beside objects, which are better, and of nothing that they cut", async () => {
    const table = (head: string, ...rows: readonly string[]) => [head, ...rows, ""].join("\n");
    const cluster = await clusterOf({
      "c/rs.txt": table(
        "NAMESPACE   NAME    DESIRED   CURRENT   READY   AGE",
        "shop        web-1   0         0         0       5d",
        "shop        web-2   3         3         3       4d",
      ),
      "c/rs.yaml": stringify({
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "web-2", namespace: "shop" },
        spec: { replicas: 2 },
      }),
      "c/ep.txt": table("NAMESPACE   NAME   ENDPOINTS   AGE", "shop        web    <none>      5d"),
      "c/eps.txt": table(
        "NAMESPACE   NAME    ADDRESSTYPE   PORTS   ENDPOINTS   AGE   LABELS",
        "shop        web-a   IPv4          8080    10.0.0.1    5d    kubernetes.io/service-name=web",
      ),
      "c/svc.txt": table(
        "NAMESPACE   NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE",
        "shop        web    ClusterIP   10.96.0.7    <none>        80/TCP    5d",
      ),
      "c/deploy.txt": table(
        "NAMESPACE   NAME   READY   UP-TO-DATE   AVAILABLE   AGE",
        "shop        web    3/3     3            3           5d",
      ),
    });
    expect(replicaSets(cluster).map(({ name, replicas }) => [name, replicas])).toEqual([
      ["web-1", 0],
      ["web-2", 2],
    ]);
    expect(endpointSlices(cluster)).toEqual([]);
    expect(cluster.endpoints).toEqual([]);
    expect(cluster.services).toEqual([]);
    expect(cluster.workloads).toEqual([]);
    expect(cluster.objects).toHaveLength(1);
    expect(cluster.listed).toHaveLength(7);
  });
});
