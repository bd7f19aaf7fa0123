import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { analyzeNode, calm, fixture, portRace } from "./listener-cases.ts";
import { LISTENER, captureOf, natOutage, randomLoss } from "./outage.ts";

const RULE = "tcp/snat-port-race";
const conntrack = (failed: number) =>
  `cpu=0   \tfound=9 invalid=0 insert=0 insert_failed=${failed} drop=${failed} early_drop=0 error=0 search_restart=0 \n`;
const rules = (option: string) =>
  `*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 10.244.0.0/16 -j MASQUERADE${option}\nCOMMIT\n`;
const any = portRace();

/** Two pods on a bridge that use one port at one moment, again and again; the second's SYN is answered when it is sent again. */
function bridge(apart = 0.001, pairs = 6): Uint8Array {
  const pair = (i: number): Attempt[] => [
    { time: i * 4, from: `10.244.3.11:${21000 + i}`, to: LISTENER, outcome: "answered" },
    { time: i * 4 + apart, from: `10.244.3.12:${21000 + i}`, to: LISTENER, outcome: "late" },
  ];
  return captureOf([...calm(LISTENER), ...Array.from({ length: pairs }, (_, i) => pair(i)).flat()]);
}

describe(RULE, () => {
  it("is likely by a capture on the clients' node, and asks for the counter", async () => {
    for (const pcap of [any, bridge()]) {
      const finding = findingOf(await analyzeNode({ "n.pcap": pcap }), RULE);
      expect(finding.verdict).toBe("likely");
      expect(finding.missing.map(({ command }) => command)).toEqual(["conntrack -S", "iptables-save -t nat"]);
    }
  });

  it("is confirmed by the capture and a counter that grew, or that has counted as many", async () => {
    const grown = { "conntrack-S.before": conntrack(3), "conntrack-S.after": conntrack(13) };
    expect(verdictsOf(await analyzeNode({ "n.pcap": any, ...grown }), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await analyzeNode({ "n.pcap": any, "conntrack-S": conntrack(13) }), RULE)).toEqual([
      "confirmed",
    ]);
    expect(verdictsOf(await analyzeNode({ "n.pcap": any, "conntrack-S": conntrack(2) }), RULE)).toEqual([
      "likely",
    ]);
    const later = await analyzeNode(
      { "n.pcap": bridge(), "conntrack-S": conntrack(13) },
      { "conntrack-S": conntrack(1) },
    );
    expect(verdictsOf(later, RULE)).toEqual(["confirmed"]);
  });

  it("is held down by a counter that never counted, and by rules that pick ports at random", async () => {
    expect(verdictsOf(await analyzeNode({ "n.pcap": any, "conntrack-S": conntrack(0) }), RULE)).toEqual([
      "possible",
    ]);
    const random = { "n.pcap": any, "conntrack-S": conntrack(40), "iptables-save": rules(" --random-fully") };
    expect(verdictsOf(await analyzeNode(random), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ ...random, "iptables-save": rules("") }), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("takes one pair for chance, and SYNs further apart for no race", async () => {
    expect(
      verdictsOf(await analyzeNode({ "n.pcap": bridge(0.2), "conntrack-S": conntrack(9) }), RULE),
    ).toEqual(["possible"]);
    const one: Attempt[] = [
      { time: 5, from: "10.244.3.11:21000", to: LISTENER, outcome: "answered" },
      { time: 5.001, from: "10.244.3.12:21000", to: LISTENER, outcome: "silence" },
    ];
    expect(verdictsOf(await analyzeNode({ "n.pcap": captureOf([...calm(LISTENER), ...one]) }), RULE)).toEqual(
      ["possible"],
    );
  });

  it("sees nothing in the server's capture of a race", async () => {
    const report = await analyzeNode({
      "s.pcap": fixture("tcp_snat_port_race.server"),
      "conntrack-S": conntrack(70),
    });
    expect(report.findings).toEqual([]);
  });

  it("is ruled out where SYNs are lost again and again, or behind the translation", async () => {
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": natOutage(), "conntrack-S": conntrack(9) }), RULE),
    ).toEqual(["ruled-out"]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": randomLoss() }), RULE)).toEqual(["ruled-out"]);
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_tw_recycle_uptime.node-any") }), RULE),
    ).toEqual(["ruled-out"]);
    expect(
      verdictsOf(await analyzeNode({ "s.pcap": fixture("tcp_backlog_accept_queue.server") }), RULE),
    ).toEqual(["ruled-out"]);
  });

  it("says nothing where no SYN was lost, unless the counter grows", async () => {
    expect(
      verdictsOf(await analyzeNode({ "conntrack-S": conntrack(70), "iptables-save": rules("") }), RULE),
    ).toEqual([]);
    const grown = { "conntrack-S.before": conntrack(3), "conntrack-S.after": conntrack(13) };
    expect(verdictsOf(await analyzeNode(grown), RULE)).toEqual(["possible"]);
  });

  it("rules its rivals out at the listener", async () => {
    const report = await analyzeNode({ "n.pcap": any });
    for (const rival of ["tcp/syn-backlog-overflow", "tcp/tw-recycle-nat", "tcp/dead-backend"])
      expect(verdictsOf(report, rival), rival).toEqual(["ruled-out"]);
  });
});
