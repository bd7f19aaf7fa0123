import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/neighbour-table-overflow";

describe(RULE, () => {
  it("is seen in the kernel's log, and names the table", async () => {
    const log = file("test/fixtures/node/neighbours/node-k/dmesg");
    expect(findingOf(await analyzeFiles({ "b/dmesg": log }), RULE).summary).toContain(
      "5 times that its neighbour table (arp_cache) was full",
    );
    const old = kernelLog("Neighbour table overflow.");
    expect(verdictsOf(await analyzeFiles({ "b/dmesg": old }), RULE)).toEqual(["confirmed"]);
  });

  it("is no finding for a full table of TIME-WAIT sockets, or a small limit", async () => {
    const log = kernelLog("TCP: time wait bucket table overflow");
    const files = { "b/dmesg": log, "b/sysctl.txt": "net.ipv4.neigh.default.gc_thresh3 = 128\n" };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });
});
