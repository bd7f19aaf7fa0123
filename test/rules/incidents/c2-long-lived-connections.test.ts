import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { bundleOf, keptTo, podOf, serviceOf, sliceOf } from "../tcp/backend-cases.ts";

const [OLD, OTHER, NEW] = ["10.244.1.4", "10.244.2.5", "10.244.3.6"] as const;
const PODS = [podOf(OLD, -3600), podOf(OTHER, -3600), podOf(NEW, -600)];
const ALL = [...PODS, serviceOf(), sliceOf([OLD, OTHER, NEW])];
const IPVS = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.96.0.9:8080 rr
  -> 10.244.1.4:8080              Masq    1      211        3
  -> 10.244.2.5:8080              Masq    1      208        1
  -> 10.244.3.6:8080              Masq    1      0          0
`;

describe("autoscaling that adds pods in vain (C2)", () => {
  it("is confirmed by a capture, and by the node's table of connections", async () => {
    const files = { ...bundleOf(keptTo([OLD, OTHER]), ...ALL), "node-s/ipvsadm-Ln.txt": IPVS };
    const report = await analyzeFiles(files);
    expect(findingOf(report, "tcp/long-lived-connections")).toMatchObject({
      kind: "cause",
      verdict: "confirmed",
    });
    expect(findingOf(report, "ipvs/uneven-connections")).toMatchObject({
      kind: "cause",
      verdict: "confirmed",
    });
    expect(findingOf(report, "ipvs/uneven-connections").remedy.join("\n")).toContain("keepalive_requests");
  });

  it("is less sure with each piece taken away", async () => {
    const only = async (files: Parameters<typeof analyzeFiles>[0], rule: string) =>
      verdictsOf(await analyzeFiles(files), rule);
    expect(await only({ "node-s/ipvsadm-Ln.txt": IPVS }, "ipvs/uneven-connections")).toEqual(["likely"]);
    const objects = bundleOf(keptTo([OLD, OTHER]), ...ALL);
    expect(
      (await analyzeFiles({ "cluster/objects.yaml": objects["cluster/objects.yaml"] ?? "" })).findings,
    ).toEqual([]);
  });

  it("is not said of a Service that ties clients to pods", async () => {
    const files = bundleOf(
      keptTo([OLD, OTHER]),
      ...PODS,
      serviceOf({ sessionAffinity: "ClientIP" }),
      sliceOf([OLD, OTHER, NEW]),
    );
    expect(verdictsOf(await analyzeFiles(files), "tcp/long-lived-connections")).toEqual(["ruled-out"]);
    const tied = IPVS.replace("10.96.0.9:8080 rr", "10.96.0.9:8080 rr persistent 10800");
    expect((await analyzeFiles({ "node-s/ipvsadm-Ln.txt": tied })).findings).toEqual([]);
  });

  it("is nothing where every pod gets its share", async () => {
    expect((await analyzeFiles(bundleOf(keptTo([OLD, OTHER, NEW], 30), ...ALL))).findings).toEqual([]);
  });
});
