import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy } from "./lookups.ts";
import { CONF, missing, searched } from "./searches.ts";

const RULE = "dns/search-amplification";
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);
const pcap = captureOf(searched(6));

describe(RULE, () => {
  it("is confirmed by the names and the resolv.conf that makes them, and tells what each name costs", async () => {
    const finding = findingOf(await analyzeFiles({ "pod.pcap": pcap, "pod/resolv.conf": CONF }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("36 of 50 queries for addresses from 10.244.1.5 to 10.96.0.10, 72%");
    expect(finding.summary).toContain("www0.example.com (6)");
    expect(finding.evidence.at(-1)?.text).toContain("36 of 36 expansions come from it");
  });

  it("is likely from the names alone", async () => {
    expect(await verdicts({ "pod.pcap": pcap })).toEqual(["likely"]);
    const other = CONF.replace("10.96.0.10", "10.0.0.2");
    expect(await verdicts({ "pod.pcap": pcap, "node/resolv.conf": other })).toEqual(["likely"]);
  });

  it("is only possible where the client's resolv.conf has no such list, or few dots", async () => {
    for (const conf of [CONF.replace(/search.*\n/, ""), CONF.replace("ndots:5", "ndots:1")])
      expect(await verdicts({ "pod.pcap": pcap, "pod/resolv.conf": conf })).toEqual(["possible"]);
  });

  it("is ruled out where the names that nobody has are asked for as they are", async () => {
    expect(await verdicts({ "pod.pcap": captureOf(missing(12)), "pod/resolv.conf": CONF })).toEqual([
      "ruled-out",
    ]);
  });

  it("is silent where searches are few, or only configured", async () => {
    expect(
      await verdicts({ "pod.pcap": captureOf(searched(2), healthy(20, 60)), "pod/resolv.conf": CONF }),
    ).toEqual([]);
    expect((await analyzeFiles({ "pod/resolv.conf": CONF })).findings).toEqual([]);
  });
});
