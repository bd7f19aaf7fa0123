import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOf, natOutage } from "./outage.ts";

const RULE = "tcp/connection-refused";

describe(RULE, () => {
  it("names the listener and counts", async () => {
    const pcap = captureOf([
      { time: 0, from: "10.0.0.5:1", to: "10.0.0.2:81", outcome: "refused" },
      { time: 1, from: "10.0.0.5:2", to: "10.0.0.2:81", outcome: "refused" },
      { time: 2, from: "10.0.0.5:3", to: "10.0.0.2:80", outcome: "answered" },
    ]);
    const finding = findingOf(await analyzeFiles({ "s.pcap": pcap }), RULE);
    expect(finding.subject).toMatchObject({ kind: "listener", name: "10.0.0.2:81" });
    expect(finding.summary).toBe("2 of 2 connection attempts to 10.0.0.2:81 were refused with a RST.");
  });

  it("says who listens there now, in the network namespace of that address alone", async () => {
    const pcap = captureOf([{ time: 0, from: "10.0.0.5:1", to: "10.0.0.2:81", outcome: "refused" }]);
    const told = async (...rows: readonly string[]) => {
      const list = `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${rows.join("\n")}\n`;
      const files = { "n/hostname": "n\n", "n/s.pcap": pcap, "n/ss.txt": list };
      return findingOf(await analyzeFiles(files), RULE)
        .summary.replace(/^.*? with a RST\./, "")
        .trim();
    };
    const ours = "ESTAB 0 0 10.0.0.2:22 10.0.0.5:4000";
    const listens = (address: string) => `LISTEN 0 128 ${address} 0.0.0.0:* users:(("web",pid=7,fd=3))`;
    expect(await told(ours, listens("0.0.0.0:80"))).toBe(
      "A list of the sockets there shows none that listens.",
    );
    expect(await told(ours, listens("0.0.0.0:81"))).toBe(
      "When sockets were listed, it listened there: web (7).",
    );
    // Another namespace's list, and one without listeners, say nothing.
    expect(await told("ESTAB 0 0 10.0.0.3:22 10.0.0.5:4000", listens("0.0.0.0:80"))).toBe("");
    expect(await told("ESTAB 0 0 10.0.0.3:22 10.0.0.5:4000", listens("0.0.0.0:81"))).toBe("");
    expect(await told(ours)).toBe("");
  });

  it("folds listeners that are alike into one finding that names them", async () => {
    const attempts = [80, 81, 82].map((port, i) => ({
      time: i,
      from: "10.0.0.5:1",
      to: `10.0.0.2:${port}`,
      outcome: "refused" as const,
    }));
    const report = await analyzeFiles({ "s.pcap": captureOf(attempts) });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).subject).toMatchObject({ count: 3 });
    expect(findingOf(report, RULE).summary).toContain("2 more like it: 10.0.0.2:81, 10.0.0.2:82.");
  });

  it("is silent where SYNs get no answer, and where they get one", async () => {
    expect(verdictsOf(await analyzeFiles({ "s.pcap": natOutage() }), RULE)).toEqual([]);
  });

  it("folds a port scan's many listeners into one finding", async () => {
    const attempts = Array.from({ length: 20_000 }, (_, i) => ({
      time: i * 0.001,
      from: "10.0.0.5:1",
      to: `10.0.0.2:${i + 1}`,
      outcome: "refused" as const,
    }));
    const pcap = captureOf(attempts);
    const finding = findingOf(await analyzeFiles({ "s.pcap": pcap }), RULE);
    expect(finding.subject).toMatchObject({ count: 20_000 });
  });
});
