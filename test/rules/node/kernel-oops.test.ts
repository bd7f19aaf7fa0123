import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/kernel-oops";
const LOG = file("test/fixtures/node/kernel-oops/node-k/dmesg");
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

it("is seen in the kernel's log", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": LOG }), RULE);
  expect(finding).toMatchObject({ verdict: "confirmed", host: "node-k", subject: { kind: "node" } });
  expect(finding.summary).toContain("1 time since it was booted: NULL pointer dereference");
});

it("is seen in other words", async () => {
  for (const line of [
    "BUG: unable to handle kernel NULL pointer dereference at 0000000000000008",
    "general protection fault: 0000 [#1] SMP PTI",
    "general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP NOPTI",
    "kernel BUG at fs/inode.c:566!",
    "Unable to handle kernel paging request at virtual address ffff800011a00000",
    "BUG: unable to handle page fault for address: ffffc90000a3f000",
  ])
    expect(await verdicts(kernelLog(line)), line).toEqual(["confirmed"]);
});

it("is not what looks like it, nor of a life before the last boot, nor of another host", async () => {
  expect(
    await verdicts(
      kernelLog(
        "python3[812]: segfault at 0 ip 00007f3a sp 00007ffe error 4 in libc-2.31.so[7f3a+1c0]",
        "traps: java[311] general protection fault ip:7f0a sp:7ffd error:0 in libjvm.so[7f0a+1000]",
        "kernel BUG at drivers/misc/lkdtm/bugs.c:76!",
        "BUG: scheduling while atomic: swapper/0/0/0x00000002",
      ),
    ),
  ).toEqual([]);
  expect(await verdicts(LOG + kernelLog("eth0: link up"))).toEqual([]);
  const report = await analyzeFiles({ "b/node-k/dmesg": LOG, "b/node-l/dmesg": kernelLog("eth0: link up") });
  expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-k"]);
});
