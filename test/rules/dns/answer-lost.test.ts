import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";

const RULE = "dns/answer-lost";
const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/pcap/${name}.pcap`));
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "x.pcap": pcap }), RULE);

describe(RULE, () => {
  it("is confirmed where answers are seen on fewer interfaces than their queries", async () => {
    const report = await analyzeFiles({ "node.pcap": fixture("dns_5s_aaaa_reply_dropped.node-any") });
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "3 answers of 192.168.50.53 came to the node and did not reach 10.244.1.11: AAAA, for app.example.com, db.example.com, www.example.com.",
    );
  });

  it("can't be told from a capture of the pod's one interface", async () => {
    expect(await verdicts(fixture("dns_5s_aaaa_reply_dropped.pod"))).toEqual(["possible"]);
    expect(await verdicts(captureOf(healthy(4), lookup({ time: 9, ids: [7, 8], a: 1, retry: 5 })))).toEqual([
      "possible",
    ]);
  });

  it("is ruled out where no interface of several saw an answer", async () => {
    const capture = readFileSync("samples/dns-upstream-dead/bundle/node-k/dns.pcap");
    expect(await verdicts(new Uint8Array(capture))).toEqual(["ruled-out"]);
  });

  it("is silent where nothing was lost", async () => {
    expect(await verdicts(fixture("dns_forwarder_upstream_dead.node-any"))).toEqual([]);
    expect(await verdicts(fixture("dns_port_unreachable.pod"))).toEqual([]);
    expect(await verdicts(captureOf(healthy(9)))).toEqual([]);
  });
});
