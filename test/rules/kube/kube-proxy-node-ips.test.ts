import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { cpuProfile } from "../go/made-profiles.ts";
import { LOOP, PROXY, SYNC } from "./proxy-frames.ts";

const RULE = "kube/kube-proxy-node-ips";
const NODE_IPS = [
  "syscall.Syscall6",
  "k8s.io/kubernetes/vendor/github.com/vishvananda/netlink.(*Handle).RouteListFiltered",
  `${PROXY}/ipvs.(*netlinkHandle).GetLocalAddresses`,
  `${PROXY}/ipvs.(*realIPGetter).NodeIPs`,
];
const ADDRESSES = ["syscall.NetlinkRIB", "net.interfaceAddrTable", `${PROXY}/util.GetNodeAddresses`];

const pod = (version: string, nodeName = "node-a", image = "k8s.gcr.io/kube-proxy") =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `kube-proxy-${nodeName}`, namespace: "kube-system", uid: nodeName },
    spec: { nodeName, containers: [{ name: "kube-proxy", image: `${image}:${version}` }] },
    status: { phase: "Running" },
  });
const NODE = "apiVersion: v1\nkind: Node\nmetadata:\n  name: node-a\nstatus: {}\n";
const beside = async (objects: Readonly<Record<string, string>>) =>
  verdictsOf(
    await analyzeFiles({
      "b/node-a/kube-proxy/cpu.pb": cpuProfile(30, [[5400, ...NODE_IPS, SYNC, ...LOOP]]),
      ...objects,
    }),
    RULE,
  );

const analyze = (hot: readonly string[], version?: string) => {
  const root =
    version === undefined ? "/go" : `/workspace/anago-${version}/src/k8s.io/kubernetes/_output/dockerized/go`;
  const files = { [SYNC]: `${root}/src/k8s.io/kubernetes/pkg/proxy/ipvs/proxier.go` };
  const stacks = [
    [5400, ...hot, SYNC, ...LOOP],
    [300, "main.other", SYNC, ...LOOP],
    [300, "runtime.gcBgMarkWorker"],
  ] as const;
  return analyzeFiles({ "b/node-a/kube-proxy/cpu.pb": cpuProfile(30, stacks, files) });
};

describe(RULE, () => {
  it("is likely by the stack alone, and asks for the version", async () => {
    const report = await analyze(NODE_IPS);
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["go/cpu-hotspot"]);
    expect(finding.missing.map(({ text }) => text).join()).toContain("the version of kube-proxy");
    expect(findingOf(report, "go/cpu-hotspot").summary).toContain("1.8 of the 2.0 cores");
    expect(findingOf(report, "go/cpu-hotspot").summary).toContain("(*realIPGetter).NodeIPs (100%)");
  });

  it("is confirmed where the paths of a release build tell an old version", async () => {
    const finding = findingOf(await analyze(NODE_IPS, "v1.14.1-beta.0.56+b7394102d6ef77"), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.evidence.map(({ text }) => text).join()).toContain("was built as v1.14.1");
    expect(verdictsOf(await analyze(ADDRESSES, "v1.12.9-beta.0.57+e09f5c40b55c91"), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("knows the version of a build from modules too", async () => {
    const file = (version: string) => ({ [SYNC]: `k8s.io/kubernetes@${version}/pkg/proxy/ipvs/proxier.go` });
    const verdict = async (version: string) => {
      const profile = cpuProfile(30, [[5400, ...NODE_IPS, SYNC, ...LOOP]], file(version));
      return verdictsOf(await analyzeFiles({ "b/cpu.pb": profile }), RULE);
    };
    expect(await verdict("v1.15.12")).toEqual(["confirmed"]);
    expect(await verdict("v1.16.0")).toEqual(["ruled-out"]);
  });

  it("is confirmed by the image of the node's kube-proxy, likely beside a vendor's, and only possible beside a newer one", async () => {
    expect(await beside({ "b/cluster/p.json": pod("v1.14.10") })).toEqual(["confirmed"]);
    expect(
      await beside({
        "b/cluster/p.json": pod(
          "v1.14.9-eksbuild.1",
          "node-a",
          "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/kube-proxy",
        ),
      }),
    ).toEqual(["likely"]);
    expect(await beside({ "b/cluster/p.json": pod("v1.16.13-eksbuild.1") })).toEqual(["possible"]);
    expect(await beside({ "b/cluster/p.json": pod("v1.18.2") })).toEqual(["possible"]);
    // A tag that moves, and one of a build that is none of a release.
    for (const tag of ["v1.14", "latest"])
      expect(await beside({ "b/cluster/p.json": pod(tag) }), tag).toEqual(["likely"]);
  });

  it("does not go by the kube-proxy of another node", async () => {
    expect(await beside({ "b/cluster/p.json": pod("v1.14.10", "node-b"), "b/cluster/n.yaml": NODE })).toEqual(
      ["likely"],
    );
    expect(await beside({ "b/cluster/p.json": pod("v1.18.2", "node-b"), "b/cluster/n.yaml": NODE })).toEqual([
      "likely",
    ]);
    // Of two the node's own.
    expect(
      await beside({ "b/cluster/p.json": pod("v1.18.2", "node-b"), "b/cluster/q.json": pod("v1.14.10") }),
    ).toEqual(["confirmed"]);
  });

  it("is ruled out by a version that lists them once a sync", async () => {
    const finding = findingOf(await analyze(NODE_IPS, "v1.18.10-rc.0.43+cc9a451a45036b"), RULE);
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain("v1.18.10");
  });

  it("is ruled out where kube-proxy burns it elsewhere", async () => {
    const bind = ["syscall.Syscall", `${PROXY}/ipvs.(*netlinkHandle).EnsureAddressBind`];
    expect(verdictsOf(await analyze(bind, "v1.14.1-beta.0.56+b7394102d6ef77"), RULE)).toEqual(["ruled-out"]);
  });

  it("is no rival in another program", async () => {
    const hot = cpuProfile(30, [[5400, "main.render", "main.main"]]);
    const report = await analyzeFiles({ "b/shop/cpu.pb": hot });
    expect(verdictsOf(report, "go/cpu-hotspot")).toEqual(["confirmed"]);
    expect(verdictsOf(report, RULE)).toEqual([]);
  });
});
