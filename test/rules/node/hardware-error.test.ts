import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/hardware-error";
const LOG = file("test/fixtures/node/hardware-error/node-k/dmesg");
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

it("is seen in the kernel's log", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": LOG }), RULE);
  expect(finding).toMatchObject({ verdict: "confirmed", host: "node-k", subject: { kind: "node" } });
  expect(finding.summary).toContain("3 errors that it could not correct");
});

it("is seen in other words", async () => {
  for (const line of [
    "[Hardware Error]: Uncorrected, software restartable error.",
    "{3}[Hardware Error]: event severity: fatal",
    "[Hardware Error]: System Fatal error.",
    "EDAC MC0: 2 UE memory scrubbing error on unknown memory (channel:0)",
  ])
    expect(await verdicts(kernelLog(line)), line).toEqual(["confirmed"]);
});

it("is not what looks like it, nor of a life before the last boot, nor of another host", async () => {
  expect(
    await verdicts(
      kernelLog(
        "mce: [Hardware Error]: Machine check events logged",
        "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#0_DIMM#0 (channel:0)",
        "{1}[Hardware Error]: event severity: corrected",
        "{1}[Hardware Error]: It has been corrected by h/w and requires no further action",
        "[Hardware Error]: Corrected error, no action required.",
        "[Hardware Error]: Deferred error, no action required.",
        "EDAC MC: Ver: 3.0.0",
      ),
    ),
  ).toEqual([]);
  expect(await verdicts(LOG + kernelLog("eth0: link up"))).toEqual([]);
  const report = await analyzeFiles({ "b/node-k/dmesg": LOG, "b/node-l/dmesg": kernelLog("eth0: link up") });
  expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-k"]);
});

it("says of the firmware's record of what was before the boot that it is one", async () => {
  const said = async (line: string) =>
    findingOf(
      await analyzeFiles({ "b/dmesg": kernelLog("BERT: Error records from previous boot:", line) }),
      RULE,
    ).summary;
  expect(await said("[Hardware Error]: event severity: fatal")).toContain(
    "before the machine was booted (BERT)",
  );
  expect(await said("{1}[Hardware Error]: event severity: fatal")).not.toContain("BERT");
});
