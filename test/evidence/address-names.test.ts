import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { ClusterEvidence } from "../../src/evidence/index.ts";
import { addressNames } from "../../src/evidence/index.ts";
import { clusterOf } from "./clusters.ts";

const pod = (name: string, ip: string, more: object = {}, status: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    namespace: "shop",
    uid: name,
    creationTimestamp: "2024-01-05T10:00:00Z",
    labels: { app: "cart" },
  },
  spec: { nodeName: "node-a", ...more },
  status: { phase: "Running", podIP: ip, hostIP: "192.168.7.3", ...status },
});
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "cart", namespace: "shop" },
  spec: { clusterIP: "10.96.0.21", selector: { app: "cart" }, ports: [{ port: 80, nodePort: 30080 }] },
  status: { loadBalancer: { ingress: [{ ip: "203.0.113.9" }] } },
};
const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "node-a" },
  status: { addresses: [{ type: "InternalIP", address: "192.168.7.3" }] },
};
const of = (...objects: readonly object[]): Promise<ClusterEvidence> =>
  clusterOf({ "cluster/all.yaml": objects.map((each) => stringify(each)).join("---\n") });
function addressText(...about: Parameters<typeof addressNames>): string | undefined {
  const names = addressNames(...about);
  return names.length === 0 ? undefined : names.map(({ text }) => text).join(", ");
}
const at = (text: string): number => Date.parse(text) / 1000;
const during = (from: string, until: string) => ({ use: { from: at(from), until: at(until) } });

describe("names of addresses", () => {
  it("are those of pods, Services, load balancers and nodes", async () => {
    const cluster = await of(pod("cart-1", "10.244.3.7"), service, node);
    expect(addressText(cluster, "10.244.3.7")).toBe("pod shop/cart-1, Service shop/cart");
    expect(addressText(cluster, "10.96.0.21")).toBe("Service shop/cart");
    expect(addressText(cluster, "203.0.113.9")).toBe("load balancer of Service shop/cart");
    expect(addressText(cluster, "192.168.7.3")).toBe("node node-a");
    expect(addressText(cluster, "192.168.7.3", { port: 30080 })).toBe(
      "node node-a, port on every node of Service shop/cart",
    );
    expect(addressText(cluster, "10.244.3.99")).toBeUndefined();
  });

  it("are the node's of a pod that shares its network", async () => {
    const cluster = await of(pod("proxy", "192.168.7.3", { hostNetwork: true }), service);
    expect(addressText(cluster, "192.168.7.3")).toBe("node node-a");
  });

  it("are the node's where a table doesn't tell that a pod is on its network", async () => {
    const table = `NAMESPACE   NAME      READY   STATUS    RESTARTS   AGE   IP            NODE     NOMINATED NODE   READINESS GATES
ingress     nginx-1   1/1     Running   0          4d    192.168.7.3   node-a   <none>           <none>
`;
    const files = { "cluster/pods.txt": table, "cluster/nodes.yaml": stringify(node) };
    expect(addressText(await clusterOf(files), "192.168.7.3")).toBe("node node-a");
    expect(addressText(await clusterOf({ "cluster/pods.txt": table }), "192.168.7.3")).toBe(
      "pod ingress/nginx-1",
    );
  });

  it("are those of the time that is asked about", async () => {
    const cluster = await of(pod("cart-1", "10.244.3.7"));
    expect(addressText(cluster, "10.244.3.7", during("2024-01-05T10:01:00Z", "2024-01-05T10:02:00Z"))).toBe(
      "pod shop/cart-1",
    );
    // It was not there yet, nor may it still be weeks later.
    expect(
      addressText(cluster, "10.244.3.7", during("2024-01-05T09:00:00Z", "2024-01-05T09:10:00Z")),
    ).toBeUndefined();
    expect(addressText(cluster, "10.244.3.7", during("2024-02-05T09:00:00Z", "2024-02-05T09:10:00Z"))).toBe(
      "pod shop/cart-1 by a list whose latest time is of 2024-01-05",
    );
  });

  it("are unknown where two pods had the address", async () => {
    const cluster = await of(pod("cart-1", "10.244.3.7"), pod("cart-2", "10.244.3.7"));
    expect(addressText(cluster, "10.244.3.7")).toBeUndefined();
    const ended = pod("job-1", "10.244.3.7", {}, { phase: "Succeeded" });
    expect(addressText(await of(pod("cart-1", "10.244.3.7"), ended), "10.244.3.7")).toBe("pod shop/cart-1");
  });

  it("are those of the Services whose endpoints list it, where endpoints were listed", async () => {
    const endpoints = {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { name: "other", namespace: "shop" },
      subsets: [{ addresses: [{ ip: "10.244.3.7" }] }],
    };
    const other = {
      ...service,
      metadata: { name: "other", namespace: "shop" },
      spec: { clusterIP: "10.96.0.22" },
    };
    expect(addressText(await of(pod("cart-1", "10.244.3.7"), service, other, endpoints), "10.244.3.7")).toBe(
      "pod shop/cart-1, Service shop/other",
    );
  });
});
