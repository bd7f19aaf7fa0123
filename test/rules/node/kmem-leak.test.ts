import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file } from "./files.ts";

const RULE = "node/kmem-leak";
const dmesg = file("test/fixtures/node/kmem-leak/node-m/dmesg");
const log = { "b/dmesg": dmesg };
const kernel = (release: string) => ({ "b/uname": `Linux node-m ${release} #1 SMP x86_64 GNU/Linux\n` });
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed on a kernel that leaks, for the groups of several containers", async () => {
    const finding = findingOf(await analyzeFiles({ ...log, ...kernel("3.10.0-957.21.3.el7.x86_64") }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("The kernel is 3.10.0-957.21.3.el7.x86_64, which leaks");
  });

  it("is ruled out by builds that have the fix, and by other versions", async () => {
    for (const release of [
      "3.10.0-1062.4.1.el7.x86_64",
      "3.10.0-1160.el7.x86_64",
      "4.18.0-80.el8.x86_64",
      "5.4.0-1029-aws",
    ])
      expect(await verdicts({ ...log, ...kernel(release) }), release).toEqual(["ruled-out"]);
    for (const release of ["3.10.0-1062.el7.x86_64", "3.10.0-1062.1.2.el7.x86_64", "3.10.0-514.el7.x86_64"])
      expect(await verdicts({ ...log, ...kernel(release) }), release).toEqual(["confirmed"]);
  });

  it("is likely without the release, and asks for it", async () => {
    const finding = findingOf(await analyzeFiles(log), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("uname -a");
  });

  it("is likely where one container alone is at its limit", async () => {
    const one = { "b/dmesg": dmesg.split("\n").slice(0, 3).join("\n") };
    expect(await verdicts({ ...one, ...kernel("3.10.0-957.21.3.el7.x86_64") })).toEqual(["likely"]);
  });

  it("is no finding by the kernel's release alone", async () => {
    expect(await verdicts(kernel("3.10.0-957.21.3.el7.x86_64"))).toEqual([]);
  });
});
