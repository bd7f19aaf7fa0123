import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { cpuProfile } from "../go/made-profiles.ts";
import { LOOP, PROXY, SYNC } from "../kube/proxy-frames.ts";

const NODE_IPS = [
  "syscall.Syscall6",
  "syscall.recvfrom",
  "k8s.io/kubernetes/vendor/github.com/vishvananda/netlink.(*Handle).RouteListFiltered",
  `${PROXY}/ipvs.(*netlinkHandle).GetLocalAddresses`,
  `${PROXY}/ipvs.(*realIPGetter).NodeIPs`,
];
/** Two minutes of two cores. */
const CPU = cpuProfile(120, [
  [19_000, ...NODE_IPS, SYNC, ...LOOP],
  [3000, `${PROXY}/ipvs.(*runner).GetVirtualServers`, SYNC, ...LOOP],
  [2000, "runtime.gcBgMarkWorker"],
]);
const pod = (image: string, node: string) => `apiVersion: v1
kind: Pod
metadata:
  name: kube-proxy-${node}
  namespace: kube-system
  uid: ${node}
spec:
  nodeName: ${node}
  containers:
  - name: kube-proxy
    image: ${image}
    command: [/usr/local/bin/kube-proxy, --config=/var/lib/kube-proxy/config.conf]
status:
  phase: Running
`;
const RULE = "kube/kube-proxy-node-ips";
const judge = async (...pods: readonly string[]) =>
  analyzeFiles({
    "b/docker-0-25/kube-proxy/pprof.kube-proxy.samples.cpu.003.pb.gz": CPU,
    "b/docker-0-25/hostname": "docker-0-25\n",
    ...(pods.length > 0 && { "b/cluster/pods.yaml": pods.join("---\n") }),
  });

describe("a kube-proxy that burns two cores (A3)", () => {
  it("is confirmed by the profile and the version of its image", async () => {
    const report = await judge(pod("k8s.gcr.io/kube-proxy:v1.14.8", "docker-0-25"));
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.evidence.map(({ text }) => text)).toContain(
      "pod kube-proxy-docker-0-25 runs k8s.gcr.io/kube-proxy:v1.14.8",
    );
    expect(findingOf(report, "go/cpu-hotspot").summary).toContain("realIPGetter");
  });

  it("is likely without a version, and by that of another node's pod", async () => {
    expect(verdictsOf(await judge(), RULE)).toEqual(["likely"]);
    const mixed = await judge(
      pod("k8s.gcr.io/kube-proxy:v1.14.8", "docker-0-26"),
      pod("k8s.gcr.io/pause:3.1", "docker-0-25"),
    );
    expect(verdictsOf(mixed, RULE)).toEqual(["likely"]);
  });

  it("is only possible beside a version that lists addresses once", async () => {
    expect(verdictsOf(await judge(pod("k8s.gcr.io/kube-proxy:v1.20.4", "docker-0-25")), RULE)).toEqual([
      "possible",
    ]);
  });
});
