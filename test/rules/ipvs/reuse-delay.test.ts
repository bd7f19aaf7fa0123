import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp } from "../packets.ts";
import { VIP, calm, kernel, nodeOf, onNode } from "./nodes.ts";

const RULE = "ipvs/reuse-delay";
const node = nodeOf("reuse-delay", "pods.pcap", "sysctl.txt", "ipvsadm.txt", "uname.txt");
const mode = (value: number): string => `net.ipv4.vs.conn_reuse_mode = ${value}\nnet.ipv4.vs.conntrack = 1\n`;
const { "pods.pcap": pcap, ...texts } = node;
const verdicts = async (more: Record<string, string | Uint8Array>): Promise<string[]> =>
  verdictsOf(await onNode({ ...node, ...more }), RULE);

describe(RULE, () => {
  it("is confirmed by ports that are used again and the setting for the Service that is asked", async () => {
    const report = await onNode(node);
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      "50 of 50 SYNs lost on the way to 10.96.44.7:8080 came with the addresses and ports of a connection",
    );
    expect(finding.share).toEqual({ n: 50, total: 50 });
    const others = report.findings.filter(({ rule, verdict }) => verdict === "confirmed" && rule !== RULE);
    expect(others.map(({ rule }) => rule)).toEqual(["tcp/syn-unanswered"]);
  });

  it("is ruled out by the setting, and by a kernel that takes such SYNs", async () => {
    expect(await verdicts({ "sysctl.txt": mode(0) })).toEqual(["ruled-out"]);
    expect(await verdicts({ "uname.txt": kernel("5.10.0-8-amd64") })).toEqual(["ruled-out"]);
    expect(await verdicts({ "uname.txt": kernel("4.18.0-305.el8.x86_64") })).toEqual(["confirmed"]);
  });

  it("is likely at the most without the kernel: a firewall may do the same", async () => {
    const { "uname.txt": _, ...rest } = node;
    expect(verdictsOf(await onNode(rest), RULE)).toEqual(["likely"]);
  });

  it("is likely at the most without the setting, and asks for it", async () => {
    const alone = findingOf(await onNode({ "pods.pcap": pcap ?? "" }), RULE);
    expect(alone.verdict).toBe("likely");
    expect(alone.missing.map(({ command }) => command)).toContain("sysctl net.ipv4.vs; ipvsadm -Ln");
    const { "sysctl.txt": _, ...rest } = node;
    expect(verdictsOf(await onNode(rest), RULE)).toEqual(["likely"]);
  });

  it("is no more than possible where another Service is IPVS's", async () => {
    const other = String(node["ipvsadm.txt"]).replace("10.96.44.7:8080", "10.96.44.8:8080");
    expect(await verdicts({ "ipvsadm.txt": other })).toEqual(["possible"]);
  });

  it("is not a loss on ports that nobody had used, and not one that lasts", async () => {
    const late = Array.from({ length: 8 }, (_, i) =>
      attempt({ time: 130 + i * 3, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "late" }),
    ).flat();
    const lasting = Array.from({ length: 8 }, (_, i) => [
      ...attempt({ time: i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "answered" }),
      ...attempt({ time: 30 + i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "silence" }),
    ]).flat();
    expect(await verdicts({ "pods.pcap": capture([...calm(90, 0), ...late]) })).toEqual(["possible"]);
    expect(await verdicts({ "pods.pcap": capture([...calm(40, 0), ...lasting]) })).toEqual(["ruled-out"]);
  });

  it("is not what falls on used ports alone because there are no others", async () => {
    const used = Array.from({ length: 40 }, (_, i) =>
      attempt({
        time: i * 2,
        from: `10.244.1.5:${41000 + (i % 5)}`,
        to: VIP,
        outcome: i % 4 === 3 ? "late" : "answered",
      }),
    ).flat();
    const last = attempt({ time: 110, from: "10.244.1.6:5", to: "10.0.0.3:22", outcome: "answered" });
    expect(await verdicts({ "pods.pcap": capture([...used, ...last]) })).toEqual(["possible"]);
  });

  it("is ruled out where IPVS keeps no entry of connection tracking, and not likely where clients stay with a server", async () => {
    const off = mode(1).replace("conntrack = 1", "conntrack = 0");
    expect(await verdicts({ "sysctl.txt": off })).toEqual(["ruled-out"]);
    const persistent = String(node["ipvsadm.txt"]).replace(
      "10.96.44.7:8080 rr",
      "10.96.44.7:8080 rr persistent 10800",
    );
    expect(await verdicts({ "ipvsadm.txt": persistent })).toEqual(["possible"]);
  });

  it("is not the server's own memory of the connection, which answers the first SYN", async () => {
    const from = (i: number): string => `10.244.1.5:${41000 + i}`;
    const challenged = Array.from({ length: 8 }, (_, i): Timed[] => {
      const [first, ...rest] = attempt({ time: 30 + i, from: from(i), to: VIP, outcome: "late" });
      const back = tcp({ from: VIP, to: from(i) }, "ack", { seq: 9002, ack: 5000 + i * 1000 - 70_000 });
      const rst = tcp({ from: from(i), to: VIP }, "rst", { seq: 5000 + i * 1000 - 70_000 });
      return first ? [first, [first[0] + 0.0001, back], [first[0] + 0.0002, rst], ...rest] : [];
    }).flat();
    const used = Array.from({ length: 8 }, (_, i) =>
      attempt({ time: i, from: from(i), to: VIP, outcome: "answered" }),
    ).flat();
    const pcap = capture([...calm(40, 0), ...used, ...challenged]);
    expect(await verdicts({ "pods.pcap": pcap })).toEqual(["ruled-out"]);
  });

  it("is not a SYN that left for a server and was lost behind the translation", async () => {
    const [vip, pod] = [
      [10, 96, 44, 7],
      [10, 244, 2, 8],
    ] as const;
    const translated = (packet: readonly number[]): number[] =>
      [12, 16].reduce(
        (now, at) =>
          vip.every((byte, i) => now[at + i] === byte)
            ? now
                .with(at, pod[0])
                .with(at + 1, pod[1])
                .with(at + 2, pod[2])
                .with(at + 3, pod[3])
            : now,
        [...packet],
      );
    const both = (time: number, port: number, outcome: "answered" | "late"): Timed[] =>
      attempt({ time, from: `10.244.1.5:${port}`, to: VIP, outcome }).flatMap(([at, packet]): Timed[] => [
        [at, packet],
        [at + 0.00001, translated(packet)],
      ]);
    const used = Array.from({ length: 8 }, (_, i) => both(i, 41000 + i, "answered")).flat();
    const lost = Array.from({ length: 8 }, (_, i) => both(30 + i, 41000 + i, "late")).flat();
    const pcap = capture([...calm(40, 0), ...used, ...lost]);
    expect(await verdicts({ "pods.pcap": pcap })).toEqual(["ruled-out"]);
  });

  it("says nothing where no IPVS is, nor without a lost SYN", async () => {
    const lost = Array.from({ length: 4 }, (_, i) =>
      attempt({ time: 10 + i, from: `10.244.1.5:${41000 + i}`, to: VIP, outcome: "late" }),
    ).flat();
    expect(verdictsOf(await onNode({ "pods.pcap": capture([...calm(20, 0), ...lost]) }), RULE)).toEqual([]);
    expect(verdictsOf(await onNode({ ...texts, "pods.pcap": capture(calm(20, 0)) }), RULE)).toEqual([]);
    expect(verdictsOf(await onNode(texts), RULE)).toEqual([]);
  });
});
