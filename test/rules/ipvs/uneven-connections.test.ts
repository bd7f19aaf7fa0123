import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "ipvs/uneven-connections";
const START = Date.UTC(2021, 5, 10, 8) / 1000;
const time = (at: number) => new Date((START + at) * 1000).toISOString();
type Server = readonly [active: number, inactive: number];
const listing = (...servers: readonly Server[]) =>
  `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.44.7:8080 rr
${servers.map(([active, inactive], i) => `  -> 10.244.1.${i + 1}:8080             Masq    1      ${active}        ${inactive}         \n`).join("")}`;
/** Pods behind it, by when each became ready, and one whose start tells when they were listed. */
const pods = (...ready: readonly number[]) =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [...ready, undefined].map((since, i) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `web-${i}`, namespace: "shop", uid: `u${i}`, creationTimestamp: time(since ?? 9000) },
      status: {
        phase: "Running",
        podIP: since === undefined ? "10.244.9.9" : `10.244.1.${i + 1}`,
        conditions: [{ type: "Ready", status: "True", lastTransitionTime: time(since ?? 9000) }],
      },
    })),
  });
const KEPT = listing([183, 4], [176, 2], [1, 0]);
const judge = (text: string, objects?: string) =>
  analyzeFiles({
    "b/node-a/ipvsadm_-Ln": text,
    ...(objects !== undefined && { "b/cluster/pods.json": objects }),
  });
const verdict = async (text: string, objects?: string) => verdictsOf(await judge(text, objects), RULE);

describe(RULE, () => {
  it("is confirmed where connections are kept and the idle server came last", async () => {
    const finding = findingOf(await judge(KEPT, pods(0, 10, 3600)), RULE);
    expect(finding).toMatchObject({
      kind: "cause",
      verdict: "confirmed",
      host: "node-a",
      explains: ["ipvs/idle-servers"],
    });
    expect(finding.summary).toBe(
      "TCP 10.96.44.7:8080 has 359 open connections to 2 servers, of which next to none end (6 in the last two minutes); pod shop/web-2 (10.244.1.3:8080) gets only what is opened anew.",
    );
  });

  it("is likely by the listing alone, and asks for the pods", async () => {
    const finding = findingOf(await judge(KEPT), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing[0]?.command).toBe("kubectl get pods -A -o yaml");
  });

  it("is only possible where the idle server was there first, or connections end all the time", async () => {
    expect(await verdict(KEPT, pods(500, 10, 0))).toEqual(["possible"]);
    expect(await verdict(listing([183, 400], [176, 390], [1, 0]), pods(0, 10, 3600))).toEqual(["possible"]);
  });

  it("does not take another address's pod for one behind the service", async () => {
    expect(await verdict(KEPT, pods(0, 10))).toEqual(["likely"]);
  });

  it("is silent where connections are even, and of another node's listing", async () => {
    expect(await verdict(listing([183, 4], [176, 2], [150, 0]), pods(0, 10, 3600))).toEqual([]);
    const report = await analyzeFiles({
      "b/node-a/ipvsadm_-Ln": listing([183, 4], [176, 2], [150, 0]),
      "b/node-b/ipvsadm_-Ln": KEPT,
    });
    expect(report.findings.filter(({ rule }) => rule === RULE).map(({ host }) => host)).toEqual(["node-b"]);
  });
});
