import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Kept } from "./backend-cases.ts";
import { bundleOf, keptTo, podOf, serviceOf, sliceOf } from "./backend-cases.ts";

const RULE = "tcp/long-lived-connections";
const [OLD, OTHER, NEW] = ["10.244.1.4", "10.244.2.5", "10.244.3.6"] as const;
const PODS = [podOf(OLD, -3600), podOf(OTHER, -3600), podOf(NEW, -60)];
const KEPT = keptTo([OLD, OTHER]);
const verdicts = async (files: Parameters<typeof analyzeFiles>[0]) =>
  verdictsOf(await analyzeFiles(files), RULE);
/** Connections that begin in the capture and carry few requests. */
const short = (n: number, to: readonly string[], requests = 2): Kept[] =>
  Array.from({ length: n }, (_, i) => ({
    client: 100 + i,
    to: to[i % to.length] ?? "",
    requests,
    begun: 2 + i * 0.3,
    until: 3 + i * 0.3,
  }));

describe(RULE, () => {
  it("is confirmed by kept connections and a younger pod", async () => {
    const finding = findingOf(await analyzeFiles(bundleOf(KEPT, ...PODS, serviceOf())), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "shop/web has 3 backends, and 1 of them gets next to nothing. 100% of 200 requests came on connections that are kept; 0 connections were opened anew.",
    );
    expect(finding.explains).toEqual(["tcp/uneven-backends"]);
  });

  it("is confirmed where the new pod gets its share of what is opened anew", async () => {
    const files = bundleOf(
      [...keptTo([OLD, OTHER], 30), ...short(6, [OLD, OTHER, NEW], 1)],
      ...PODS,
      serviceOf(),
    );
    expect(await verdicts(files)).toEqual(["confirmed"]);
  });

  it("is only possible where the idle pod is as old as the others", async () => {
    const pods = [podOf(OLD, -3600), podOf(OTHER, -60), podOf(NEW, -3600)];
    expect(await verdicts(bundleOf(KEPT, ...pods, serviceOf()))).toEqual(["possible"]);
  });

  it("is ruled out where new connections avoid the idle pod, too", async () => {
    const files = bundleOf([...KEPT, ...short(24, [OLD, OTHER])], ...PODS, serviceOf());
    expect(await verdicts(files)).toEqual(["ruled-out"]);
  });

  it("is ruled out by a Service that ties clients to a pod", async () => {
    const files = bundleOf(KEPT, ...PODS, serviceOf({ sessionAffinity: "ClientIP" }));
    expect(await verdicts(files)).toEqual(["ruled-out"]);
  });

  it("is only possible where the endpoints lack the idle pod", async () => {
    const with_ = (...slice: Parameters<typeof sliceOf>) =>
      bundleOf(KEPT, ...PODS, serviceOf(), sliceOf(...slice));
    expect(await verdicts(with_([OLD, OTHER], [NEW]))).toEqual(["possible"]);
    expect(await verdicts(with_([OLD, OTHER]))).toEqual(["possible"]);
    expect(await verdicts(with_([OLD, OTHER, NEW]))).toEqual(["confirmed"]);
    // Of another time.
    expect(await verdicts(with_(["10.244.9.9"]))).toEqual(["confirmed"]);
  });

  it("is likely at most where nobody knows when a busy pod became ready, and asks", async () => {
    const pods = [podOf(OLD, -3600), podOf(OTHER, -3600, { unready: true }), podOf(NEW, -60)];
    const finding = findingOf(await analyzeFiles(bundleOf(KEPT, ...pods, serviceOf())), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("kubectl get pods -n NAMESPACE -o yaml");
  });

  it("is likely by a capture that shows the translation, alone", async () => {
    const all = [...keptTo([OLD, OTHER], 30), { client: 30, to: NEW, requests: 5 }];
    const translated = all.map((each) => ({ ...each, via: "10.96.0.9" }));
    expect(await verdicts(bundleOf(translated))).toEqual(["likely"]);
    // Without the Service nobody knows whether it ties clients to pods.
    expect(await verdicts(bundleOf(translated, ...PODS))).toEqual(["likely"]);
    expect(await verdicts(bundleOf(translated, ...PODS, serviceOf()))).toEqual(["confirmed"]);
  });

  it("is silent without the symptom, and by the cluster's objects alone", async () => {
    expect(await verdicts(bundleOf(keptTo([OLD, OTHER, NEW]), ...PODS, serviceOf()))).toEqual([]);
    const { "cluster/objects.yaml": objects = "" } = bundleOf(KEPT, ...PODS, serviceOf());
    expect(await verdicts({ "cluster/objects.yaml": objects })).toEqual([]);
  });

  it("confirms the sample, and not without its Service or its pods", async () => {
    const read = (name: string) => readFileSync(`samples/long-lived-connections/bundle/${name}`);
    const pcap = { "node-s/any.pcap": read("node-s/any.pcap") };
    const pods = { "cluster/pods.yaml": read("cluster/pods.yaml") };
    const service = { "cluster/service.yaml": read("cluster/service.yaml") };
    expect(await verdicts({ ...pcap, ...pods, ...service })).toEqual(["confirmed"]);
    expect(await verdicts({ ...pcap, ...pods })).toEqual([]);
    expect(await verdicts({ ...pcap, ...service })).toEqual([]);
  });
});
