import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/conntrack-drops";

describe(RULE, () => {
  it("is seen in the kernel's log", async () => {
    const log = file("samples/conntrack-full/bundle/node-i/dmesg");
    const finding = findingOf(await analyzeFiles({ "b/dmesg": log }), RULE);
    expect(finding.summary).toContain("The kernel has logged 10 times that it dropped a packet");
  });

  it("is no finding for a table that is nearly full, nor for another program's words", async () => {
    const sysctl = "net.netfilter.nf_conntrack_count = 260000\nnet.netfilter.nf_conntrack_max = 262144\n";
    const log = `${kernelLog("nf_conntrack version 0.5.0 (65536 buckets, 262144 max)")}Sep 19 13:28:09 n monitor[7]: nf_conntrack: table full, dropping packet\n`;
    expect(verdictsOf(await analyzeFiles({ "b/sysctl.txt": sysctl, "b/dmesg": log }), RULE)).toEqual([]);
  });
});
