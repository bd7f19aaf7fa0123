import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy } from "../dns/lookups.ts";
import { CONF, missing, searched } from "../dns/searches.ts";

const RULE = "dns/search-amplification";
const files = { "n/pods/web/pod.pcap": captureOf(searched(12)), "n/pods/web/resolv.conf": CONF };
const verdicts = async (these: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(these), RULE);

describe("names outside the cluster, each asked for with every search domain (E5)", () => {
  it("is confirmed, with the share and the names", async () => {
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toMatch(/72 of \d+ queries/);
    expect(finding.remedy.join("\n")).toMatch(/ndots|dot/);
  });

  it("is likely without the resolv.conf, and by another pod's", async () => {
    const { "n/pods/web/resolv.conf": _, ...rest } = files;
    expect(await verdicts(rest)).toEqual(["likely"]);
  });

  it("is ruled out of names that nobody has, and nothing where few are asked for", async () => {
    expect(await verdicts({ ...files, "n/pods/web/pod.pcap": captureOf(missing(12)) })).toEqual([
      "ruled-out",
    ]);
    expect(await verdicts({ ...files, "n/pods/web/pod.pcap": captureOf(healthy(40)) })).toEqual([]);
  });
});
