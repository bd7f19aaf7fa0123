import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOfAll } from "./talkers.ts";

const RULE = "dns/top-talker";
const NAMES = Array.from({ length: 9 }, (_, i) => `n${i}.example`);
const loud = { client: "10.0.0.1", count: 450, names: NAMES };
const few = ["10.0.0.2", "10.0.0.3", "10.0.0.4"].map((client) => ({ client, count: 20 }));
const verdicts = async (pcap: Uint8Array) => verdictsOf(await analyzeFiles({ "server.pcap": pcap }), RULE);

describe(RULE, () => {
  it("is confirmed where one client leads all the time", async () => {
    const finding = findingOf(await analyzeFiles({ "server.pcap": captureOfAll(loud, ...few) }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "10.0.0.1 sends 88% of the queries to 10.96.0.10: 450 of 510, 45 a second; the next one has 20.",
    );
    expect(finding.explains).toEqual(["dns/uneven-load"]);
  });

  it("names the client's pod and its program, of sockets from the ports that it asked from", async () => {
    const list = (address: string, port: number): string =>
      `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nudp ESTAB 0 0 ${address}:${port} 10.96.0.10:53 users:(("resolver",pid=9,fd=3))\n`;
    const pod = JSON.stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "crawler-1", namespace: "shop" },
      status: { phase: "Running", podIP: "10.0.0.1" },
    });
    const told = async (sockets: string) => {
      const files = { "n/hostname": "n\n", "n/s.pcap": captureOfAll(loud, ...few), "n/ss.txt": sockets };
      const report = await analyzeFiles({ ...files, "cluster/pods.json": pod });
      return findingOf(report, RULE)
        .summary.replace(/^.*the next one has 20\./, "")
        .trim();
    };
    const named = "The client is 10.0.0.1 (pod shop/crawler-1).";
    const program = "When sockets were listed, the client's program was resolver (9).";
    expect(await told(list("10.0.0.1", 20_449))).toBe(`${named} ${program}`);
    // Another port is of another socket, and another address of another client.
    expect(await told(list("10.0.0.1", 19_999))).toBe(named);
    expect(await told(list("10.0.0.2", 20_449))).toBe(named);
  });

  it("is only possible where it was one burst", async () => {
    expect(await verdicts(captureOfAll({ ...loud, from: 4, span: 1 }, ...few))).toEqual(["possible"]);
  });

  it("is likely where the capture is too short to tell a burst", async () => {
    const short = [loud, ...few].map((each) => ({ ...each, span: 3 }));
    const pcap = captureOfAll(...short);
    expect(await verdicts(pcap)).toEqual(["likely"]);
    const { missing } = findingOf(await analyzeFiles({ "server.pcap": pcap }), RULE);
    expect(missing).toMatchObject([{ command: "tcpdump -i any -s 0 -G 60 -W 1 -w dns.pcap port 53" }]);
  });

  it("is silent where the load is even", async () => {
    const even = [1, 2, 3, 4].map((i) => ({ client: `10.0.0.${i}`, count: 100, names: NAMES }));
    expect(await verdicts(captureOfAll(...even))).toEqual([]);
  });
});
