import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { version } from "./control-plane.ts";

const RULE = "kube/topology-blackhole";
const node = (name: string, zone: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/hostname": name, zone } },
  spec,
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
const NODES = [node("node-a", "z1"), node("node-b", "z1"), node("node-c", "z2")];
const service = (spec: object) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { clusterIP: "10.96.0.9", ...spec },
});
const slice = (...on: readonly (readonly [string, boolean])[]) => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-1", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
  endpoints: on.map(([nodeName, ready], i) => ({
    addresses: [`10.244.0.${i + 1}`],
    conditions: { ready },
    nodeName,
  })),
});
const of = (...objects: readonly object[]) => ({
  "c/objects.yaml": objects.map((each) => stringify(each)).join("---\n"),
});
const summaryOf = async (...objects: readonly object[]) =>
  findingOf(await analyzeFiles(of(...objects)), RULE).summary;

describe(RULE, () => {
  it("names the nodes from which topologyKeys lead nowhere, and what the others reach", async () => {
    const keys = { topologyKeys: ["kubernetes.io/hostname", "zone"] };
    const report = await analyzeFiles(
      of(...NODES, service(keys), slice(["node-a", true], ["node-c", false])),
    );
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({
      kind: "audit",
      verdict: "confirmed",
      host: null,
      subject: { name: "shop/web" },
    });
    expect(finding.summary).toBe(
      "Clients on 1 of 3 nodes reach none of the 1 ready endpoint of Service shop/web, by its topologyKeys kubernetes.io/hostname, zone: node-c. 2 nodes reach some.",
    );
    expect(finding.evidence.map(({ text }) => text)).toContain("from node node-b it is 10.244.0.1");
  });

  it("is not said where kube-proxy ignores topologyKeys for want of their feature gate", async () => {
    const proxy = (flag: string) => ({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "kube-proxy", namespace: "kube-system" },
      spec: {
        template: {
          spec: { containers: [{ image: "k8s.gcr.io/kube-proxy:v1.19.4", command: ["kube-proxy", flag] }] },
        },
      },
    });
    const keys = { topologyKeys: ["kubernetes.io/hostname"] };
    const see = async (flag: string) =>
      verdictsOf(await analyzeFiles(of(...NODES, service(keys), slice(["node-a", true]), proxy(flag))), RULE);
    expect(await see("--v=2")).toEqual([]);
    expect(await see("--feature-gates=ServiceTopology=true")).toEqual(["confirmed"]);
  });

  it("takes a node without the label for none of those whose label is empty", async () => {
    const keys = { topologyKeys: ["zone"] };
    const bare = {
      ...node("node-d", ""),
      metadata: { name: "node-d", labels: { "kubernetes.io/hostname": "node-d" } },
    };
    const summary = await summaryOf(
      node("node-a", ""),
      node("node-b", ""),
      bare,
      service(keys),
      slice(["node-a", true]),
    );
    expect(summary).toContain("Clients on 1 of 3 nodes");
    expect(summary).toContain(": node-d.");
  });

  it("knows internalTrafficPolicy and the node port of externalTrafficPolicy", async () => {
    expect(
      await summaryOf(...NODES, service({ internalTrafficPolicy: "Local" }), slice(["node-a", true])),
    ).toContain("internalTrafficPolicy: Local: node-b, node-c");
    expect(
      await summaryOf(
        ...NODES,
        service({ type: "NodePort", externalTrafficPolicy: "Local" }),
        slice(["node-a", true]),
      ),
    ).toContain("Clients of the node port of 2 of 3 nodes");
  });

  it("reads Endpoints where there are no slices", async () => {
    const endpoints = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "web", namespace: "shop" },
      subsets: [{ addresses: [{ ip: "10.244.0.1", nodeName: "node-c" }] }],
    };
    expect(await summaryOf(...NODES, service({ internalTrafficPolicy: "Local" }), endpoints)).toContain(
      "node-a, node-b",
    );
  });

  it("is silent where every client reaches something", async () => {
    const silent = async (...objects: readonly object[]) =>
      expect(verdictsOf(await analyzeFiles(of(...objects)), RULE)).toEqual([]);
    await silent(...NODES, service({ topologyKeys: ["zone", "*"] }), slice(["node-a", true]));
    await silent(
      ...NODES,
      service({ internalTrafficPolicy: "Local" }),
      slice(["node-a", true], ["node-b", true], ["node-c", true]),
    );
    await silent(...NODES, service({}), slice(["node-a", true]));
    // A load balancer leaves out nodes without an endpoint.
    await silent(
      ...NODES,
      service({ type: "LoadBalancer", externalTrafficPolicy: "Local" }),
      slice(["node-a", true]),
    );
    // A headless one is resolved to all.
    await silent(...NODES, service({ clusterIP: "None", topologyKeys: ["zone"] }), slice(["node-a", true]));
  });

  it("is silent where nothing is ready, and about nodes that take no pods", async () => {
    expect(
      verdictsOf(
        await analyzeFiles(
          of(...NODES, service({ internalTrafficPolicy: "Local" }), slice(["node-a", false])),
        ),
        RULE,
      ),
    ).toEqual([]);
    const tainted = node("master-1", "z1", {
      taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
    });
    const cordoned = node("node-d", "z1", { unschedulable: true });
    const all = [node("node-a", "z1"), tainted, cordoned];
    expect(
      verdictsOf(
        await analyzeFiles(of(...all, service({ internalTrafficPolicy: "Local" }), slice(["node-a", true]))),
        RULE,
      ),
    ).toEqual([]);
  });

  it("is silent where labels, nodes of endpoints, or the version leave it open", async () => {
    const bare = { apiVersion: "v1", kind: "Node", metadata: { name: "node-a" } };
    const keys = service({ topologyKeys: ["zone"] });
    expect(verdictsOf(await analyzeFiles(of(bare, keys, slice(["node-a", true]))), RULE)).toEqual([]);
    const placeless = { ...slice(), endpoints: [{ addresses: ["10.244.0.1"] }] };
    expect(
      verdictsOf(
        await analyzeFiles(of(...NODES, service({ internalTrafficPolicy: "Local" }), placeless)),
        RULE,
      ),
    ).toEqual([]);
    const files = { ...of(...NODES, keys, slice(["node-a", true])), "version.txt": version("v1.24.1") };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });
});
