import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/io-errors";
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

describe(RULE, () => {
  it("is seen in the kernel's log, by device", async () => {
    const finding = findingOf(
      await analyzeFiles({ "b/dmesg": file("test/fixtures/node/io-errors/node-k/dmesg") }),
      RULE,
    );
    expect(finding).toMatchObject({ subject: { kind: "device", name: "loop0" } });
    expect(finding.summary).toContain("failed reads or writes (4)");
  });

  it("is seen where a file system gave up, or a command timed out", async () => {
    expect(
      await verdicts(
        kernelLog("XFS (dm-0): Corruption of in-memory data detected.  Shutting down filesystem"),
      ),
    ).toEqual(["confirmed"]);
    expect(await verdicts(kernelLog("EXT4-fs (sda1): Remounting filesystem read-only"))).toEqual([
      "confirmed",
    ]);
    expect(await verdicts(kernelLog("nvme nvme1: I/O 12 QID 3 timeout, aborting"))).toEqual(["confirmed"]);
  });

  it("counts a line that two logs have once, and says when it was long ago", async () => {
    const dmesg = kernelLog(
      "I/O error, dev sda, sector 20482 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 2",
    );
    const later = `${dmesg}[900000.000000] eth0: link up\n`;
    const finding = findingOf(await analyzeFiles({ "b/dmesg": later, "b/kern.log": later }), RULE);
    expect(finding.summary).toContain("failed reads or writes (1)");
    expect(finding.summary).toContain("The last was 10 days before the log ends.");
    expect(finding.title).toMatch(/ \(10 days before the log ends\)$/);
    expect(findingOf(await analyzeFiles({ "b/dmesg": dmesg }), RULE).title).not.toContain("before");
    expect(findingOf(await analyzeFiles({ "b/dmesg": dmesg }), RULE).summary).not.toContain(
      "before the log ends",
    );
  });

  it("is no finding for drives without a medium, discards, and mounts", async () => {
    const benign = [
      "blk_update_request: I/O error, dev fd0, sector 0",
      "blk_update_request: I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0",
      "blk_update_request: critical target error, dev sda, sector 99 op 0x3:(DISCARD) flags 0x800 phys_seg 1 prio class 0",
      "blk_update_request: I/O error, dev loop11, sector 0 op 0x1:(WRITE) flags 0x800 phys_seg 0 prio class 0",
      "EXT4-fs (sda1): re-mounted. Opts: errors=remount-ro",
      "Buffer I/O error on dev fd0, logical block 0, async page read",
    ];
    expect(await verdicts(kernelLog(...benign))).toEqual([]);
  });
});
