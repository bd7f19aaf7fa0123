import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import { addrOf, analyzeNode, fixture, netstatOf } from "./listener-cases.ts";
import { natOutage, randomLoss } from "./outage.ts";

const RULE = "tcp/reverse-path-filter";
const pcap = fixture("tcp_rp_filter_drop.server");
const filtered = (count: number) => netstatOf(`IPReversePathFilter: ${count}`);
const sysctl = (all: number, eth0: number) =>
  `net.ipv4.conf.all.rp_filter = ${all}\nnet.ipv4.conf.default.rp_filter = 1\nnet.ipv4.conf.eth0.rp_filter = ${eth0}\nnet.ipv4.conf.lo.rp_filter = 0\n`;

describe(RULE, () => {
  it("is confirmed by the capture and the counter together", async () => {
    const files = { "s.pcap": pcap, "netstat-s": filtered(14), "sysctl.txt": sysctl(0, 1) };
    const finding = findingOf(await analyzeNode(files), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "2 attempts of 10.244.1.11 to reach 192.168.50.20:8080 got no answer at all; 2 of others were answered at once. " +
        "The node has counted 14 packets (IPReversePathFilter).",
    );
    const nstat = "#kernel\nTcpExtIPReversePathFilter       14                 0.0\n";
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "nstat.txt": nstat }), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("is likely where the counter is less than what was lost: most of it was lost otherwise", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": filtered(3) }), RULE)).toEqual([
      "likely",
    ]);
  });

  it("is likely where the counter stands at far more than was lost: nodes count some all day", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": filtered(6000) }), RULE)).toEqual([
      "likely",
    ]);
    const grown = { "netstat-s.before.txt": filtered(5986), "netstat-s.after.txt": filtered(6000) };
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, ...grown }), RULE)).toEqual(["confirmed"]);
  });

  it("is likely by a martian line of the kernel about such an address, and not about another or the node's own", async () => {
    const martian = (source: string): string =>
      `[  100.000000] IPv4: martian source 192.168.50.20 from ${source}, on dev eth0\n[  100.000001] ll header: 00000000: ff ff ff ff\n`;
    const of = async (source: string, more = {}): Promise<string[]> =>
      verdictsOf(await analyzeNode({ "s.pcap": pcap, dmesg: martian(source), ...more }), RULE);
    expect(await of("10.244.1.11")).toEqual(["likely"]);
    expect(await of("10.244.1.11", { "netstat-s": filtered(14) })).toEqual(["confirmed"]);
    expect(await of("10.244.1.99")).toEqual(["possible"]);
    expect(await of("10.244.1.11", { "ip-addr.txt": addrOf("10.244.1.11") })).toEqual(["possible"]);
  });

  it("is possible by the capture alone, and asks for the counter and the setting", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command)).toEqual([
      "nstat -az TcpExtIPReversePathFilter",
      "sysctl -a --pattern 'net.ipv4.conf.*.rp_filter'",
    ]);
  });

  it("is held down by a zero counter or a filter that is off, and ruled out where the listener is there", async () => {
    const here = { "ip-addr.txt": addrOf("192.168.50.20") };
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": netstatOf() }), RULE)).toEqual([
      "possible",
    ]);
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": netstatOf(), ...here }), RULE),
    ).toEqual(["ruled-out"]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "sysctl.txt": sysctl(0, 0) }), RULE)).toEqual([
      "possible",
    ]);
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": pcap, "sysctl.txt": sysctl(0, 0), ...here }), RULE),
    ).toEqual(["ruled-out"]);
  });

  it("is ruled out where lost sources are answered, too, whatever the counter", async () => {
    for (const rival of [natOutage(), randomLoss(), fixture("tcp_backlog_accept_queue.server")])
      expect(verdictsOf(await analyzeNode({ "s.pcap": rival, "netstat-s": filtered(900) }), RULE)).toEqual([
        "ruled-out",
      ]);
  });

  it("says nothing of a counter where no SYN was lost", async () => {
    expect(
      verdictsOf(await analyzeNode({ "netstat-s": filtered(14), "sysctl.txt": sysctl(1, 1) }), RULE),
    ).toEqual([]);
  });
});
