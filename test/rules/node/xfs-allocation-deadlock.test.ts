import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/xfs-allocation-deadlock";
const LOG = file("test/fixtures/node/xfs-allocation-deadlock/node-k/dmesg");
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

it("is seen in the kernel's log", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": LOG }), RULE);
  expect(finding).toMatchObject({ verdict: "confirmed", host: "node-k", subject: { kind: "node" } });
  expect(finding.summary).toContain(
    "in 2 lines that it gets no memory, of 65568 bytes in one piece, for runc:[1:CHILD]",
  );
});

it("is seen in other words", async () => {
  for (const line of [
    "XFS: possible memory allocation deadlock size 144 in kmem_alloc (mode:0x250)",
    "XFS: runc:[1:CHILD](3580) possible memory allocation deadlock in kmem_zone_alloc (mode:0x82d0)",
  ])
    expect(await verdicts(kernelLog(line, line)), line).toEqual(["confirmed"]);
});

it("is not what looks like it, nor of a life before the last boot, nor of another host", async () => {
  expect(
    await verdicts(
      kernelLog(
        "XFS (sda1): Mounting V5 Filesystem",
        // A hundred tries in vain, and then one that was not.
        "XFS: java(123) possible memory allocation deadlock size 65552 in kmem_realloc (mode:0x250)",
        "Possible memory allocation deadlock: size=44037 lflags=0x4210",
      ),
    ),
  ).toEqual([]);
  expect(await verdicts(LOG + kernelLog("eth0: link up"))).toEqual([]);
  const report = await analyzeFiles({ "b/node-k/dmesg": LOG, "b/node-l/dmesg": kernelLog("eth0: link up") });
  expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-k"]);
});
