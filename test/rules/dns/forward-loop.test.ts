import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { LOOP_CONF as conf, LOOP_LOG as log } from "./coredns-loop.ts";

const RULE = "dns/forward-loop";
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe(RULE, () => {
  it("is confirmed by CoreDNS's own probe and a loopback address in resolv.conf", async () => {
    const finding = findingOf(await analyzeFiles({ "coredns.log": log, "etc/resolv.conf": conf }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toEqual(["dns/coredns-fatal"]);
    expect(finding.evidence.map(({ where }) => where)).toEqual([{ line: 5 }, { line: 2 }]);
  });

  it("is likely without the resolv.conf, or with one that names real servers", async () => {
    expect(await verdicts({ "coredns.log": log })).toEqual(["likely"]);
    expect(await verdicts({ "coredns.log": log, "etc/resolv.conf": "nameserver 10.0.0.2\n" })).toEqual([
      "likely",
    ]);
  });

  it("is no finding where CoreDNS gives up for another reason, or a node has a stub and no CoreDNS", async () => {
    const other = "CoreDNS-1.6.5\n[FATAL] Failed to initialize server: open /etc/coredns/Corefile\n";
    expect(await verdicts({ "coredns.log": other, "etc/resolv.conf": conf })).toEqual([]);
    expect((await analyzeFiles({ "etc/resolv.conf": conf })).findings).toEqual([]);
  });
});
