import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/page-allocation-failure";
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is seen in the kernel's log, with who asked for how much", async () => {
    const log = file("test/fixtures/node/fragmentation/node-j/dmesg");
    const finding = findingOf(await analyzeFiles({ "b/dmesg": log }), RULE);
    expect(finding.summary).toBe(
      "The kernel failed 1 request for 256 kB in one piece (order 6) of runc:[1:CHILD].",
    );
    expect(finding.evidence[0]?.where).toEqual({ line: 1 });
  });

  it("is no finding for single pages, which a node that is short of memory fails, nor for buddyinfo alone", async () => {
    const log = kernelLog(
      "swapper/3: page allocation failure: order:0, mode:0x2200020(GFP_NOWAIT|__GFP_HIGH)",
    );
    expect(await verdicts({ "b/dmesg": log })).toEqual([]);
    expect(
      await verdicts({ "b/proc/buddyinfo": file("test/fixtures/node/fragmentation/node-j/buddyinfo") }),
    ).toEqual([]);
  });

  it("is no finding where it was before the last boot", async () => {
    const log = `[ 9.0] runc: page allocation failure: order:6, mode:0x10c0d0\n${kernelLog("systemd[1]: up")}`;
    expect(await verdicts({ "b/dmesg": log })).toEqual([]);
  });
});
