import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { version } from "./control-plane.ts";

const RULE = "kube/topology-conflict";
const service = (spec: object) =>
  stringify({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { clusterIP: "10.96.0.9", ...spec },
  });
const summaryOf = async (spec: object) =>
  findingOf(await analyzeFiles({ "s.yaml": service(spec) }), RULE).summary;
const proxy = (...command: readonly string[]) =>
  stringify({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "kube-proxy", namespace: "kube-system" },
    spec: {
      template: {
        spec: { containers: [{ name: "kube-proxy", image: "k8s.gcr.io/kube-proxy:v1.17.3", command }] },
      },
    },
  });

describe(RULE, () => {
  it("names what the API refuses, and what does nothing", async () => {
    expect(await summaryOf({ topologyKeys: ["zone"], externalTrafficPolicy: "Local" })).toContain(
      "not allowed together with externalTrafficPolicy: Local",
    );
    expect(await summaryOf({ topologyKeys: Array.from({ length: 17 }, (_, i) => `key-${i}`) })).toContain(
      "there are 17, and at most 16 are allowed",
    );
    expect(await summaryOf({ topologyKeys: ["*", "zone"] })).toContain('"*" stands before others');
    expect(await summaryOf({ topologyKeys: ["zone", "zone"] })).toContain("one of them stands twice");
    expect(await summaryOf({ topologyKeys: ["zone"], clusterIP: "None" })).toContain("headless");
    const both = await summaryOf({ topologyKeys: ["*", "zone"], externalTrafficPolicy: "Local" });
    expect(both).toMatch(/Local; "\*" stands/);
  });

  it("names versions and proxies that don't know them", async () => {
    const keys = service({ topologyKeys: ["zone", "*"] });
    for (const [written, expected] of [
      ["v1.22.1", ["confirmed"]],
      ["v1.16.8", ["confirmed"]],
      ["v1.17.3", []],
      ["v1.21.0", []],
    ] as const)
      expect(
        verdictsOf(await analyzeFiles({ "s.yaml": keys, "version.txt": version(written) }), RULE),
        written,
      ).toEqual(expected);
    const of = async (...flags: readonly string[]) =>
      verdictsOf(await analyzeFiles({ "s.yaml": keys, "p.yaml": proxy("kube-proxy", ...flags) }), RULE);
    expect(await of("--v=2")).toEqual(["confirmed"]);
    expect(await of("--feature-gates=ServiceTopology=true,EndpointSlice=true")).toEqual([]);
    expect(await of("--feature-gates=ServiceTopology=true")).toEqual(["confirmed"]);
    const later = proxy("kube-proxy", "--feature-gates=ServiceTopology=true").replace("v1.17.3", "v1.19.4");
    expect(verdictsOf(await analyzeFiles({ "s.yaml": keys, "p.yaml": later }), RULE)).toEqual([]);
    expect(await of("--config=/var/lib/kube-proxy/config.conf")).toEqual([]);
  });

  it("calls a Service of a manifest without a namespace by its name", async () => {
    const manifest = service({ topologyKeys: ["*", "zone"] }).replace(/ *namespace: shop\n/, "");
    expect(findingOf(await analyzeFiles({ "s.yaml": manifest }), RULE).subject).toMatchObject({
      name: "web",
    });
  });

  it("is silent about keys that are allowed, and about Services without", async () => {
    const silent = async (spec: object) =>
      expect(verdictsOf(await analyzeFiles({ "s.yaml": service(spec) }), RULE)).toEqual([]);
    await silent({ topologyKeys: ["kubernetes.io/hostname", "zone", "*"] });
    await silent({ topologyKeys: Array.from({ length: 16 }, (_, i) => `key-${i}`) });
    await silent({ externalTrafficPolicy: "Local" });
    await silent({ topologyKeys: [] });
  });
});
