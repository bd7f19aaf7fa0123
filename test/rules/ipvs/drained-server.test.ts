import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import { attempt, capture } from "../packets.ts";
import { VIP, calm, kernel, nodeOf, onNode } from "./nodes.ts";

const RULE = "ipvs/drained-server";
const node = nodeOf("drained-server", "any.pcap", "sysctl.txt", "ipvsadm.txt", "uname.txt");
const sysctl = (mode: number, expire = 1): string =>
  `net.ipv4.vs.conn_reuse_mode = ${mode}\nnet.ipv4.vs.expire_nodest_conn = ${expire}\n`;
const verdicts = async (more: Record<string, string | Uint8Array>): Promise<string[]> => [
  ...new Set(verdictsOf(await onNode({ ...node, ...more }), RULE)),
];
const weights = (weight: number): string =>
  String(node["ipvsadm.txt"]).replace(/(10\.244\.2\.8:8080 +Masq +)0/, `$1${weight}`);

describe(RULE, () => {
  it("is confirmed where only used ports go to a server of weight 0, and fail", async () => {
    const finding = findingOf(await onNode(node), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      "8 SYNs for 10.96.44.7:8080 failed, sent to 10.244.2.8:8080, which has weight 0; 8 of them came with",
    );
  });

  it("is ruled out by conn_reuse_mode=1, and by a kernel that reschedules", async () => {
    expect(await verdicts({ "sysctl.txt": sysctl(1) })).toEqual(["ruled-out"]);
    expect(await verdicts({ "uname.txt": kernel("6.1.0-18-amd64") })).toEqual(["ruled-out"]);
    expect(await verdicts({ "uname.txt": kernel("6.1.0-18-amd64"), "sysctl.txt": sysctl(0, 0) })).toEqual([
      "confirmed",
    ]);
  });

  it("is no more than possible where the second SYN is served: the entry would have been renewed", async () => {
    const { "pods.pcap": once = "" } = nodeOf("reuse-delay", "pods.pcap");
    const { "any.pcap": _, "ipvsadm.txt": _a, ...rest } = node;
    expect(verdictsOf(await onNode({ ...rest, "pods.pcap": once }), RULE)).toEqual(["possible"]);
  });

  it("is no more than possible where the server that was asked serves", async () => {
    expect(await verdicts({ "ipvsadm.txt": weights(1) })).toEqual(["possible"]);
  });

  it("is likely without a listing of real servers, which it asks for", async () => {
    const { "ipvsadm.txt": _, ...rest } = node;
    const finding = findingOf(await onNode(rest), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain("ipvsadm -Ln; ipvsadm -Lnc");
  });

  it("knows by the connections that IPVS keeps, too, where a capture shows one side", async () => {
    const pairs = Array.from({ length: 6 }, (_, i) => [
      ...attempt({ time: i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "answered" }),
      ...attempt({ time: 20 + i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "refused" }),
    ]).flat();
    const pcap = capture([...calm(30, 0), ...pairs]);
    const kept = pairs.flatMap((_, i) =>
      i < 6 ? [`TCP 01:40  SYN_RECV    10.244.1.5:${41000 + i}   ${VIP}   10.244.2.8:8080\n`] : [],
    );
    const listing = `IPVS connection entries\npro expire state       source             virtual            destination\n${kept.join("")}`;
    const report = await onNode({ ...node, "any.pcap": pcap, "ipvsadm-c.txt": listing });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).explains).toEqual(["tcp/connection-refused"]);
    // Which of the two was asked, the listing of servers alone doesn't tell.
    expect(await verdicts({ "any.pcap": pcap })).toEqual(["likely"]);
  });

  it("is no more than likely where nobody on another port was served meanwhile: the server may have been gone before it was drained", async () => {
    const pairs = Array.from({ length: 6 }, (_, i) => [
      ...attempt({ time: i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "answered" }),
      ...attempt({ time: 20 + i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "silence" }),
    ]).flat();
    const last = attempt({ time: 110, from: "10.244.1.6:5", to: "10.0.0.3:22", outcome: "answered" });
    expect(await verdicts({ "any.pcap": capture([...pairs, ...last]) })).toEqual(["possible"]);
  });

  it("says nothing of a node without IPVS", async () => {
    expect(verdictsOf(await onNode({ "any.pcap": node["any.pcap"] ?? "" }), RULE)).toEqual([]);
  });
});
