import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "ipvs/idle-servers";
const HEAD = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
`;
type Server = readonly [weight: number, active: number, inactive: number];
const listing = (scheduler: string, ...servers: readonly Server[]) =>
  `${HEAD}TCP  10.96.44.7:8080 ${scheduler}\n${servers.map(([weight, active, inactive], i) => `  -> 10.244.1.${i + 1}:8080             Masq    ${weight}      ${active}        ${inactive}         \n`).join("")}`;
const of = (text: string, more: Record<string, string> = {}) =>
  analyzeFiles({ "b/node-a/ipvsadm_-Ln": text, ...more });
const verdicts = async (scheduler: string, ...servers: readonly Server[]) =>
  verdictsOf(await of(listing(scheduler, ...servers)), RULE);

describe(RULE, () => {
  it("names the real servers that have next to none", async () => {
    const report = await of(listing("rr", [1, 183, 4], [1, 176, 2], [1, 1, 0]));
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({
      kind: "symptom",
      host: "node-a",
      subject: { kind: "service", name: "10.96.44.7:8080" },
    });
    expect(finding.summary).toBe(
      "TCP 10.96.44.7:8080 has 366 connections to 3 real servers, and next to none to 1 of them: 10.244.1.3:8080 has 1.",
    );
  });

  it("calls pods by their names", async () => {
    const pod =
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web-3\n  namespace: shop\nstatus:\n  podIP: 10.244.1.3\n  phase: Running\n";
    const report = await of(listing("rr", [1, 183, 4], [1, 176, 2], [1, 1, 0]), {
      "b/cluster/pod.yaml": pod,
    });
    expect(findingOf(report, RULE).summary).toContain("pod shop/web-3 (10.244.1.3:8080) has 1");
  });

  it("takes weights into account, but for round robin", async () => {
    expect(await verdicts("wrr", [100, 800, 0], [1, 8, 0])).toEqual([]);
    expect(await verdicts("wrr", [100, 800, 0], [50, 8, 0])).toEqual(["confirmed"]);
    expect(await verdicts("rr", [100, 800, 0], [1, 8, 0])).toEqual(["confirmed"]);
  });

  it("is silent about drained servers, few connections, and those that end soon", async () => {
    expect(await verdicts("rr", [1, 183, 0], [1, 176, 0], [0, 1, 0])).toEqual([]);
    expect(await verdicts("rr", [1, 12, 0], [1, 9, 0], [1, 0, 0])).toEqual([]);
    expect(await verdicts("rr", [1, 183, 0], [1, 176, 0], [1, 1, 160])).toEqual([]);
    expect(await verdicts("rr", [1, 183, 0], [1, 120, 0], [1, 60, 0])).toEqual([]);
    expect(await verdicts("rr", [1, 183, 0])).toEqual([]);
  });

  it("is silent about services that send each client to one server, and about UDP", async () => {
    expect(await verdicts("sh", [1, 183, 0], [1, 1, 0])).toEqual([]);
    expect(await verdicts("rr persistent 10800", [1, 183, 0], [1, 1, 0])).toEqual([]);
    const udp = listing("rr", [1, 0, 400], [1, 0, 1]).replace("TCP  ", "UDP  ");
    expect(verdictsOf(await of(udp), RULE)).toEqual([]);
  });

  it("is silent where the listing has no numbers of connections", async () => {
    const saved =
      "-A -t 10.96.44.7:8080 -s rr\n-a -t 10.96.44.7:8080 -r 10.244.1.1:8080 -m -w 1\n-a -t 10.96.44.7:8080 -r 10.244.1.2:8080 -m -w 1\n";
    expect(verdictsOf(await of(saved), RULE)).toEqual([]);
  });
});
