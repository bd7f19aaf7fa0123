import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Timed } from "../packets.ts";
import { captureOf, healthy, lookup } from "../dns/lookups.ts";

/** Lookups of which the AAAA query is dropped and asked again five seconds later. */
const raced = (times: number): Timed[] =>
  Array.from({ length: times }, (_, i) =>
    lookup({
      time: 10 + 20 * i,
      name: `db${i}.example`,
      port: 43000 + i,
      ids: [700 + 2 * i, 701 + 2 * i],
      a: 1,
      retry: 5,
    }),
  ).flat();
const PCAP = captureOf(healthy(6), raced(5));
const CONF =
  "nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n";
const conntrack = (failed: number) =>
  `cpu=0   \tfound=24 invalid=131 insert=0 insert_failed=${failed} drop=${failed} early_drop=0 error=0 search_restart=0\n`;
const files = {
  "b/node-a/uname.txt": "Linux node-a 4.14.105-1-tlinux3-0007 #1 SMP x86_64 GNU/Linux\n",
  "b/node-a/pod/resolv.conf": CONF,
  "b/node-a/pod/pod.pcap": PCAP,
  "b/node-a/conntrack-S.txt": conntrack(1207),
};
const before = {
  "b/node-a/uname.txt": files["b/node-a/uname.txt"],
  "b/node-a/conntrack-S.txt": conntrack(1190),
};
const RULE = "dns/conntrack-race";
const verdicts = async (these: Record<string, string | Uint8Array>, earlier?: Record<string, string>) =>
  verdictsOf(await analyzeFiles(these, earlier), RULE);

describe("DNS that takes five seconds now and then (E1)", () => {
  it("is confirmed by the capture and inserts that failed meanwhile", async () => {
    const finding = findingOf(await analyzeFiles(files, before), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toContain("dns/slow-lookup");
    expect(finding.remedy.join("\n")).toMatch(/single-request-reopen/);
  });

  it("is less sure with each piece taken away", async () => {
    const { "b/node-a/conntrack-S.txt": _, ...uncounted } = files;
    expect(await verdicts(uncounted)).toEqual(["likely"]);
    const { "b/node-a/pod/pod.pcap": _pcap, ...unseen } = files;
    for (const verdict of await verdicts(unseen, before)) expect(verdict).toBe("possible");
  });

  it("does not go by another node's counter", async () => {
    const { "b/node-a/conntrack-S.txt": _, ...rest } = files;
    const elsewhere = { ...rest, "b/node-b/conntrack-S.txt": conntrack(99_000) };
    const earlier = { "b/node-b/conntrack-S.txt": conntrack(1) };
    expect(await verdicts(elsewhere, earlier)).not.toContain("confirmed");
  });

  it("is not said of a server that never answers, or where both of a lookup are lost", async () => {
    const dead = Array.from({ length: 6 }, (_, i) =>
      lookup({ time: 10 + 12 * i, name: `x${i}.example`, port: 44000 + i, ids: [2 * i, 2 * i + 1] }),
    ).flat();
    const report = await analyzeFiles({ ...files, "b/node-a/pod/pod.pcap": captureOf(dead) }, before);
    for (const verdict of verdictsOf(report, RULE)) expect(["possible", "ruled-out"]).toContain(verdict);
  });

  it("is nothing where every lookup is answered, however high the counter stands", async () => {
    expect(
      await verdicts({ ...files, "b/node-a/pod/pod.pcap": captureOf(healthy(30)) }, before),
    ).not.toContain("likely");
    expect(
      await verdicts({ ...files, "b/node-a/pod/pod.pcap": captureOf(healthy(30)) }, before),
    ).not.toContain("confirmed");
  });
});
