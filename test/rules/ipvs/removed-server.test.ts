import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";
import { nodeOf, onNode } from "./nodes.ts";

const RULE = "ipvs/removed-server";
const node = nodeOf("removed-server", "pods.pcap", "sysctl.txt", "ipvsadm.txt", "ipvsadm-c.txt", "uname.txt");
const expire = (value: number): string => `net.ipv4.vs.expire_nodest_conn = ${value}\n`;
const verdicts = async (more: Record<string, string | Uint8Array>): Promise<string[]> =>
  verdictsOf(await onNode({ ...node, ...more }), RULE);

describe(RULE, () => {
  it("is confirmed by connections that are kept for a server that is no more, and the setting", async () => {
    const finding = findingOf(await onNode(node), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toEqual(["tcp/retransmission-timeout"]);
    expect(finding.summary).toBe(
      "IPVS keeps 4 of 4 flows to 10.96.44.7:8080 that get no answer for 10.244.2.8:8080, which 10.96.44.7:8080 has no more.",
    );
  });

  it("is held down by expire_nodest_conn=1", async () => {
    expect(await verdicts({ "sysctl.txt": expire(1) })).toEqual(["possible"]);
  });

  it("is ruled out where the connections' server is still there", async () => {
    const back = `${String(node["ipvsadm.txt"])}  -> 10.244.2.8:8080              Masq    1      4          0         \n`;
    expect(await verdicts({ "ipvsadm.txt": back })).toEqual(["ruled-out"]);
    const drained = back.replace(/(10\.244\.2\.8:8080 +Masq +)1/, "$10");
    expect(await verdicts({ "ipvsadm.txt": drained })).toEqual(["ruled-out"]);
  });

  it("doesn't decide by one of two listings that differ, but by the one beside the connections", async () => {
    const after = String(node["ipvsadm.txt"]);
    const before = `${after}  -> 10.244.2.8:8080              Masq    1      4          0         \n`;
    const { "ipvsadm.txt": _, "ipvsadm-c.txt": kept = "", ...rest } = node;
    const at = async (more: Record<string, string | Uint8Array>): Promise<string[]> =>
      verdictsOf(await onNode({ ...rest, ...more }), RULE);
    for (const [first, second] of [
      [before, after],
      [after, before],
    ] as const)
      expect(await at({ "ipvsadm.1.txt": first, "ipvsadm.2.txt": second, "ipvsadm-c.txt": kept })).toEqual([
        "possible",
      ]);
    const takes = { "t1/ipvsadm.txt": before, "t2/ipvsadm.txt": after };
    expect(await at({ ...takes, "t2/ipvsadm-c.txt": kept })).toEqual(["confirmed"]);
    expect(await at({ ...takes, "t1/ipvsadm-c.txt": kept })).toEqual(["ruled-out"]);
  });

  it("is possible by the setting alone, and asks for the connections", async () => {
    const { "ipvsadm-c.txt": _, ...rest } = node;
    const finding = findingOf(await onNode(rest), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command)).toEqual(["ipvsadm -Ln; ipvsadm -Lnc"]);
  });

  it("knows a resolver that keeps its port and asks a server that was removed", async () => {
    const lost = [0, 5, 10].flatMap((after) =>
      lookup({ time: 30 + after, name: "db.example", port: 39999, ids: [500 + after, 501 + after] }),
    );
    const dns = (real: string): string => `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
UDP  10.96.0.10:53 rr
  -> ${real}:53              Masq    1      0          3
`;
    const kept = `IPVS connection entries
pro expire state       source             virtual            destination
UDP 04:58  UDP         10.244.1.5:39999   10.96.0.10:53      10.244.0.7:53
`;
    const files = {
      "pod.pcap": captureOf(healthy(8), lost),
      "sysctl.txt": expire(0),
      "ipvsadm-c.txt": kept,
    };
    const report = await onNode({ ...files, "ipvsadm.txt": dns("10.244.0.9") });
    expect([...new Set(verdictsOf(report, RULE))]).toEqual(["confirmed"]);
    expect([
      ...new Set(verdictsOf(await onNode({ ...files, "ipvsadm.txt": dns("10.244.0.7") }), RULE)),
    ]).toEqual(["ruled-out"]);
  });

  it("says nothing of a node without IPVS", async () => {
    expect(verdictsOf(await onNode({ "pods.pcap": node["pods.pcap"] ?? "" }), RULE)).toEqual([]);
  });
});
