import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { attempt, capture, tcp } from "../packets.ts";
import { analyzeNode } from "./listener-cases.ts";
import { NEW_KERNEL, randomLoss } from "./outage.ts";

const RULE = "tcp/vxlan-checksum";
const NODE = "test/fixtures/vxlan/node-b";
const text = (name: string): string => readFileSync(`${NODE}/${name}`, "utf8");
const pcap = new Uint8Array(readFileSync(`${NODE}/eth0.pcap`));
const features = text("ethtool-k-flannel.1.txt");
const [before, after] = [text("snmp.before.txt"), text("snmp.after.txt")];
const verdicts = async (files: Record<string, string | Uint8Array>): Promise<string[]> =>
  verdictsOf(await analyzeNode({ "eth0.pcap": pcap, ...files }), RULE);

describe(RULE, () => {
  it("is confirmed by SYNs that nothing helps, and as many that the kernel dropped for their checksum", async () => {
    const finding = findingOf(
      await analyzeNode({ "eth0.pcap": pcap, "snmp.before.txt": before, "snmp.after.txt": after }),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("4 of 4 SYNs lost at 10.244.2.9:53 were sent again and again in vain.");
    expect(finding.summary).toContain("UdpInCsumErrors was 0");
  });

  it("is likely by the capture and the offload, which is on everywhere, and asks for the counter", async () => {
    const finding = findingOf(await analyzeNode({ "eth0.pcap": pcap, "ethtool-k.txt": features }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command)).toContain(
      "nstat -az UdpInCsumErrors; sleep 60; nstat -az UdpInCsumErrors",
    );
    expect(await verdicts({ "ethtool-k.txt": features, "snmp.txt": after })).toEqual(["likely"]);
  });

  it.each([
    ["5.4.30", "supports"],
    ["5.4.41", "contradicts"],
    ["5.7.1", "contradicts"],
    ["5.4.0-42-generic", undefined],
  ])("asks the known fix about a kernel, here %s: %s", async (release, effect) => {
    const finding = findingOf(
      await analyzeNode({
        "eth0.pcap": pcap,
        "ethtool-k.txt": features,
        "uname.txt": `Linux node-b ${release} #1 SMP x86_64\n`,
      }),
      RULE,
    );
    expect(finding.evidence.find(({ text }) => text.startsWith("Linux "))?.effect).toBe(effect);
  });

  it("is held down by a counter of nothing", async () => {
    expect(await verdicts({ "ethtool-k.txt": features, "snmp.txt": before })).toEqual(["possible"]);
  });

  it("makes nothing of a few wrong checksums beside losses of another kind", async () => {
    const few = after.replace(/^(Udp: .*) 24 /m, "$1 2 ");
    expect(few).not.toBe(after);
    expect(await verdicts({ "snmp.before.txt": before, "snmp.after.txt": few })).toEqual(["likely"]);
    const others = await analyzeNode({
      "eth0.pcap": randomLoss(),
      "snmp.before.txt": before,
      "snmp.after.txt": after,
      "uname.txt": NEW_KERNEL,
    });
    expect(verdictsOf(others, RULE)).toEqual(["possible"]);
  });

  it("is no more than possible of what a firewall drops outside of any overlay", async () => {
    const [client, server] = ["10.0.0.9", "10.0.0.2:8080"];
    const dropped = Array.from({ length: 4 }, (_, i) =>
      [0, 1, 3, 7, 15, 31].map((after): Timed => [
        i * 5 + after,
        tcp({ from: `${client}:${41000 + i}`, to: server }, "syn", { seq: 70_000 * (i + 1) }),
      ]),
    ).flat();
    const served = (distance: number): Timed[] =>
      [0, 20, 40, 90].flatMap((time, i) =>
        attempt({ time, from: `10.0.0.77:${5000 + i}`, to: server, outcome: "answered", distance }),
      );
    for (const distance of [0, 0.01]) {
      const files = { "ethtool-k.txt": features, "snmp.before.txt": before, "snmp.after.txt": after };
      const plain = capture([...dropped, ...served(distance)]);
      expect(await verdicts({ ...files, "eth0.pcap": plain })).toEqual(["possible"]);
      expect(await verdicts({ "ethtool-k.txt": features, "eth0.pcap": plain })).toEqual(["possible"]);
    }
  });

  it("says nothing where there is no overlay and the counter stands, nor without a lost SYN", async () => {
    expect(await verdicts({})).toEqual([]);
    expect(await verdicts({ "ethtool-k.txt": features.replace("flannel.1", "eth0") })).toEqual([]);
    const idle = { "ethtool-k.txt": features, "snmp.before.txt": before, "snmp.after.txt": after };
    expect(verdictsOf(await analyzeNode(idle), RULE)).toEqual([]);
  });
});
