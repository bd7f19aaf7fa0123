import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Attempt } from "../packets.ts";
import { addrOf, analyzeNode, calm, fixture } from "./listener-cases.ts";
import { LISTENER, captureOf, natOutage } from "./outage.ts";

const RULE = "tcp/local-source-drop";
const LB = "203.0.113.10";
const table = (address: string) =>
  `local 10.0.0.2 dev eth0 proto kernel scope host src 10.0.0.2\nlocal ${address} dev kube-ipvs0 proto kernel scope host src ${address}\n`;

/** Health probes of a load balancer every so many seconds, never answered; others are served. */
function probes(gapOf: (i: number) => number, others = true): Uint8Array {
  let time = 2;
  const all = Array.from({ length: 7 }, (_, i): Attempt => {
    time += gapOf(i);
    return { time, from: `${LB}:${45000 + i}`, to: LISTENER, outcome: "silence" };
  });
  return captureOf([...(others ? calm(LISTENER) : []), ...all]);
}
const regular = probes(() => 8);

describe(RULE, () => {
  it("is confirmed by probes and an address on kube-ipvs0, or in the table of local routes", async () => {
    const finding = findingOf(
      await analyzeNode({ "s.pcap": regular, "ip-addr.txt": addrOf(LB, "kube-ipvs0") }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "203.0.113.10 tries 10.0.0.2:8080 every 8.0 s and never gets an answer (7 attempts), while 20 of others were answered at once. " +
        "That address is bound to the node's own kube-ipvs0.",
    );
    expect(verdictsOf(await analyzeNode({ "s.pcap": regular, "local.txt": table(LB) }), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("makes little of a martian line where nothing says whose the address is", async () => {
    const dmesg = `[  100.000000] IPv4: martian source 10.0.0.2 from ${LB}, on dev eth0\n`;
    expect(verdictsOf(await analyzeNode({ "s.pcap": regular, dmesg }), RULE)).toEqual(["possible"]);
    const own = await analyzeNode({ "s.pcap": regular, dmesg, "local.txt": table(LB) });
    expect(findingOf(own, RULE).evidence.map(({ text }) => text)).toContain(
      `IPv4: martian source 10.0.0.2 from ${LB}, on dev eth0`,
    );
  });

  it("is possible by the capture alone: a filter looks the same", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": regular }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command)).toEqual([
      "ip addr; ip route show table local",
      "kubectl get services -A -o yaml",
    ]);
  });

  it("is likely where the source is local and its tries come at no interval", async () => {
    const files = { "s.pcap": probes((i) => 3 + i * i), "ip-addr.txt": addrOf(LB, "kube-ipvs0") };
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["likely"]);
  });

  it("is ruled out where the node's addresses are known and the source is none of them", async () => {
    const files = { "s.pcap": regular, "ip-addr.txt": addrOf("10.96.0.1", "kube-ipvs0") };
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ ...files, "local.txt": table("10.96.0.1") }), RULE)).toEqual([
      "ruled-out",
    ]);
  });

  it("does not take the clients' node's own address for one that was dropped", async () => {
    // The listener is 20 ms away: the capture was taken where the connections begin.
    const far = captureOf([
      ...calm(LISTENER).map((each) => ({ ...each, distance: 0.02 })),
      ...Array.from({ length: 6 }, (_, i): Attempt => ({
        time: 3 + i * 8,
        from: `${LB}:${700 + i}`,
        to: LISTENER,
        outcome: "silence",
      })),
    ]);
    expect(verdictsOf(await analyzeNode({ "c.pcap": far, "ip-addr.txt": addrOf(LB, "eth0") }), RULE)).toEqual(
      ["possible"],
    );
    // Not known to have come in, and of a plain interface.
    expect(
      verdictsOf(await analyzeNode({ "c.pcap": regular, "ip-addr.txt": addrOf(LB, "eth0") }), RULE),
    ).toEqual(["likely"]);
  });

  it("is ruled out where the source is answered, too, and where the clients are many", async () => {
    const files = { "ip-addr.txt": addrOf(LB, "kube-ipvs0") };
    expect(verdictsOf(await analyzeNode({ ...files, "s.pcap": natOutage() }), RULE)).toEqual(["ruled-out"]);
    expect(
      verdictsOf(await analyzeNode({ ...files, "s.pcap": fixture("tcp_backlog_accept_queue.server") }), RULE),
    ).toEqual(["ruled-out"]);
  });

  it("can't tell without anybody who is answered, nor without a SYN", async () => {
    const alone = { "s.pcap": probes(() => 8, false) };
    expect(verdictsOf(await analyzeNode(alone), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeNode({ "ip-addr.txt": addrOf(LB, "kube-ipvs0") }), RULE)).toEqual([]);
  });

  it("is likely by the probes and a Service whose load balancer has the address", async () => {
    const verdicts = async (
      ip: string,
      spec: object,
      more: object = {},
      files: object = { "s.pcap": regular },
    ) => {
      const service = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "shop" },
        spec: { type: "LoadBalancer", clusterIP: "10.96.0.9", ...spec },
        status: { loadBalancer: { ingress: [{ ip, ...more }] } },
      };
      return verdictsOf(await analyzeNode({ ...files, "services.json": JSON.stringify(service) }), RULE);
    };
    const local = { externalTrafficPolicy: "Local" };
    expect(await verdicts(LB, local)).toEqual(["likely"]);
    expect(
      await verdicts(LB, local, {}, { "s.pcap": regular, "ip-addr.txt": addrOf(LB, "kube-ipvs0") }),
    ).toEqual(["confirmed"]);
    expect(await verdicts(LB, { externalTrafficPolicy: "Cluster" })).toEqual(["possible"]);
    expect(await verdicts(LB, local, { ipMode: "Proxy" })).toEqual(["possible"]);
    expect(await verdicts("203.0.113.11", local)).toEqual(["possible"]);
    // No probes, and no regular ones.
    expect(await verdicts(LB, local, {}, { "s.pcap": probes((i) => 3 + i * i) })).toEqual(["possible"]);
    expect(await verdicts(LB, local, {}, { "s.pcap": natOutage() })).toEqual(["ruled-out"]);
  });
});
