import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";

const DEAD = "10.225.30.181";
/** As CoreDNS of 2018 wrote it. */
const line = (i: number, server = DEAD) =>
  `2018/11/06 07:5${i % 10}:1${i % 7}.123 [ERROR] 2 loginspub${i}.xxxxmobile-inc.net. A: unreachable backend: read udp 172.16.0.230:${43742 + i}->${server}:53: i/o timeout\n`;
const log = (times: number, server = DEAD) =>
  Array.from({ length: times }, (_, i) => line(i, server)).join("");
const CONF = `nameserver 180.76.76.76\nnameserver ${DEAD}\n`;
const files = {
  "b/node-a/coredns.log": log(40),
  "b/node-a/etc/resolv.conf": CONF,
  "b/node-a/etc/resolvconf/resolv.conf.d/base": `nameserver ${DEAD}\n`,
};
const judge = async (these: Record<string, string>) => analyzeFiles(these);

describe("a DNS server that nobody meant to use (E3)", () => {
  it("is named by the log, with where its address is configured", async () => {
    const report = await judge(files);
    const finding = findingOf(report, "dns/upstream-dead");
    expect(finding.subject).toMatchObject({ name: DEAD });
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toContain("etc/resolvconf/resolv.conf.d/base");
    expect(verdictsOf(report, "node/stale-resolv-conf")).not.toEqual([]);
  });

  it("is confirmed by a capture beside the log, and likely by the capture alone", async () => {
    const pcap = captureOf(
      Array.from({ length: 6 }, (_, i) => {
        const each = { name: `svc${i}.example`, port: 45000 + i, ids: [2 * i, 2 * i + 1] as const };
        return [
          ...lookup({ ...each, time: i * 8, server: `${DEAD}:53` }),
          ...lookup({ ...each, time: i * 8 + 5, server: "180.76.76.76:53", a: 1, aaaa: 1 }),
        ];
      }).flat(),
      healthy(3),
    );
    const whole = findingOf(await analyzeFiles({ ...files, "b/node-a/any.pcap": pcap }), "dns/upstream-dead");
    expect(whole.verdict).toBe("confirmed");
    expect(whole.summary).toContain("None of 12 queries to it was answered");
    const report = await analyzeFiles({ "b/node-a/any.pcap": pcap });
    expect(verdictsOf(report, "dns/upstream-dead")).toContain("likely");
    expect(verdictsOf(report, "dns/conntrack-race")).not.toContain("likely");
  });

  it("is read from a log whose lines were broken when it was pasted", async () => {
    const broken = log(40).replaceAll(". A: unreachable", ". \nA: unreachable");
    const report = await judge({ ...files, "b/node-a/coredns.log": broken });
    expect(verdictsOf(report, "dns/upstream-dead")).toEqual(["likely"]);
  });

  it("is nothing by configuration alone, and only possible by three lines", async () => {
    const { "b/node-a/coredns.log": _, ...configured } = files;
    expect((await judge(configured)).findings.filter(({ kind }) => kind !== "cause")).toEqual([]);
    expect(verdictsOf(await judge({ "coredns.log": log(3) }), "dns/upstream-dead")).toEqual(["possible"]);
  });
});
