import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { listed, pod } from "./objects.ts";

const RULE = "kube/service-without-endpoints";
const service = (selector: object, targetPort: number | string = 8080, type = "ClusterIP") => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { type, clusterIP: "10.96.0.7", selector, ports: [{ port: 80, targetPort }] },
});
const deployment = (labels: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec: { replicas: 0, template: { metadata: { labels }, spec: { containers: [{ name: "web" }] } } },
});
const endpoints = (...ips: readonly string[]) => ({
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web", namespace: "shop" },
  subsets: ips.map((ip) => ({ addresses: [{ ip }] })),
});
const analyze = (...items: readonly object[]) => analyzeFiles({ "c/all.yaml": listed(...items) });
const faults = async (...items: readonly object[]) => verdictsOf(await analyze(...items), RULE);

describe(RULE, () => {
  it("finds a selector that matches nothing", async () => {
    const finding = findingOf(
      await analyze(service({ app: "webs" }), deployment({ app: "web" }), endpoints()),
      RULE,
    );
    expect(finding.kind).toBe("audit");
    expect(finding.summary).toContain("selects app=webs");
    expect(finding.remedy[0]).toContain("No workload of the namespace has app=webs");
  });

  it("finds nothing wrong with a workload without replicas, or endpoints that somebody wrote", async () => {
    expect(await faults(service({ app: "web" }), deployment({ app: "web" }), endpoints())).toEqual([]);
    expect(await faults(service({ app: "webs" }), deployment({ app: "web" }), endpoints("10.0.0.9"))).toEqual(
      [],
    );
    expect(await faults(service({}), deployment({ app: "web" }), endpoints())).toEqual([]);
  });

  it("says nothing where others make such pods, or look after the Service", async () => {
    const empty = [deployment({ app: "web" }), endpoints()];
    const template = { metadata: { labels: { app: "nightly" } } };
    const made = (kind: string, spec: object) => ({
      apiVersion: "x/v1",
      kind,
      metadata: { name: "n", namespace: "shop" },
      spec,
    });
    expect(await faults(service({ app: "nightly" }), ...empty)).toEqual(["confirmed"]);
    for (const other of [
      made("CronJob", { jobTemplate: { spec: { template } } }),
      made("Rollout", { template }),
      made("DeploymentConfig", { template }),
    ])
      expect(await faults(service({ app: "nightly" }), other, ...empty), other.kind).toEqual([]);
    const owned = service({ app: "nightly" });
    const kept = {
      ...owned,
      metadata: { ...owned.metadata, ownerReferences: [{ kind: "Prometheus", name: "main" }] },
    };
    expect(await faults(kept, ...empty)).toEqual([]);
  });

  it("says nothing of a listing that may be of some objects alone", async () => {
    expect(await faults(service({ app: "webs" }), deployment({ app: "web" }))).toEqual([]);
    expect(await faults(service({ app: "webs" }), endpoints())).toEqual([]);
    const table =
      "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE\nshop        web    1/1     Running   0          41m\n";
    const files = {
      "c/all.yaml": listed(service({ app: "webs" }), deployment({ app: "web" }), endpoints()),
      "c/pods.txt": table,
    };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });

  it("finds a port's name that no container declares, and none by its number", async () => {
    const labelled = (name: string) =>
      pod("web-1", {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "main", ports: [{ name, containerPort: 8080 }] }] },
      });
    const finding = findingOf(await analyze(service({ app: "web" }, "http"), labelled("web")), RULE);
    expect(finding.summary).toContain(
      "sends to the port named http, which none of its 1 pod declares: they name web",
    );
    expect(await faults(service({ app: "web" }, "http"), labelled("http"))).toEqual([]);
    expect(await faults(service({ app: "web" }, 9090), labelled("http"))).toEqual([]);
  });
});
