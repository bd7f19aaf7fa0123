import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, listed, witness } from "./objects.ts";

const RULE = "kube/hpa-no-metrics";
const scaler = (reason: string, message: string, since = 7200, status = "False") => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", namespace: "shop" },
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" } },
  status: {
    conditions: [{ type: "ScalingActive", status, reason, message, lastTransitionTime: ago(since) }],
  },
});
const analyze = (...items: readonly object[]) => analyzeFiles({ "c/all.yaml": listed(...items, witness) });
const table = (targets: string, replicas: string, age: string) =>
  `NAMESPACE   NAME   REFERENCE        TARGETS         MINPODS   MAXPODS   REPLICAS   AGE\nshop        web    Deployment/web   ${targets.padEnd(13)}   2         9         ${replicas}          ${age}\n`;

describe(RULE, () => {
  it.each([
    [
      "failed to get cpu utilization: missing request for cpu in container web of Pod web-1",
      "lack the request",
    ],
    [
      "unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)",
      "is not there",
    ],
    [
      "unable to get metrics for resource cpu: no metrics returned from resource metrics API",
      "has nothing of these pods",
    ],
  ])("is seen with its reason: %s", async (message, says) => {
    const finding = findingOf(await analyze(scaler("FailedGetResourceMetric", message)), RULE);
    expect(finding.summary).toContain("Autoscaler shop/web of Deployment web has had no metrics for 2 hours");
    expect(finding.summary).toContain(says);
  });

  it("is not seen of one that is switched off, scales, or began just now", async () => {
    for (const each of [
      scaler("ScalingDisabled", "scaling is disabled since the replica count of the target is zero"),
      scaler("ValidMetricFound", "the HPA was able to", 7200, "True"),
      scaler("FailedGetResourceMetric", "no metrics returned", 60),
    ])
      expect(verdictsOf(await analyze(each), RULE)).toEqual([]);
  });

  it("is seen in a table, and asks why", async () => {
    const finding = findingOf(await analyzeFiles({ "c/hpa.txt": table("<unknown>/80%", "2", "5d") }), RULE);
    expect(finding.missing.length).toBe(1);
    for (const text of [
      table("45%/80%", "2", "5d"),
      table("<unknown>/80%", "0", "5d"),
      table("<unknown>/80%", "2", "90s"),
    ])
      expect(verdictsOf(await analyzeFiles({ "c/hpa.txt": text }), RULE)).toEqual([]);
  });
});
