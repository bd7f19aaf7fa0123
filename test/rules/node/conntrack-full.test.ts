import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/conntrack-full";
const FULL = kernelLog(
  "nf_conntrack: table full, dropping packet",
  "nf_conntrack: table full, dropping packet",
);
const table = (count: number) =>
  `net.netfilter.nf_conntrack_count = ${count}\nnet.netfilter.nf_conntrack_max = 262144\n`;
const drops = (drop: number) =>
  `cpu=0   found=0 invalid=0 insert=0 insert_failed=0 drop=${drop} early_drop=0 error=0 search_restart=0 clash_resolve=0 chaintoolong=0\n`;
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by the log and the table", async () => {
    const finding = findingOf(await analyzeFiles({ "b/dmesg": FULL, "b/sysctl.txt": table(262144) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("holds 262144 of 262144 entries (100%)");
  });

  it("is confirmed by the log and drops that grow", async () => {
    const grown = { "b/conntrack-S-before.txt": drops(3), "b/conntrack-S-after.txt": drops(90) };
    expect(await verdicts({ "b/dmesg": FULL, ...grown })).toEqual(["confirmed"]);
  });

  it("reads the kernel's own table of statistics", async () => {
    const proc = file("samples/conntrack-full/bundle/node-i/sysctl.txt")
      .split("\n")
      .filter((line) => !line.includes("_count"))
      .join("\n");
    const statistics =
      "entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n" +
      "0003fffe  00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000  00000000 00000000 00000000 00000000\n";
    expect(await verdicts({ "b/dmesg": FULL, "b/sysctl.txt": proc, "b/nf_conntrack": statistics })).toEqual([
      "confirmed",
    ]);
  });

  it("is likely by the log alone, and where the table has emptied since", async () => {
    const finding = findingOf(await analyzeFiles({ "b/dmesg": FULL }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("conntrack -S");
    expect(
      await verdicts({ "b/dmesg": FULL, "b/sysctl.txt": table(900), "b/conntrack-S.txt": drops(40) }),
    ).toEqual(["likely"]);
  });

  it("is possible by a full table alone, and no finding by one with room", async () => {
    expect(await verdicts({ "b/sysctl.txt": table(260000) })).toEqual(["possible"]);
    expect(await verdicts({ "b/sysctl.txt": table(90000), "b/conntrack-S.txt": drops(0) })).toEqual([]);
  });

  it("doesn't take packets that lost a race for those that found no room", async () => {
    const race = (n: number) => drops(n).replace("insert_failed=0", `insert_failed=${n}`);
    const grown = { "b/conntrack-S-before.txt": race(3), "b/conntrack-S-after.txt": race(90) };
    expect(await verdicts(grown)).toEqual([]);
    expect(await verdicts({ "b/dmesg": FULL, ...grown })).toEqual(["likely"]);
  });

  it("doesn't take another node's table", async () => {
    const files = {
      "b/node-a/hostname": "node-a\n",
      "b/node-a/dmesg": FULL,
      "b/node-z/hostname": "node-z\n",
      "b/node-z/sysctl.txt": table(262144),
    };
    expect(await verdicts(files)).not.toContain("confirmed");
  });
});
