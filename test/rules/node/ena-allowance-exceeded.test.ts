import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";

const RULE = "node/ena-allowance-exceeded";
const lost = Array.from({ length: 4 }, (_, i) =>
  lookup({ time: 10 * i, port: 45000 + i, ids: [i, i + 100], server: "169.254.169.253:53" }),
).flat();
const pcap = { "b/node-p/pod.pcap": captureOf(lost, healthy(4)) };
const ethtool = (linklocal: number, pps = 0) =>
  `NIC statistics:\n     tx_timeout: 0\n     bw_in_allowance_exceeded: 0\n     pps_allowance_exceeded: ${pps}\n     conntrack_allowance_exceeded: 0\n     linklocal_allowance_exceeded: ${linklocal}\n     queue_0_tx_cnt: 77\n`;
const before = { "b/node-p/ethtool_-S_eth0-before.txt": ethtool(400) };
const after = { "b/node-p/ethtool_-S_eth0-after.txt": ethtool(920) };
const verdicts = async (files: Record<string, string | Uint8Array>) =>
  verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is likely where lookups are lost while the counter grows", async () => {
    const finding = findingOf(await analyzeFiles({ ...pcap, ...before, ...after }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toContain("(eth0, 520 more while it was looked at)");
  });

  it("is possible by a total since the driver was loaded, and asks for a second look", async () => {
    const finding = findingOf(await analyzeFiles({ ...pcap, ...after }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.summary).toContain("(eth0, 920 in all)");
  });

  it("is no rival where no allowance was ever exceeded, or nobody looked", async () => {
    expect(await verdicts({ ...pcap, "b/node-p/ethtool_-S_eth0.txt": ethtool(0) })).toEqual([]);
    expect(await verdicts(pcap)).toEqual([]);
  });

  it("is no finding where nothing was lost: most instances have met a limit once", async () => {
    expect(await verdicts({ ...before, ...after })).toEqual([]);
  });
});
