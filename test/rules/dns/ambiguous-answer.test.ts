import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";

const RULE = "dns/ambiguous-answer";

describe(RULE, () => {
  it("sees two questions open under one id, and makes their cause likely while nothing went wrong", async () => {
    const pcap = captureOf(healthy(4), lookup({ time: 10, ids: [600, 600], a: 1, aaaa: 2 }));
    const report = await analyzeFiles({ "pod.pcap": pcap });
    expect(findingOf(report, RULE).summary).toBe(
      "1 lookup of 10.244.1.5 at 10.96.0.10 had two questions open under one transaction id, for billing.example.",
    );
    expect(verdictsOf(report, "dns/duplicate-id")).toEqual(["likely"]);
    expect(verdictsOf(report, "dns/failed-lookup")).toEqual([]);
  });

  it("is silent where the first was answered before the second was asked; the cause is then possible", async () => {
    const pcap = captureOf(healthy(4), lookup({ time: 10, ids: [600, 600], a: 0.01, aaaa: 1 }));
    const report = await analyzeFiles({ "pod.pcap": pcap });
    expect(verdictsOf(report, RULE)).toEqual([]);
    expect(verdictsOf(report, "dns/duplicate-id")).toEqual(["possible"]);
  });

  it("is silent for two ids, and for a repetition", async () => {
    const lost = lookup({ time: 10, ids: [600, 601], a: 1, retry: 5 });
    expect(verdictsOf(await analyzeFiles({ "pod.pcap": captureOf(healthy(4), lost) }), RULE)).toEqual([]);
  });
});
