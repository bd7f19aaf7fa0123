import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { captureOfAll } from "../dns/talkers.ts";
import type { DumpedGoroutine } from "../go/dump.ts";
import { dump, MAIN } from "../go/dump.ts";

/** One TCP connection that the library never lets go of. */
const KEPT: DumpedGoroutine = {
  state: "IO wait",
  minutes: [20, 900],
  frames: [
    "internal/poll.runtime_pollWait",
    "internal/poll.(*FD).Read",
    "net.(*conn).Read",
    "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).readTCP",
    "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).serve",
  ],
  createdBy: "k8s.io/dns/vendor/github.com/miekg/dns.(*Server).serveTCP",
};
const UIDS: Readonly<Record<string, string>> = {
  "worker-7": "5d2b9e3c-4c5f-11ea-9d2a-0050569a1b7c",
  "worker-8": "77c0f1aa-4c5f-11ea-9d2a-0050569a1b7c",
};
const CGROUP = `1:name=systemd:/kubepods/burstable/pod5d2b9e3c-4c5f-11ea-9d2a-0050569a1b7c/${"ab".repeat(32)}\n`;
const status = (threads: number) =>
  `Name:\tnode-cache\nState:\tS (sleeping)\nTgid:\t2157\nPid:\t2157\nPPid:\t1\nThreads:\t${threads}\n`;
const goroutines = (kept: number) => dump([1, { ...MAIN, minutes: 900 }], [kept, KEPT]);
const pod = (version: string, node: string, killed = false) =>
  stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `nodelocaldns-${node}`, namespace: "kube-system", uid: UIDS[node] },
    spec: {
      nodeName: node,
      hostNetwork: true,
      containers: [
        {
          name: "node-cache",
          image: `k8s.gcr.io/k8s-dns-node-cache:${version}`,
          resources: { limits: { memory: "170Mi" } },
        },
      ],
    },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          name: "node-cache",
          restartCount: killed ? 14 : 0,
          ...(killed && {
            lastState: {
              terminated: { reason: "OOMKilled", exitCode: 137, finishedAt: "2020-02-11T08:00:00Z" },
            },
          }),
        },
      ],
    },
  });
const NAMES = Array.from({ length: 9 }, (_, i) => `n${i}.example`);
const PCAP = captureOfAll(
  { client: "10.233.64.7", count: 450, names: NAMES },
  ...["10.233.64.8", "10.233.64.9", "10.233.64.10"].map((client) => ({ client, count: 20 })),
);
const sick = (version = "1.15.7") => ({
  "b/worker-7/node-cache/goroutines.txt": goroutines(9000),
  "b/worker-7/proc/2157/status": status(3400),
  "b/worker-7/proc/2157/cgroup": CGROUP,
  "b/worker-7/port53.pcap": PCAP,
  "b/cluster/pod.yaml": pod(version, "worker-7", true),
});
const before = {
  "b/worker-7/node-cache/goroutines.txt": goroutines(300),
  "b/worker-7/proc/2157/status": status(31),
};

describe("a DNS cache on each node that runs out of memory (A1)", () => {
  it("is explained: what leaks, which program, and who asks so much", async () => {
    const report = await analyzeFiles(sick(), before);
    expect(verdictsOf(report, "go/goroutine-leak")).toContain("confirmed");
    expect(findingOf(report, "go/goroutine-leak").summary).toContain("9000");
    expect(verdictsOf(report, "dns/nodelocaldns-leak")).toEqual(["confirmed"]);
    expect(verdictsOf(report, "kube/oom-killed")).toEqual(["confirmed"]);
    expect(verdictsOf(report, "dns/top-talker")).toEqual(["confirmed"]);
    expect(findingOf(report, "dns/top-talker").summary).toContain("10.233.64.7 sends 88% of the queries");
    expect(verdictsOf(report, "go/thread-pileup")).toEqual(["confirmed"]);
  });

  it("is likely at most by one profile", async () => {
    const report = await analyzeFiles(sick());
    expect(verdictsOf(report, "go/goroutine-leak")).not.toContain("confirmed");
    expect(verdictsOf(report, "dns/nodelocaldns-leak")).toEqual(["likely"]);
  });

  it("is another leak in a version that has the newer library", async () => {
    const report = await analyzeFiles(sick("1.15.8"), before);
    expect(new Set(verdictsOf(report, "dns/nodelocaldns-leak"))).toEqual(new Set(["ruled-out"]));
    expect(verdictsOf(report, "go/goroutine-leak")).toContain("confirmed");
  });

  it("is no leak where as many connections were there before", async () => {
    const report = await analyzeFiles(sick(), {
      "b/worker-7/node-cache/goroutines.txt": goroutines(8900),
      "b/worker-7/proc/2157/status": status(3300),
    });
    expect(verdictsOf(report, "go/goroutine-leak")).not.toContain("confirmed");
    expect(verdictsOf(report, "go/goroutine-leak")).not.toContain("likely");
    expect(verdictsOf(report, "dns/nodelocaldns-leak")).toEqual(["possible"]);
  });

  it("is nothing on a healthy node with the same image", async () => {
    const report = await analyzeFiles({
      "b/worker-7/node-cache/goroutines.txt": dump(
        [1, { ...MAIN, minutes: 900 }],
        [40, { ...KEPT, minutes: 0 }],
      ),
      "b/worker-7/proc/2157/status": status(31),
      "b/cluster/pod.yaml": pod("1.15.7", "worker-7"),
    });
    expect(report.findings).toEqual([]);
  });

  it("does not say of one node what another's pod suffers", async () => {
    const report = await analyzeFiles(
      {
        ...sick(),
        "b/cluster/pod.yaml": `${pod("1.15.8", "worker-7")}---\n${pod("1.15.4", "worker-8", true)}`,
      },
      before,
    );
    expect(new Set(verdictsOf(report, "dns/nodelocaldns-leak"))).toEqual(new Set(["ruled-out"]));
    expect(findingOf(report, "kube/oom-killed").host).not.toBe("worker-7");
    expect(verdictsOf(report, "kube/oom-by-leak")).not.toContain("confirmed");
    expect(verdictsOf(report, "kube/oom-by-leak")).not.toContain("likely");
  });
});
