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
const hosts = (...artifacts: FoundArtifact[]) => assignHosts(artifacts);

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
});
