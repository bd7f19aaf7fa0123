import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FoundArtifact } from "../../src/bundle/artifact.ts";
import { assignHosts } from "../../src/bundle/hosts.ts";
import { parseHostname, parseSysctl, parseUname } from "../../src/node/index.ts";

function artifact(
  path: string,
  kind: "sysctl" | "uname" | "hostname" = "sysctl",
  text = "a.b = 1",
): FoundArtifact {
  const content =
    kind === "sysctl"
      ? { kind, model: parseSysctl(text) }
      : kind === "uname"
        ? { kind, model: parseUname(text) }
        : { kind, model: parseHostname(text) };
  return { path, kind, status: "read", content };
}
const hosts = (...artifacts: FoundArtifact[]) => assignHosts(artifacts).map(({ host }) => host);

describe("hosts", () => {
  it("leaves a flat folder to one host without a name", () => {
    expect(hosts(artifact("b/sysctl.txt"), artifact("b/proc/1/status"))).toEqual([null, null]);
    expect(hosts(artifact("sysctl.txt"))).toEqual([null]);
  });

  it("knows a host by a folder with a machine's name, even alone", () => {
    expect(
      hosts(
        artifact("bundle.tar.gz/node-a/orders/x", "uname", "Linux 5.4.0"),
        artifact("bundle.tar.gz/node-a/proc/1/status"),
      ),
    ).toEqual(["node-a", "node-a"]);
  });

  it("keeps folders that stand side by side apart, but not those that sort by kind", () => {
    expect(hosts(artifact("b/alpha/sysctl.txt"), artifact("b/beta/sysctl.txt"))).toEqual(["alpha", "beta"]);
    expect(hosts(artifact("b/network/sysctl.txt"), artifact("b/pprof/x"))).toEqual([null, null]);
  });

  it("takes a stated name for its folder and all below", () => {
    expect(
      hosts(
        artifact("b/x/hostname", "hostname", "ip-10-0-0-1"),
        artifact("b/x/proc/1/status"),
        artifact("b/y/uname", "uname", "Linux db-2 5.4.0 #1 SMP"),
        artifact("b/y/sysctl.txt"),
      ),
    ).toEqual(["ip-10-0-0-1", "ip-10-0-0-1", "db-2", "db-2"]);
    expect(hosts(artifact("b/etc/hostname", "hostname", "n1"), artifact("b/a.pcap"))).toEqual(["n1", "n1"]);
  });

  it("takes no folder of a process for a host, wherever the path begins", () => {
    expect(
      hosts(artifact("proc/1/a.txt"), artifact("proc/2/a.txt"), artifact("proc/2/task/3/a.txt")),
    ).toEqual([null, null, null]);
    expect(hosts(artifact("tasks/1/a.txt"), artifact("tasks/2/a.txt"), artifact("sysctl.txt"))).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("does not join two machines that were given no name", () => {
    expect(
      hosts(
        artifact("b/x/hostname", "hostname", "localhost.localdomain"),
        artifact("b/y/hostname", "hostname", "localhost.localdomain"),
        artifact("b/y/uname", "uname", "Linux (none) 5.4.0 #1 SMP"),
      ),
    ).toEqual(["x", "y", "y"]);
  });

  it("sets a folder apart that repeats what its surroundings give once", () => {
    expect(hosts(artifact("b/sysctl.txt"), artifact("b/a.pcap"), artifact("b/healthy/sysctl.txt"))).toEqual([
      null,
      null,
      "healthy",
    ]);
  });

  it("takes no program's folder for a host", () => {
    const programs = [
      "node-exporter",
      "kube-proxy",
      "server-logs",
      "client-go",
      "ipvs",
      "vmstat",
      "host-local",
    ];
    for (const name of programs) expect(hosts(artifact(`b/${name}/x`))).toEqual([null]);
    const machines = ["node-a", "node1", "ip-10-0-0-1", "worker-2", "master.k8s1", "host_3"];
    for (const name of machines) expect(hosts(artifact(`b/${name}/x`))).toEqual([name]);
  });

  it("never gives what lies outside a host's folder to that host", () => {
    expect(hosts(artifact("b/a.pcap"), artifact("b/node-a/sysctl.txt"))).toEqual([null, "node-a"]);
  });

  it("takes a name with and without its domain for one host, and a pod's name for none", () => {
    const both = hosts(
      artifact("b/x/hostname", "hostname", "n1"),
      artifact("b/x/uname", "uname", "Linux n1.example.com 5.4.0 #1"),
      artifact("b/x/sysctl.txt"),
    );
    expect(both).toEqual(["n1", "n1", "n1"]);
    expect(hosts(artifact("b/sysctl.txt"), artifact("b/pods/p/hostname", "hostname", "web-1"))).toEqual([
      null,
      null,
    ]);
  });

  it("does not take two hosts that lie in one folder for one", () => {
    const assigned = assignHosts([
      artifact("b/a.txt", "uname", "Linux n1 5.4.0 #1 SMP"),
      artifact("b/b.txt", "uname", "Linux n2 5.4.0 #1 SMP"),
      artifact("b/sysctl.txt"),
      artifact("b/n2.sysctl.txt"),
      artifact("b/proc/1/status"),
      artifact("b/proc/2/status"),
      { ...artifact("b/kern.log"), logHosts: ["n1"] },
      { ...artifact("b/all.log"), logHosts: ["n1", "n2"] },
    ]);
    expect(assigned.map(({ host }) => host)).toEqual(["n1", "n2", null, "n2", null, null, "n1", null]);
    const [, , sysctl, , one, two, , all] = assigned;
    expect(one?.apart).toBe(two?.apart);
    expect(new Set([sysctl?.apart, one?.apart, all?.apart]).size).toBe(3);
  });

  it("takes the lines of a log for a name, but not those of a container's", () => {
    const log = (path: string, host: string): FoundArtifact => ({ ...artifact(path), logHosts: [host] });
    expect(hosts(log("b/var/log/kern.log", "n1"), artifact("b/sysctl.txt"))).toEqual(["n1", "n1"]);
    expect(hosts(log("b/x/kern.log", "n1"), artifact("b/x/h", "hostname", "n2"), artifact("b/x/s"))).toEqual([
      "n1",
      "n2",
      null,
    ]);
    expect(hosts(log("b/pods/p/syslog", "web-1"), artifact("b/sysctl.txt"))).toEqual([null, null]);
    expect(hosts(artifact("b/rootfs/etc/hostname", "hostname", "web-1"), artifact("b/s"))).toEqual([
      null,
      null,
    ]);
  });

  it("lets a log that begins with an image's name contest nothing, nor joins it", () => {
    const log = (path: string, ...logHosts: string[]): FoundArtifact => ({ ...artifact(path), logHosts });
    const [name, journal, other] = [
      artifact("sos/hostname", "hostname", "node-1\n"),
      log("sos/sos_commands/logs/journal", "ubuntu"),
      artifact("sos/proc/1/status"),
    ];
    expect(hosts(name, journal, other)).toEqual(["node-1", "ubuntu", "node-1"]);
    expect(hosts(journal, other)).toEqual(["ubuntu", "ubuntu"]);
    expect(hosts(name, log("sos/sos_commands/logs/journal", "node-7"), other)).toEqual([
      "node-1",
      "node-7",
      null,
    ]);
  });

  it("takes no folder of /sys for a machine", () => {
    expect(
      hosts(artifact("b/sys/module/ip6_tables/refcnt"), artifact("b/sys/class/scsi_host/host1/state")),
    ).toEqual([null, null]);
  });

  it("lets folders that were sorted keep the hosts in them", () => {
    expect(
      hosts(
        artifact("b/1/hostname", "hostname", "n1"),
        artifact("b/1/sysctl.txt"),
        artifact("b/2/hostname", "hostname", "n2"),
        artifact("b/2/sysctl.txt"),
      ),
    ).toEqual(["n1", "n1", "n2", "n2"]);
  });

  it("knows folders that sort by their words", () => {
    for (const name of [
      "kernel-stacks",
      "tcpdump_captures",
      "2024-05-01T10-00-00",
      "proc.dumps",
      "node state",
      "go-profiles",
    ])
      expect(hosts(artifact(`b/${name}/x`), artifact("b/other-logs/y")), name).toEqual([null, null]);
    expect(hosts(artifact("b/client/x"), artifact("b/server/y"))).toEqual(["client", "server"]);
  });

  it("knows hosts by where collectors put what is theirs", () => {
    const mustGather = "must-gather.local.1/quay-io-ocp-sha256-0123456789abcdef0123";
    expect(
      hosts(
        artifact(`${mustGather}/nodes/worker-0.ocp/sysctl`),
        artifact(`${mustGather}/nodes/worker-1.ocp/sysctl`),
        {
          ...artifact(`${mustGather}/host_service_logs/masters/kubelet_service.log`),
          logHosts: ["m0", "m1"],
        },
      ),
    ).toEqual(["worker-0.ocp", "worker-1.ocp", null]);
    expect(hosts(artifact("bundle/sysctl/gke-pool-x1"), artifact("bundle/sysctl/gke-pool-x2"))).toEqual([
      "gke-pool-x1",
      "gke-pool-x2",
    ]);
    expect(
      hosts(
        artifact("b/host-collectors/system/n1/sysctl.json"),
        artifact("b/host-collectors/run-host/n2/x.txt"),
        artifact("b/host-collectors/system/sysctl.json"),
      ),
    ).toEqual(["n1", "n2", null]);
    expect(
      hosts(artifact("eks_i-0abc1234def567890_2024-05-01_1000-UTC_0.7.8.tar.gz/sysctls/sysctl_all.txt")),
    ).toEqual(["i-0abc1234def567890"]);
    const sos = "x/sosreport-db01-case1-2024-05-01-abcdefg";
    expect(hosts(artifact(`${sos}/sos_commands/kernel/sysctl_-a`))).toEqual(["db01"]);
    expect(
      hosts(artifact(`${sos}/hostname`, "hostname", "db01.example.com"), artifact(`${sos}/proc/1/status`)),
    ).toEqual(["db01.example.com", "db01.example.com"]);
  });

  it("tells machines in the names of files apart where there are several", () => {
    expect(
      hosts(artifact("b/node-a.sysctl.txt"), artifact("b/node-b.sysctl.txt"), artifact("b/x.txt")),
    ).toEqual(["node-a", "node-b", null]);
    expect(hosts(artifact("b/node-a.sysctl.txt"), artifact("b/x.txt"))).toEqual([null, null]);
    expect(
      hosts(artifact("b/hostname", "hostname", "n1"), artifact("b/vm-1.pcap"), artifact("b/vm-2.pcap")),
    ).toEqual(["n1", "n1", "n1"]);
  });

  it("does not mind what a case is wrapped in", () => {
    for (const wrapper of [
      "",
      "evidence.zip/",
      "evidence.zip/evidence/",
      "x.tar/case-17/2024-05-01/bundle/",
    ]) {
      expect(
        hosts(artifact(`${wrapper}alpha/sysctl.txt`), artifact(`${wrapper}beta/sysctl.txt`)),
        wrapper,
      ).toEqual(["alpha", "beta"]);
      expect(hosts(artifact(`${wrapper}x/node-i/sysctl.txt`)), wrapper).toEqual(["node-i"]);
    }
    expect(
      hosts(artifact("b/captures/node-a/x"), artifact("b/captures/node-b/x"), artifact("b/logs/y")),
    ).toEqual(["node-a", "node-b", null]);
  });

  it("takes a host that is named with and without its domain in two folders for one, unless it has two domains", () => {
    const [a, b, c] = [
      artifact("b/x/hostname", "hostname", "n1"),
      artifact("b/y/hostname", "hostname", "n1.example.com"),
      artifact("b/z/hostname", "hostname", "n1.example.org"),
    ] as const;
    expect(hosts(a, b)).toEqual(["n1", "n1"]);
    expect(hosts(a, b, c)).toEqual(["n1", "n1.example.com", "n1.example.org"]);
  });

  it("takes logs of pods that a node's collector got from the API server for those of no node", () => {
    const all = [
      artifact("b/hostname", "hostname", "node-a"),
      artifact("b/rke2/podlogs/kube-system-coredns-x"),
      artifact("b/var/log/pods/kube-system_coredns-x_7/coredns/0.log"),
    ];
    expect(assignHosts(all)).toEqual([
      { host: "node-a" },
      { host: null, apart: "b/rke2/podlogs/kube-system-coredns-x" },
      { host: "node-a" },
    ]);
  });

  it("minds no order, and is quick with many hosts and files", () => {
    const all = [
      artifact("b/x/hostname", "hostname", "n1"),
      artifact("b/1.txt", "uname", "Linux n2.example.com 5.4.0 #1 SMP"),
      artifact("b/2.txt", "uname", "Linux n3 5.4.0 #1 SMP"),
      artifact("b/n2-sysctl.txt"),
      artifact("b/sysctl.txt"),
      artifact("b/captures/node-a/x"),
      artifact("b/alpha/sysctl.txt"),
      { ...artifact("b/log"), logHosts: ["n3"] },
    ];
    const expected = new Map(assignHosts(all).map((of, i) => [all[i], of]));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        const found = assignHosts(shuffled).map((of, i) => [shuffled[i], of] as const);
        for (const [one, of] of found) expect(of).toEqual(expected.get(one));
      }),
    );
    const many = Array.from({ length: 20_000 }, (_, i) =>
      i % 50 === 0
        ? artifact(`b/x${i}/u`, "uname", `Linux host-${i} 5.4.0 #1`)
        : artifact(`b/f${i % 7}/file-${i}.txt`),
    );
    const begin = performance.now();
    assignHosts(many);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
