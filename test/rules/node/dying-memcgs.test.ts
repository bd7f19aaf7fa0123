import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file } from "./files.ts";

const RULE = "node/dying-memcgs";
const log = { "b/node-n/kubelet.log": file("test/fixtures/node/dying-memcgs/node-n/kubelet.log") };
const cgroups = (memory: number) => ({
  "b/node-n/proc/cgroups": `#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t5\t419\t1\nmemory\t9\t${memory}\t1\n`,
});
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by as many groups as ids and a refusal", async () => {
    const finding = findingOf(await analyzeFiles({ ...log, ...cgroups(65535) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("counts 65535 memory control groups");
  });

  it("is likely without the count, and asks for it", async () => {
    const finding = findingOf(await analyzeFiles(log), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing[0]?.command).toBe("cat /proc/cgroups");
  });

  it("is possible at most where there are few groups", async () => {
    expect(await verdicts({ ...log, ...cgroups(412) })).toEqual(["possible"]);
  });

  it("is no finding where nothing was refused, and refusals of other room are none of it", async () => {
    expect(await verdicts(cgroups(65535))).toEqual([]);
    const disk = {
      "b/node-n/kubelet.log":
        "Jun 12 10:11:12 node-n kubelet[812]: E0612 10:11:12.318204     812 x.go:1] mkdir /var/lib/kubelet/pods/7: no space left on device\n",
    };
    expect(await verdicts({ ...disk, ...cgroups(65535) })).toEqual([]);
  });
});
