import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Artifact } from "../../src/bundle/index.ts";
import { ClusterEvidence } from "../../src/evidence/index.ts";
import { endpointsOf, parseKubeObjects, serviceOf } from "../../src/kube/index.ts";

const encoder = new TextEncoder();
const artifact = (path: string, ...objects: readonly object[]): Artifact => ({
  path,
  kind: "kube-objects",
  host: null,
  baseline: false,
  status: "read",
  content: {
    kind: "kube-objects",
    model: parseKubeObjects(encoder.encode(objects.map((each) => stringify(each)).join("---\n"))),
  },
});
const cluster = (...artifacts: readonly Artifact[]) => new ClusterEvidence(artifacts);

const pod = (name: string, metadata: object = {}, status: object = {}, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", uid: name, creationTimestamp: "2026-11-01T10:00:00Z", ...metadata },
  spec,
  status: { podIP: "10.1.0.2", phase: "Running", ...status },
});
const parsed = (object: object) => parseKubeObjects(encoder.encode(JSON.stringify(object))).objects;

describe("evidence of the cluster", () => {
  it("has what was listed several times once, as it was listed last", () => {
    const early = pod("a", { resourceVersion: "90" });
    const late = pod("a", { resourceVersion: "101", deletionTimestamp: "2026-11-01T11:00:00Z" });
    for (const order of [
      [early, late],
      [late, early],
    ]) {
      const { pods } = cluster(...order.map((each, i) => artifact(`${i}.yaml`, each)));
      expect(pods.map(({ deletionTimestamp }) => deletionTimestamp)).toEqual([
        Date.parse("2026-11-01T11:00:00Z") / 1000,
      ]);
    }
    expect(cluster(artifact("x", early), artifact("y", late)).podAt("10.1.0.2")?.name).toBe("a");
  });

  it("knows the pods that have an address, had it, and share their node's", () => {
    const all = [
      pod("a"),
      pod("done", {}, { phase: "Succeeded" }),
      pod("agent", {}, { podIP: "192.168.0.4" }, { hostNetwork: true }),
    ];
    const evidence = cluster(artifact("p.yaml", ...all));
    expect(evidence.podAt("10.1.0.2")?.name).toBe("a");
    expect(evidence.podsAt("10.1.0.2").map(({ name }) => name)).toEqual(["a", "done"]);
    expect(evidence.podsAt("192.168.0.4")).toEqual([]);
    // One after the other: nobody knows which it was.
    expect(cluster(artifact("p.yaml", pod("a"), pod("b"))).podAt("10.1.0.2")).toBe(undefined);
  });

  it("tells listings of the whole cluster from those of one namespace, and when they were taken at the earliest", () => {
    const one = artifact("one.yaml", pod("a"));
    const all = artifact(
      "all.yaml",
      pod("a"),
      pod("dns", { namespace: "kube-system", creationTimestamp: "2026-11-02T10:00:00Z" }),
    );
    const told = cluster(one, all, { ...all, status: "partial" }).podListings;
    expect(told.map(({ isWhole, latest }) => ({ isWhole, latest }))).toEqual([
      { isWhole: false, latest: Date.parse("2026-11-01T10:00:00Z") / 1000 },
      { isWhole: true, latest: Date.parse("2026-11-02T10:00:00Z") / 1000 },
      { isWhole: false, latest: Date.parse("2026-11-02T10:00:00Z") / 1000 },
    ]);
  });

  it("finds a pod's workload by its ReplicaSet, listed or not, and cites objects", () => {
    const owner = { ownerReferences: [{ kind: "ReplicaSet", name: "web-7d94", controller: true }] };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop" },
      spec: { template: { spec: { containers: [{ name: "web" }] } } },
    };
    const evidence = cluster(artifact("p.yaml", pod("a", owner), pod("b")), artifact("d.yaml", deployment));
    const [a, b] = evidence.pods;
    expect(a && evidence.workloadOf(a)?.name).toBe("web");
    expect(b && evidence.workloadOf(b)).toBe(undefined);
    expect(b && evidence.cite(b.object, "said")).toEqual({
      artifact: "p.yaml",
      text: "said",
      where: { line: 17 },
    });
  });

  it("takes no time without its zone, and no grace period that is none", () => {
    const { pods } = cluster(
      artifact(
        "p.yaml",
        pod("a", {
          creationTimestamp: "2026-11-01 10:00:00",
          deletionTimestamp: "2026-11-01T10:00:00+01:00",
          deletionGracePeriodSeconds: 1e300,
        }),
      ),
    );
    expect(pods[0]).toMatchObject({
      created: undefined,
      deletionTimestamp: Date.parse("2026-11-01T09:00:00Z") / 1000,
      deletionGracePeriodSeconds: undefined,
    });
  });
});

describe("a Service and its endpoints", () => {
  const metadata = { name: "web", namespace: "shop" };

  it("have addresses of both families, and no cluster IP where it is headless", () => {
    const service = (spec: object, status = {}) =>
      parsed({ apiVersion: "v1", kind: "Service", metadata, spec, status }).map(serviceOf)[0];
    expect(service({ clusterIP: "None", clusterIPs: ["None"] })).toMatchObject({
      clusterIP: undefined,
      clusterIPs: [],
    });
    expect(
      service(
        { clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1", "fd00::1"], externalTrafficPolicy: "Local" },
        { loadBalancer: { ingress: [{ ip: "203.0.113.7", ipMode: "VIP" }, { hostname: "x" }] } },
      ),
    ).toMatchObject({
      clusterIP: "10.0.0.1",
      clusterIPs: ["10.0.0.1", "fd00::1"],
      externalTrafficPolicy: "Local",
      loadBalancers: [{ ip: "203.0.113.7", ipMode: "VIP" }],
    });
    // Knative's are not of the core.
    expect(
      parsed({ apiVersion: "serving.knative.dev/v1", kind: "Service", metadata, spec: {} }).map(serviceOf),
    ).toEqual([undefined]);
  });

  it("list ready addresses and others, in either kind", () => {
    const [endpoints] = parsed({
      apiVersion: "v1",
      kind: "Endpoints",
      metadata,
      subsets: [{ addresses: [{ ip: "10.1.0.2" }], notReadyAddresses: [{ ip: "10.1.0.3" }] }, null],
    }).map(endpointsOf);
    expect(endpoints).toMatchObject({ service: "web", ready: ["10.1.0.2"], notReady: ["10.1.0.3"] });
    const [slice] = parsed({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "web-x", namespace: "shop", labels: { "kubernetes.io/service-name": "web" } },
      endpoints: [
        { addresses: ["10.1.0.2", 7] },
        { addresses: ["10.1.0.3"], conditions: { ready: false } },
        5,
      ],
    }).map(endpointsOf);
    expect(slice).toMatchObject({ service: "web", ready: ["10.1.0.2"], notReady: ["10.1.0.3"] });
  });
});
