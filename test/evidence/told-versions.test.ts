import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { HostEvidence } from "../../src/evidence/index.ts";
import { clusterOf } from "./clusters.ts";
import {
  apiServerVersions,
  buildCase,
  imageVersionsOn,
  moduleVersions,
  versionsOn,
} from "../../src/evidence/index.ts";

async function hostOf(name: string, files: Readonly<Record<string, string>>): Promise<HostEvidence> {
  const encoder = new TextEncoder();
  const inputs = Object.entries(files).map(([path, text]) => ({
    name: path,
    source: sourceOf(encoder.encode(text)),
  }));
  const host = buildCase(await openBundle(inputs)).hosts.find((each) => each.name === name);
  if (!host) throw new Error(`no host ${name}`);
  return host;
}
const node = (name: string, kubeletVersion: string, containerRuntimeVersion: string) =>
  stringify({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name },
    status: { nodeInfo: { kubeletVersion, containerRuntimeVersion, kubeProxyVersion: kubeletVersion } },
  });
const NODES = `${node("node-a", "v1.18.9", "containerd://1.4.3")}---\n${node("node-b", "v1.17.1", "docker://19.3.6")}`;
const UNAME = "Linux node-a 5.4.0-42-generic #46-Ubuntu SMP x86_64 GNU/Linux\n";
const BINARY = "containerd github.com/containerd/containerd v1.6.20 2806fc10\n";
const RPM = ["bash-4.2-35", "containerd.io-1.7.2-3.1.el7", "sed-4.2-1", "tar-1-1", "xz-5-1"]
  .map((name) => `${name}.x86_64\n`)
  .join("");
const BUILD = "/usr/local/bin/runc: go1.13.15\n\tpath\tx\n\tmod\tgithub.com/opencontainers/runc\t(devel)\n";
const written = (told: readonly { written: string }[]) => told.map((each) => each.written);

describe("versions that a host tells", () => {
  it("are the node's own, then the binary's, then the package's", async () => {
    const packaged = { "b/node-a/uname": UNAME, "b/node-a/installed-rpms": RPM };
    expect(written(versionsOn(await hostOf("node-a", packaged), "containerd"))).toEqual(["1.7.2-3.1.el7"]);
    const asked = { ...packaged, "b/node-a/containerd_--version": BINARY };
    const [binary] = versionsOn(await hostOf("node-a", asked), "containerd");
    expect(binary).toMatchObject({
      written: "v1.6.20",
      isIndirect: true,
      cite: { artifact: "b/node-a/containerd_--version", where: { line: 1 } },
    });
    const [running, ...others] = versionsOn(
      await hostOf("node-a", { ...asked, "b/cluster/nodes.yaml": NODES }),
      "containerd",
    );
    expect(others).toEqual([]);
    expect(running).toMatchObject({ written: "1.4.3", isIndirect: false });
  });

  it("are never another node's, nor kube-proxy's by what kubelet writes of itself", async () => {
    const host = await hostOf("node-a", { "b/node-a/uname": UNAME, "b/cluster/nodes.yaml": NODES });
    expect(written(versionsOn(host, "kubelet"))).toEqual(["v1.18.9"]);
    expect(versionsOn(host, "docker")).toEqual([]);
    expect(versionsOn(host, "kube-proxy")).toEqual([]);
    const other = await hostOf("node-c", {
      "b/node-c/uname": UNAME.replace("node-a", "node-c"),
      "b/c/n.yaml": NODES,
    });
    expect(versionsOn(other, "kubelet")).toEqual([]);
  });

  it("are those of a binary's main module, and of the modules in it, but not of a fork", async () => {
    const modules = (more: string) =>
      `/coredns: go1.11.2\n\tpath\tx\n\tdep\tgithub.com/miekg/dns\tv1.0.14\th1:x=\n${more}`;
    const files = {
      "b/node-a/uname": UNAME,
      "b/node-a/go-version.txt": BUILD,
      "b/node-a/go2.txt": modules(""),
    };
    const host = await hostOf("node-a", files);
    expect(written(versionsOn(host, "runc"))).toEqual(["(devel)"]);
    expect(written(moduleVersions(host, "coredns", "github.com/miekg/dns"))).toEqual(["v1.0.14"]);
    expect(moduleVersions(host, "kube-dns", "github.com/miekg/dns")).toEqual([]);
    const fork = modules("\t=>\texample.com/dns\tv1.0.14\th1:y=\n");
    const forked = await hostOf("node-a", { ...files, "b/node-a/go2.txt": fork });
    expect(moduleVersions(forked, "coredns", "github.com/miekg/dns")).toEqual([]);
  });

  it("are tags of images; a digest alone tells none", async () => {
    const pod = (name: string, image: string, phase = "Running", nodeName: string | undefined = "node-a") =>
      stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: "kube-system", uid: name },
        spec: { ...(nodeName && { nodeName }), containers: [{ name: "c", image }] },
        status: { phase, initContainerStatuses: [], images: [{ names: ["coredns/coredns:9.9.9"] }] },
      });
    const pods = [
      pod("a", "r.example:5000/coredns/coredns:1.8.0@sha256:00"),
      pod("b", "coredns/coredns@sha256:00"),
      pod("c", "r.example/other-coredns:1.2.3"),
      // One that was evicted, one that waits for its image, and a manifest of whatever node.
      pod("d", "coredns/coredns:1.3.0", "Failed"),
      pod("e", "coredns/coredns:1.9.0", "Pending"),
      pod("f", "coredns/coredns:1.7.0", "Running", ""),
    ].join("---\n");
    const host = await hostOf("node-a", { "b/node-a/uname": UNAME, "b/cluster/pods.yaml": pods });
    expect(written(imageVersionsOn(host, /(?:^|\/)coredns[:@]/))).toEqual(["1.8.0", ""]);
    const manifest = await hostOf("node-a", {
      "b/node-a/uname": UNAME,
      "b/coredns.yaml": pod("f", "coredns/coredns:1.7.0", "Running", ""),
    });
    expect(imageVersionsOn(manifest, /(?:^|\/)coredns[:@]/)).toMatchObject([
      { written: "1.7.0", isIndirect: true },
    ]);
  });
});

describe("the version of kube-apiserver", () => {
  const told = async (files: Readonly<Record<string, string>>) =>
    written(apiServerVersions(await clusterOf(files)));
  const build = (version: string) => `kubernetes_build_info{git_version="${version}",major="1"} 1\n`;

  it("is told by itself, by its image, and by metrics that only it has", async () => {
    const pod = stringify({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "kube-apiserver-a", namespace: "kube-system", uid: "a" },
      spec: { nodeName: "a", containers: [{ name: "c", image: "k8s.gcr.io/kube-apiserver:v1.14.3" }] },
    });
    expect(await told({ "c/pods.yaml": pod })).toEqual(["v1.14.3"]);
    expect(await told({ "c/version.txt": "Client Version: v1.20.1\nServer Version: v1.14.7\n" })).toEqual([
      "v1.14.7",
    ]);
    const metrics = `# TYPE kubernetes_build_info gauge\n${build("v1.19.2")}# TYPE workqueue_depth gauge\nworkqueue_depth{name="x"} 0\n`;
    expect(await told({ "c/metrics.txt": metrics })).toEqual([]);
    const own = `${metrics}# TYPE etcd_object_counts gauge\netcd_object_counts{resource="pods"} 7\n`;
    expect(await told({ "c/metrics.txt": own })).toEqual(["v1.19.2"]);
  });
});
