import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/memory-fragmentation";
const log = file("test/fixtures/node/fragmentation/node-j/dmesg");
const buddyinfo = file("test/fixtures/node/fragmentation/node-j/buddyinfo");
const failure = (order: number) =>
  kernelLog(`dockerd: page allocation failure: order:${order}, mode:0x40cc0(GFP_KERNEL|__GFP_COMP)`);
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by the kernel's whole report, which shows the free blocks of the very moment", async () => {
    expect(await verdicts({ "b/dmesg": log })).toEqual(["confirmed"]);
  });

  it("is confirmed by the line alone and buddyinfo without high orders", async () => {
    const finding = findingOf(
      await analyzeFiles({ "b/dmesg": failure(6), "b/proc/buddyinfo": buddyinfo }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("0 kB of them in blocks of order 6 and more");
  });

  it("is likely without buddyinfo, and asks for it", async () => {
    const finding = findingOf(await analyzeFiles({ "b/dmesg": failure(6) }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("cat /proc/buddyinfo");
  });

  it("takes the orders that healthy nodes have none of for little", async () => {
    const healthy =
      "Node 0, zone      DMA 0 0 0 0 0 0 0 0 1 1 3\nNode 0, zone   Normal 3435 6791 5013 3264 1106 492 237 150 12 0 0\n";
    expect(await verdicts({ "b/proc/buddyinfo": healthy })).toEqual([]);
    expect(await verdicts({ "b/dmesg": failure(10), "b/proc/buddyinfo": healthy })).toEqual(["likely"]);
  });

  it("is only likely where buddyinfo, of another time, has blocks again", async () => {
    const again = "Node 0, zone   Normal 3435 6791 5013 3264 1106 492 237 150 401 245 2072\n";
    expect(await verdicts({ "b/dmesg": failure(6), "b/proc/buddyinfo": again })).toEqual(["likely"]);
  });

  it("is possible at most where the node had no memory left at all", async () => {
    const short = log.replaceAll("free:409504kB", "free:9504kB").replaceAll("free:62096kB", "free:2096kB");
    expect(await verdicts({ "b/dmesg": short })).toEqual(["possible"]);
  });
});
