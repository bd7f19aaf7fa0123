import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Scrape } from "./scrapes.ts";
import { histogram, scrapes } from "./scrapes.ts";

const RULE = "kube/slow-proxy-sync";
const syncs = (fast: number, slow: number) =>
  histogram("kubeproxy_sync_proxy_rules_duration_seconds", {
    "0.512": fast,
    "8.192": fast,
    "16.384": fast + slow,
    "+Inf": fast + slow,
  });
const of = (...all: readonly Scrape[]) =>
  analyzeFiles({ "b/node-a/kube-proxy/metrics.txt": scrapes(...all) });

describe(RULE, () => {
  it("is seen where syncs take long, on the node that it is of", async () => {
    const finding = findingOf(await of([0, syncs(500, 0)], [60, syncs(505, 30)]), RULE);
    expect(finding.host).toBe("node-a");
    expect(finding.summary).toContain("one in ten of 35 syncs took 15 seconds or longer");
  });

  it("is silent about a slow start, few syncs and fast ones", async () => {
    expect(verdictsOf(await of([0, syncs(500, 30)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, syncs(500, 30)], [60, syncs(900, 31)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, syncs(500, 0)], [60, syncs(501, 5)]), RULE)).toEqual([]);
  });
});
