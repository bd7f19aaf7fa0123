import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Scrape } from "./scrapes.ts";
import { scrapes } from "./scrapes.ts";

const RULE = "kube/requests-rejected";
const rejected = (
  n: number,
  m = 0,
  [flow = "", level = ""]: readonly string[] = ["flow_schema", "priority_level"],
) => ({
  [`apiserver_flowcontrol_rejected_requests_total{${flow}="service-accounts",${level}="workload-low",reason="queue-full"}`]:
    n,
  [`apiserver_flowcontrol_rejected_requests_total{${flow}="kube-scheduler",${level}="workload-low",reason="time-out"}`]:
    m,
});
const of = (...all: readonly Scrape[]) => analyzeFiles({ "apiserver/metrics.txt": scrapes(...all) });

describe(RULE, () => {
  it("is seen where one level is refused, and names the flows", async () => {
    const finding = findingOf(await of([0, rejected(1000)], [10, rejected(1400, 30)]), RULE);
    expect(finding.summary).toBe(
      "The API server refused 430 requests of the priority level workload-low within 10 minutes: 400 of service-accounts, 30 of kube-scheduler.",
    );
    const old = ["flowSchema", "priorityLevel"];
    expect(verdictsOf(await of([0, rejected(0, 0, old)], [10, rejected(400, 0, old)]), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("is silent about totals and about few", async () => {
    expect(verdictsOf(await of([0, rejected(90_000)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, rejected(90_000)], [10, rejected(90_050)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, rejected(90_000)], [600, rejected(90_200)]), RULE)).toEqual([]);
  });
});
