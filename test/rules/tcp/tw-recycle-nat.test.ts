import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { NEW_KERNEL, OLD_KERNEL, captureOf, natOutage, netstat, randomLoss, sysctl } from "./outage.ts";

const RULE = "tcp/tw-recycle-nat";
const pcap = natOutage();

/** A case of one node with a capture and whichever files are given. */
const analyzeNode = (files: Record<string, string | Uint8Array>) =>
  analyzeFiles(
    Object.fromEntries(Object.entries(files).map(([name, content]) => [`b/node-b/${name}`, content])),
  );

describe(RULE, () => {
  it("is confirmed by the capture and the setting together", async () => {
    const report = await analyzeNode({ "s.pcap": pcap, "sysctl.txt": sysctl(1), "uname.txt": OLD_KERNEL });
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({ verdict: "confirmed", host: "node-b", explains: ["tcp/syn-unanswered"] });
    expect(finding.subject).toMatchObject({ kind: "listener", address: "10.0.0.2", port: 8080 });
    expect(finding.summary).toContain(
      "6 SYNs to 10.0.0.2:8080 were behind the last timestamp of their source address (10.0.0.9)",
    );
  });

  it("is confirmed by the capture and the counter together", async () => {
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "netstat-s": netstat(40) }), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("is likely by the capture alone, and asks for the setting", async () => {
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap }), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map((m) => m.command)).toEqual([
      "uname -r",
      "sysctl net.ipv4.tcp_tw_recycle",
      "sysctl net.ipv4.tcp_timestamps",
      "netstat -s",
    ]);
  });

  it("is possible by the setting alone: no symptom was seen", async () => {
    const finding = findingOf(await analyzeNode({ "sysctl.txt": sysctl(1), "uname.txt": OLD_KERNEL }), RULE);
    expect(finding).toMatchObject({
      verdict: "possible",
      explains: [],
      subject: { kind: "node", name: "node-b" },
    });
  });

  it.each([
    ["a kernel that has no such setting", { "uname.txt": NEW_KERNEL }, "Linux node-b 5.4.0-90-generic"],
    ["the setting off", { "sysctl.txt": sysctl(0) }, "net.ipv4.tcp_tw_recycle = 0"],
    ["timestamps off", { "sysctl.txt": sysctl(1, 0) }, "net.ipv4.tcp_timestamps = 0"],
  ])("is ruled out by %s, and says so", async (_, files, reason) => {
    const finding = findingOf(await analyzeNode({ "s.pcap": pcap, ...files }), RULE);
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain(reason);
  });

  it("is held down by a counter that never counted", async () => {
    const report = await analyzeNode({ "s.pcap": pcap, "sysctl.txt": sysctl(1), "netstat-s": netstat(0) });
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
  });

  it("is only possible where SYNs are lost whatever their timestamp, even with the setting on", async () => {
    const report = await analyzeNode({
      "s.pcap": randomLoss(),
      "sysctl.txt": sysctl(1),
      "uname.txt": OLD_KERNEL,
    });
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
  });

  it("takes no clean split of a few SYNs for proof", async () => {
    const few = captureOf([
      { time: 0, from: "10.0.0.9:1", to: "10.0.0.2:80", tsval: 9000, outcome: "answered" },
      { time: 1, from: "10.0.0.9:2", to: "10.0.0.2:80", tsval: 100, outcome: "silence" },
    ]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": few }), RULE)).toEqual(["possible"]);
  });

  it("takes no clean splits by chance for proof, where other sources lose SYNs that were not behind", async () => {
    // Two attempts each of 12 addresses, the second lost; clocks of today's kernels put half of those behind.
    const chance = captureOf(
      Array.from({ length: 12 }, (_, i) => [
        { time: i, from: `10.0.1.${i}:1`, to: "10.0.0.2:80", tsval: 5000, outcome: "answered" as const },
        {
          time: i + 0.5,
          from: `10.0.1.${i}:2`,
          to: "10.0.0.2:80",
          tsval: i % 2 === 0 ? 100 : 90_000,
          outcome: "silence" as const,
        },
      ]).flat(),
    );
    const files = { "s.pcap": chance, "sysctl.txt": sysctl(1), "uname.txt": OLD_KERNEL };
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["likely"]);
  });

  it("takes no total since boot for a second witness of a loss that the capture hardly shows", async () => {
    const few = captureOf([
      { time: 0, from: "10.0.0.9:1", to: "10.0.0.2:80", tsval: 9000, outcome: "answered" },
      { time: 1, from: "10.0.0.9:2", to: "10.0.0.2:80", tsval: 100, outcome: "silence" },
    ]);
    const files = { "s.pcap": few, "sysctl.txt": sysctl(1), "netstat-s": netstat(40) };
    expect(verdictsOf(await analyzeNode(files), RULE)).toEqual(["likely"]);
  });

  it("takes no empty setting for one that is on", async () => {
    const empty = sysctl(1).replace("recycle = 1", "recycle = ");
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "sysctl.txt": empty }), RULE)).toEqual(["likely"]);
  });

  it("does not let another host's settings decide, nor a redacted one", async () => {
    const other = await analyzeFiles({
      "b/node-a/s.pcap": pcap,
      "b/node-b/sysctl.txt": sysctl(1),
      "b/node-b/uname": NEW_KERNEL,
    });
    expect(verdictsOf(other, RULE)).toContain("likely");
    expect(verdictsOf(other, RULE)).not.toContain("confirmed");
    const redacted = sysctl(1).replace("recycle = 1", "recycle = ***HIDDEN***");
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "sysctl.txt": redacted }), RULE)).toEqual([
      "likely",
    ]);
  });

  it("does not take the settings of the clients' node for the listener's", async () => {
    // A capture on the clients' node: its SYNs leave that node.
    const client = new Uint8Array(readFileSync("test/fixtures/pcap/tcp_tw_recycle_uptime.node-any.pcap"));
    const report = await analyzeFiles({
      "b/node-a/c.pcap": client,
      "b/node-a/sysctl.txt": sysctl(1),
      "b/node-a/uname": OLD_KERNEL,
    });
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    const off = await analyzeFiles({ "b/node-a/c.pcap": client, "b/node-a/sysctl.txt": sysctl(0) });
    expect(verdictsOf(off, RULE)).toEqual(["likely"]);
  });

  it("tells by the time that a capture was taken at the clients", async () => {
    // The answer comes after 20 ms, the acknowledgement at once: the listener is the far side.
    const far = natOutage(0.02);
    expect(verdictsOf(await analyzeNode({ "s.pcap": far, "sysctl.txt": sysctl(1) }), RULE)).toEqual([
      "likely",
    ]);
    expect(verdictsOf(await analyzeNode({ "s.pcap": far, "sysctl.txt": sysctl(0) }), RULE)).toEqual([
      "likely",
    ]);
  });

  it("takes no setting for known that one artifact gives twice", async () => {
    const twice = `${sysctl(1)}net.ipv4.tcp_tw_recycle = 0\n`;
    expect(verdictsOf(await analyzeNode({ "s.pcap": pcap, "sysctl.txt": twice }), RULE)).toEqual(["likely"]);
  });
});
