import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/gpu-error";
const LOG = file("test/fixtures/node/gpu-error/node-k/dmesg");
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

it("is seen in the kernel's log", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": LOG }), RULE);
  expect(finding).toMatchObject({
    verdict: "confirmed",
    host: "node-k",
    subject: { kind: "gpu", name: "PCI:0000:86:00" },
  });
  expect(finding.summary).toContain("Xid 79, it has fallen off the bus");
});

it("is seen in other words", async () => {
  for (const line of [
    "NVRM: Xid (PCI:0000:3b:00): 48, pid=1, DBE (double bit error) ECC error",
    "NVRM: Xid (PCI:0000:3b:00): 119, pid=1, Timeout waiting for RPC from GSP!",
  ])
    expect(await verdicts(kernelLog(line)), line).toEqual(["confirmed"]);
});

it("is not what looks like it, nor of a life before the last boot, nor of another host", async () => {
  expect(
    await verdicts(
      kernelLog(
        "NVRM: Xid (PCI:0000:3b:00): 13, pid=8812, Graphics Exception",
        "NVRM: Xid (PCI:0000:3b:00): 31, pid=8812, Ch 00000010",
        "NVRM: Xid (PCI:0000:3b:00): 43, pid=8812, Ch 00000010",
        "NVRM: Xid (PCI:0000:3b:00): 45, pid=8812, Ch 00000010",
        "NVRM: Xid (PCI:0000:3b:00): 63, Row Remapper: New row",
        "NVRM: Xid (PCI:0000:3b:00): 94, pid=812, Contained: SM",
        "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.129.03",
      ),
    ),
  ).toEqual([]);
  expect(await verdicts(LOG + kernelLog("eth0: link up"))).toEqual([]);
  const report = await analyzeFiles({ "b/node-k/dmesg": LOG, "b/node-l/dmesg": kernelLog("eth0: link up") });
  expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-k"]);
});
