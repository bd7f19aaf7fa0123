import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { DumpedGoroutine } from "../go/dump.ts";
import { dump, MAIN } from "../go/dump.ts";

const RULE = "dns/nodelocaldns-leak";
const CONNECTION: DumpedGoroutine = {
  state: "IO wait",
  minutes: [3, 200],
  frames: [
    "internal/poll.runtime_pollWait",
    "net.(*conn).Read",
    "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).readTCP",
    "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).serve",
  ],
  createdBy: "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).serveTCP",
};
const goroutines = (count: number) => dump([1, MAIN], [count, CONNECTION]);
const pod = (image: string, nodeName = "node-a") =>
  stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `node-local-dns-${nodeName}`, namespace: "kube-system", uid: nodeName },
    spec: { nodeName, containers: [{ name: "node-cache", image }] },
    status: { phase: "Running" },
  });
const OLD = "k8s.gcr.io/k8s-dns-node-cache:1.15.4";
const PATH = "b/node-a/node-cache/goroutines.txt";
const verdict = async (files: Record<string, string>, before?: Record<string, string>) =>
  verdictsOf(await analyzeFiles(files, before), RULE);

describe(RULE, () => {
  it("is confirmed by the image and growth, and names the program", async () => {
    const report = await analyzeFiles(
      { [PATH]: goroutines(6000), "b/cluster/pods.yaml": pod(OLD) },
      { [PATH]: goroutines(400) },
    );
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.subject).toMatchObject({ name: "k8s-dns-node-cache" });
    expect(finding.summary).toContain(`(${OLD})`);
  });

  it("is likely by the image and one snapshot, and asks for another", async () => {
    const finding = findingOf(
      await analyzeFiles({ [PATH]: goroutines(6000), "b/cluster/pods.yaml": pod(OLD) }),
      RULE,
    );
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command).join()).toContain("--baseline");
  });

  it("is possible without the image", async () => {
    expect(await verdict({ [PATH]: goroutines(6000) })).toEqual(["possible"]);
  });

  it("is ruled out by a version without the fault", async () => {
    for (const image of [
      "registry.k8s.io/dns/k8s-dns-node-cache:1.22.20",
      "k8s.gcr.io/k8s-dns-node-cache-amd64:1.15.8",
    ])
      expect(await verdict({ [PATH]: goroutines(6000), "b/cluster/pods.yaml": pod(image) })).toEqual([
        "ruled-out",
      ]);
  });

  it("takes a vendor's build below the fix, a digest, and a tag that moves for unknown", async () => {
    for (const image of [
      "r.example/k8s-dns-node-cache:1.15.4-eksbuild.1",
      "k8s.gcr.io/k8s-dns-node-cache@sha256:00",
      "k8s.gcr.io/k8s-dns-node-cache:1.15",
      "k8s.gcr.io/k8s-dns-node-cache:latest",
    ])
      expect(await verdict({ [PATH]: goroutines(6000), "b/cluster/pods.yaml": pod(image) }), image).toEqual([
        "possible",
      ]);
    const mended = pod("r.example/k8s-dns-node-cache:1.15.10-eksbuild.1");
    expect(await verdict({ [PATH]: goroutines(6000), "b/cluster/pods.yaml": mended })).toEqual(["ruled-out"]);
  });

  it("believes the pod of the node more than others", async () => {
    const pods = `${pod("k8s.gcr.io/k8s-dns-node-cache:1.15.8")}---\n${pod(OLD, "node-b")}`;
    expect(await verdict({ [PATH]: goroutines(6000), "b/cluster/pods.yaml": pods })).toEqual(["ruled-out"]);
    expect(
      await verdict({ "b/node-c/node-cache/goroutines.txt": goroutines(6000), "b/cluster/pods.yaml": pods }),
    ).toEqual(["possible"]);
  });

  it("does not go by the pod of another node", async () => {
    const node = "apiVersion: v1\nkind: Node\nmetadata:\n  name: node-a\nstatus: {}\n";
    const files = (image: string) => ({
      [PATH]: goroutines(6000),
      "b/cluster/pods.yaml": pod(image, "node-b"),
      "b/cluster/nodes.yaml": node,
    });
    expect(await verdict(files(OLD))).toEqual(["possible"]);
    expect(await verdict(files("k8s.gcr.io/k8s-dns-node-cache:1.15.8"))).toEqual(["possible"]);
  });

  it("is not confirmed by a pool that is as large as ever", async () => {
    expect(
      await verdict(
        { [PATH]: goroutines(6000), "b/cluster/pods.yaml": pod(OLD) },
        { [PATH]: goroutines(5900) },
      ),
    ).toEqual(["possible"]);
  });

  it("is not about other programs, nor about a cache that doesn't leak", async () => {
    expect(
      await verdict({ "b/node-a/coredns/goroutines.txt": goroutines(6000), "b/cluster/pods.yaml": pod(OLD) }),
    ).toEqual([]);
    expect(await verdict({ [PATH]: goroutines(100), "b/cluster/pods.yaml": pod(OLD) })).toEqual([]);
    const other = dump([1, MAIN], [3000, { ...CONNECTION, frames: ["main.serve"] }]);
    expect(await verdict({ [PATH]: other, "b/cluster/pods.yaml": pod(OLD) })).toEqual([]);
  });

  it("explains its threads too", async () => {
    const threads = (n: number) =>
      `Name:\tnode-cache\nState:\tS (sleeping)\nTgid:\t77\nPid:\t77\nPPid:\t1\nThreads:\t${n}\n`;
    const files = {
      [PATH]: goroutines(6000),
      "b/node-a/proc/77/status": threads(2400),
      "b/cluster/pods.yaml": pod(OLD),
    };
    const report = await analyzeFiles(files);
    expect(report.findings.map(({ rule }) => rule)).toContain("go/thread-pileup");
    expect(findingOf(report, RULE).explains).toEqual(["go/goroutine-pileup", "go/thread-pileup"]);
  });
});
