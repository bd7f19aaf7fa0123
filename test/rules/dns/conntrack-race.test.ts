import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { captureOf, healthy, lookup } from "./lookups.ts";

const RULE = "dns/conntrack-race";
type Files = Record<string, string | Uint8Array>;
const verdicts = async (files: Files, baseline?: Files) =>
  verdictsOf(await analyzeFiles(files, baseline), RULE);
const fixture = (name: string) => new Uint8Array(readFileSync(`test/fixtures/pcap/${name}.pcap`));

/** Both at once, one never answered, asked again after five seconds. */
const raced = (n: number, loss: "a" | "aaaa" = "aaaa"): Timed[] =>
  Array.from({ length: n }, (_, i) =>
    lookup({
      time: 10 + 20 * i,
      name: `db${i}.example`,
      port: 43000 + i,
      ids: [700 + 2 * i, 701 + 2 * i],
      ...(loss === "aaaa" ? { a: 1 } : { aaaa: 1 }),
      retry: 5,
    }),
  ).flat();
const pcap = captureOf(healthy(4), raced(4));
const conntrack = (failed: number, resolved?: number) =>
  `cpu=0   \tfound=24 invalid=131 insert=0 insert_failed=${failed} drop=${failed} early_drop=0 error=0 search_restart=0` +
  `${resolved === undefined ? "" : ` clash_resolve=${resolved} chaintoolong=0`}\n`;
const CONF =
  "nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n";
const OLD = "Linux node-a 4.15.0-20-generic #21-Ubuntu SMP x86_64 GNU/Linux\n";
const node = { "node-a/uname.txt": OLD, "node-a/pod/resolv.conf": CONF };

describe(RULE, () => {
  it("is not confirmed by others' failures where nothing shows that the queries are translated: a path that loses looks the same", async () => {
    const lossy = new Uint8Array(readFileSync("test/fixtures/rivals/dns_lossy.pcap"));
    const files = { ...node, "node-a/pod.pcap": lossy, "node-a/conntrack-S.txt": conntrack(6000) };
    expect(await verdicts(files)).toEqual(["likely"]);
    expect(await verdicts(files, { ...node, "node-a/conntrack-S.txt": conntrack(5000) })).toEqual(["likely"]);
  });

  it("is confirmed where the traffic has the shape and insert_failed grew", async () => {
    const files = { ...node, "node-a/pod.pcap": pcap, "node-a/conntrack-S.txt": conntrack(1200) };
    const before = { ...node, "node-a/conntrack-S.txt": conntrack(1100) };
    const report = await analyzeFiles(files, before);
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain(
      "4 of 4 queries that 10.244.1.5 lost were one of A and AAAA sent at once",
    );
    expect(finding.evidence.map(({ text }) => text).join("\n")).toContain(
      "none of the options single-request-reopen",
    );
  });

  it("is confirmed by a total that stands as high, where nothing was lost otherwise", async () => {
    const files = { ...node, "node-a/pod.pcap": pcap, "node-a/conntrack-S.txt": conntrack(4) };
    expect(await verdicts(files)).toEqual(["confirmed"]);
    expect(await verdicts({ ...files, "node-a/conntrack-S.txt": conntrack(3) })).toEqual(["likely"]);
    const mixed = captureOf(healthy(4), raced(19), lookup({ time: 600, ids: [1, 2], port: 4999 }));
    expect(
      await verdicts({ ...files, "node-a/conntrack-S.txt": conntrack(999), "node-a/pod.pcap": mixed }),
    ).toEqual(["likely"]);
  });

  it("is likely from the pod's side where the kernel is an old one, whichever of the two is lost", async () => {
    const old = { "uname.txt": OLD };
    expect(await verdicts({ "pod.pcap": pcap, ...old })).toEqual(["likely"]);
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), raced(2, "a")), ...old })).toEqual(["likely"]);
    // A lossy path loses one of a pair, too.
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), raced(1)), ...old })).toEqual(["possible"]);
    expect(await verdicts({ "pod.pcap": pcap })).toEqual(["possible"]);
    const { missing } = findingOf(await analyzeFiles({ "pod.pcap": pcap }), RULE);
    expect(missing.map(({ command }) => command)).toContain("conntrack -S; sleep 60; conntrack -S");
  });

  it("is only possible where the kernel resolves clashes, or counted none, or the client has the option", async () => {
    const new_ = { "uname.txt": "Linux node-a 5.15.0-91-generic #101 SMP x86_64 GNU/Linux\n" };
    expect(await verdicts({ "pod.pcap": pcap, ...new_ })).toEqual(["possible"]);
    expect(await verdicts({ "pod.pcap": pcap, "conntrack-S.txt": conntrack(0, 17) })).toEqual(["possible"]);
    const option = CONF.replace("ndots:5", "ndots:5 single-request-reopen");
    expect(await verdicts({ "pod.pcap": pcap, "pod/resolv.conf": option })).toEqual(["possible"]);
  });

  it("is only possible where one was lost that was sent after the other was answered", async () => {
    const finding = findingOf(
      await analyzeFiles({ "pod.pcap": fixture("dns_5s_aaaa_reply_dropped.pod") }),
      RULE,
    );
    expect(finding.verdict).toBe("possible");
    expect(finding.evidence.map(({ text }) => text)).toContain(
      "1 query lost though the other query of its lookup was answered before it was sent",
    );
  });

  it("is ruled out where the answers were lost, and not the queries", async () => {
    expect(await verdicts({ "node.pcap": fixture("dns_5s_aaaa_reply_dropped.node-any") })).toEqual([
      "ruled-out",
    ]);
  });

  it("cites the Service whose cluster IP the clients ask", async () => {
    const service = (clusterIP: string) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "kube-dns", namespace: "kube-system" },
        spec: { clusterIP, clusterIPs: [clusterIP] },
      });
    const texts = async (clusterIP: string) => {
      const files = { "node-a/pod.pcap": pcap, "cluster/dns.json": service(clusterIP) };
      return findingOf(await analyzeFiles(files), RULE).evidence.map(({ text }) => text);
    };
    expect(await texts("10.96.0.10")).toContain(
      "10.96.0.10 is the cluster IP of Service kube-system/kube-dns",
    );
    expect((await texts("10.96.0.11")).join()).not.toContain("cluster IP");
  });

  it("is ruled out where both are lost, each is asked alone, or nothing is translated", async () => {
    const both = [0, 1].map((i) => lookup({ time: 10 + 20 * i, port: 43000 + i, ids: [i, i + 9], retry: 5 }));
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), both.flat()) })).toEqual(["ruled-out"]);
    const single = raced(3).filter(([, packet]) => packet.at(-3) !== 1);
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), single) })).toEqual(["ruled-out"]);
    const local = raced(3).map(([time, packet]): Timed => [time, toLinkLocal(packet)]);
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), local) })).toContain("ruled-out");
  });

  it("is ruled out where AAAA is lost whenever it is asked: something on the way drops it", async () => {
    const unanswered = raced(3).filter(([time]) => time % 20 < 15.0005);
    expect(await verdicts({ "pod.pcap": captureOf(healthy(4), unanswered) })).toEqual(["ruled-out"]);
  });

  it("is no rival of what was refused, and no finding of a race that the kernel resolved", async () => {
    expect(await verdicts({ "pod.pcap": fixture("dns_port_unreachable.pod") })).toEqual([]);
    const files = { "pod.pcap": fixture("dns_conntrack_race_dnat.pod"), "conntrack-S.txt": conntrack(0, 4) };
    expect((await analyzeFiles(files)).findings).toEqual([]);
    const counters = { "conntrack-S.txt": conntrack(5000), "pod/resolv.conf": CONF };
    expect((await analyzeFiles(counters)).findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  });

  it("is not decided by another host's counter", async () => {
    const files = { "case/node-a/pod.pcap": pcap, "case/node-b/conntrack-S.txt": conntrack(4000) };
    expect(await verdicts(files)).toEqual(["possible"]);
  });
});

/** The same packet with the service's address made link-local, in either place. */
function toLinkLocal(packet: readonly number[]): number[] {
  const text = packet.join(",");
  return text.replaceAll("10,96,0,10", "169,254,20,10").split(",").map(Number);
}
