import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { version } from "../kube/control-plane.ts";

/** The Service of the write-up, which leaves its namespace to whoever applies it. */
const service = (keys: string, more = "") => `apiVersion: v1
kind: Service
metadata:
  name: nginx
spec:
  type: ClusterIP
  clusterIP: 10.96.12.7
${more}  ports:
  - name: http
    port: 80
    protocol: TCP
    targetPort: 80
  selector:
    app: nginx
  topologyKeys: [${keys}]
`;
const LISTED = '"kubernetes.io/hostname", "topology.kubernetes.io/zone", "*"';
const HERE_ONLY = '"kubernetes.io/hostname", "topology.kubernetes.io/zone"';
const node = (name: string, zone: string) => `apiVersion: v1
kind: Node
metadata:
  name: ${name}
  labels:
    kubernetes.io/hostname: ${name}
    topology.kubernetes.io/zone: ${zone}
status:
  conditions:
  - type: Ready
    status: "True"
`;
const NODES = [
  node("10.0.0.1", "ap-guangzhou-3"),
  node("10.0.0.2", "ap-guangzhou-3"),
  node("10.0.0.3", "ap-guangzhou-4"),
];
const SLICE = `apiVersion: discovery.k8s.io/v1beta1
kind: EndpointSlice
metadata:
  name: nginx-x2vkz
  labels:
    kubernetes.io/service-name: nginx
addressType: IPv4
endpoints:
- addresses: ["172.16.0.12"]
  conditions:
    ready: true
  topology:
    kubernetes.io/hostname: 10.0.0.1
    topology.kubernetes.io/zone: ap-guangzhou-3
ports:
- name: http
  port: 80
`;
const judge = async (...objects: readonly string[]) =>
  analyzeFiles({ "c/objects.yaml": objects.join("---\n"), "c/version.txt": version("v1.17.4") });

describe("Services whose traffic stays near (D3)", () => {
  it("finds nothing wrong with the write-up's own example", async () => {
    expect((await judge(service(LISTED), SLICE, ...NODES)).findings).toEqual([]);
  });

  it("names the zone from which nothing is reached without the last resort", async () => {
    const finding = findingOf(await judge(service(HERE_ONLY), SLICE, ...NODES), "kube/topology-blackhole");
    expect(finding.kind).toBe("audit");
    expect(finding.summary).toBe(
      "Clients on 1 of 3 nodes reach none of the 1 ready endpoint of Service nginx, by its topologyKeys kubernetes.io/hostname, topology.kubernetes.io/zone: 10.0.0.3. 2 nodes reach some.",
    );
    expect(finding.evidence.map(({ text }) => text)).toContain("from node 10.0.0.2 it is 172.16.0.12");
  });

  it("names what the API refuses", async () => {
    const report = await judge(
      service(LISTED, "  externalTrafficPolicy: Local\n"),
      service('"*", "zone"').replace("name: nginx", "name: other"),
    );
    const said = findingOf(report, "kube/topology-conflict").evidence.map(({ text }) => text);
    expect(said).toContain("they are not allowed together with externalTrafficPolicy: Local");
    expect(said).toContain('"*" stands before others, and may only be the last');
  });

  it("is silent where nodes or endpoints are missing", async () => {
    expect(verdictsOf(await judge(service(HERE_ONLY), ...NODES), "kube/topology-blackhole")).toEqual([]);
    expect(verdictsOf(await judge(service(HERE_ONLY), SLICE), "kube/topology-blackhole")).toEqual([]);
  });
});
