import { expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/overlay-d-type";
const LOG = file("test/fixtures/node/overlay-d-type/node-k/dmesg");
const verdicts = async (log: string) => verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE);

it("is seen in the kernel's log", async () => {
  const finding = findingOf(await analyzeFiles({ "b/node-k/dmesg": LOG }), RULE);
  expect(finding).toMatchObject({ verdict: "confirmed", host: "node-k", subject: { kind: "node" } });
  expect(finding.summary).toContain("file system without d_type");
});

it("is seen in other words", async () => {
  for (const line of ["overlayfs: upper fs needs to support d_type. This is an invalid configuration."])
    expect(await verdicts(kernelLog(line)), line).toEqual(["confirmed"]);
});

it("is not what looks like it, nor of a life before the last boot, nor of another host", async () => {
  expect(
    await verdicts(
      kernelLog(
        "overlayfs: upper fs does not support tmpfile.",
        "overlayfs: upper fs does not support RENAME_WHITEOUT.",
        "overlayfs: missing 'lowerdir'",
      ),
    ),
  ).toEqual([]);
  expect(await verdicts(LOG + kernelLog("eth0: link up"))).toEqual([]);
  const report = await analyzeFiles({ "b/node-k/dmesg": LOG, "b/node-l/dmesg": kernelLog("eth0: link up") });
  expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-k"]);
});
