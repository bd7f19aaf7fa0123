import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import { analyzeNode } from "./listener-cases.ts";

const RULE = "tcp/conntrack-invalid";
const SAMPLE = "samples/conntrack-invalid/bundle/node-i";
const pcap = new Uint8Array(readFileSync(`${SAMPLE}/pod-21.pcap`));
const rules = readFileSync(`${SAMPLE}/iptables-save.txt`, "utf8");
const counted = (invalid: number): string =>
  `cpu=0   \tfound=0 invalid=${invalid} insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=0 \n`;
const liberal = (value: number): string =>
  `net.netfilter.nf_conntrack_tcp_be_liberal = ${value}\nnet.ipv4.ip_forward = 1\n`;
const dropping = rules.replace(
  "-A KUBE-FORWARD",
  "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n-A KUBE-FORWARD",
);
const verdicts = async (files: Record<string, string>): Promise<string[]> =>
  verdictsOf(await analyzeNode({ "pod.pcap": pcap, ...files }), RULE);

describe(RULE, () => {
  it("is likely by the capture alone, and asks for the settings and the counter", async () => {
    const finding = findingOf(await analyzeNode({ "pod.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["tcp/stray-segment"]);
    expect(finding.missing.map(({ command }) => command)).toEqual([
      "conntrack -S; sleep 60; conntrack -S",
      "sysctl net.netfilter.nf_conntrack_tcp_be_liberal; iptables-save",
    ]);
  });

  it("is confirmed by a counter that grew, or by rules that let such packets pass", async () => {
    const grown = { "conntrack-S.before.txt": counted(3), "conntrack-S.after.txt": counted(7) };
    expect(await verdicts(grown)).toEqual(["confirmed"]);
    expect(await verdicts({ "iptables-save.txt": rules, "sysctl.txt": liberal(0) })).toEqual(["confirmed"]);
  });

  it("makes little of a counter of the node's whole life, and of rules without the setting", async () => {
    expect(await verdicts({ "conntrack-S.txt": counted(91_000) })).toEqual(["likely"]);
    expect(await verdicts({ "iptables-save.txt": rules })).toEqual(["likely"]);
    expect(await verdicts({ "sysctl.txt": liberal(0) })).toEqual(["likely"]);
  });

  it("is held down by a rule that drops them, by the setting, and by a counter of nothing", async () => {
    expect(await verdicts({ "iptables-save.txt": dropping, "sysctl.txt": liberal(0) })).toEqual(["possible"]);
    expect(await verdicts({ "iptables-save.txt": rules, "sysctl.txt": liberal(1) })).toEqual(["possible"]);
    expect(await verdicts({ "conntrack-S.txt": counted(0) })).toEqual(["possible"]);
  });

  it("takes a rule for the node's own packets for none", async () => {
    const own = rules.replace(
      "-A KUBE-FORWARD",
      "-A INPUT -m state --state INVALID -j DROP\n-A KUBE-FORWARD",
    );
    expect(await verdicts({ "iptables-save.txt": own, "sysctl.txt": liberal(0) })).toEqual(["confirmed"]);
  });

  it("says nothing where no client reset anything", async () => {
    const grown = { "conntrack-S.before.txt": counted(3), "conntrack-S.after.txt": counted(7) };
    expect(verdictsOf(await analyzeNode(grown), RULE)).toEqual([]);
  });
});
