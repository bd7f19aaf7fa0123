import { describe, expect, it } from "vitest";
import { compareBundles } from "../../src/analyze.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import type { Comparison, Section } from "../../src/compare/index.ts";
import { renderComparison } from "../../src/report/index.ts";

type Files = Readonly<Record<string, string>>;

const inputs = (files: Files) =>
  Object.entries(files).map(([name, text]) => ({ name, source: sourceOf(new TextEncoder().encode(text)) }));
const compared = async (before: Files, after: Files): Promise<Comparison> =>
  compareBundles(inputs(before), inputs(after));
const titled = (sections: readonly Section[], title: string): Section => {
  const found = sections.find((section) => section.title === title);
  if (!found) throw new Error(`no ${title} among ${sections.map((section) => section.title).join(", ")}`);
  return found;
};
const short = ({ changes }: Section) =>
  changes.map(({ is, what, before, after }) => [is, what, before, after]);

const SYSCTL =
  "net.ipv4.tcp_syncookies = 1\nnet.core.somaxconn = 128\nkernel.pid_max = 4194304\nfs.file-nr = 1\t0\t9\n";
const DEPLOYMENT = (image: string, version: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, resourceVersion: "${version}"}
spec:
  template:
    spec:
      containers:
        - {name: proxy, image: proxy:1}
        - {name: web, image: "${image}"}
`;

describe("what changed between two bundles", () => {
  it("names the parameters of a node that changed, and not what one side did not tell, nor what the kernel counts", async () => {
    const after = SYSCTL.replace("= 128", "= 4096")
      .replace("= 1\t0", "= 7\t0")
      .replace(/kernel.*\n/, "");
    const { hosts } = await compared({ "a/sysctl.txt": SYSCTL }, { "b/sysctl.txt": after });
    const section = titled(hosts[0]?.sections ?? [], "kernel parameters");
    expect(short(section)).toEqual([["changed", "net.core.somaxconn", "128", "4096"]]);
    expect(section.changes[0]?.cite).toMatchObject({ artifact: "b/sysctl.txt", where: { line: 2 } });
    expect(section.note).toBe("1 are told only before, 0 only after");
  });

  it("compares the listeners of lists that are of a whole namespace", async () => {
    const ss = (port: number): string =>
      `State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 0.0.0.0:${port} 0.0.0.0:*\n`;
    const lsof =
      "COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\nweb 7 root 3u IPv4 42 0t0 TCP 127.0.0.1:9090 (LISTEN)\n";
    const { hosts } = await compared({ "ss-lnt.txt": ss(80) }, { "ss-lnt.txt": ss(81), "lsof-i.txt": lsof });
    expect(short(titled(hosts[0]?.sections ?? [], "listening sockets"))).toEqual([
      ["removed", "0.0.0.0:80", "listens", undefined],
      ["added", "0.0.0.0:81", undefined, "listens"],
    ]);
    const one = await compared({ "ss-lnt.txt": ss(80) }, { "lsof-i.txt": lsof, hostname: "a\n" });
    expect(one.hosts.flatMap(({ sections }) => sections.map(({ title }) => title))).not.toContain(
      "listening sockets",
    );
  });

  it("puts the counter that grew most first, and says where counters began anew", async () => {
    const netstat = (overflows: number, resets: number, opens: number) =>
      `Tcp:\n    ${opens} passive connection openings\n    ${resets} connection resets received\nTcpExt:\n    ${overflows} times the listen queue of a socket overflowed\n`;
    const { hosts } = await compared(
      { "netstat-s": netstat(1, 100, 5000) },
      { "netstat-s": netstat(90, 150, 9000) },
    );
    const section = titled(hosts[0]?.sections ?? [], "network counters");
    expect(section.changes[0]).toMatchObject({ what: "ListenOverflows", by: 89 });
    expect(section.note).toBeUndefined();
    const again = await compared(
      { "netstat-s": netstat(90, 150, 9000) },
      { "netstat-s": netstat(1, 100, 5000) },
    );
    expect(titled(again.hosts[0]?.sections ?? [], "network counters").note).toContain("began anew");
  });

  it("names the members of an object that changed, whatever else of its list moved, and no stamps", async () => {
    const { cluster } = await compared(
      { "d.yaml": DEPLOYMENT("web:1", 7) },
      { "d.yaml": DEPLOYMENT("web:2", 9).replace("        - {name: proxy, image: proxy:1}\n", "") },
    );
    expect(short(titled(cluster, "Deployment objects"))).toEqual([
      ["removed", "shop/web spec.template.spec.containers[proxy].image", '"proxy:1"', undefined],
      ["removed", "shop/web spec.template.spec.containers[proxy].name", '"proxy"', undefined],
      ["changed", "shop/web spec.template.spec.containers[web].image", '"web:1"', '"web:2"'],
    ]);
  });

  it("finds nothing between a bundle and itself, in any order of its files", async () => {
    for (const sample of [
      "tw-recycle-nat",
      "dns-upstream-dead",
      "s6-sync",
      "heap-growth",
      "abrupt-rollout",
    ]) {
      const path = `samples/${sample}/bundle`;
      const { findings, hosts, cluster } = await compareBundles(path, path);
      const changed = [findings, ...hosts.flatMap((host) => host.sections), ...cluster];
      expect(changed.filter((section) => section.changes.length > 0)).toEqual([]);
    }
  });

  it("is the mirror of the comparison the other way round", async () => {
    const [a, b] = ["samples/healthy/bundle", "samples/tw-recycle-nat/bundle"];
    const [there, back] = [await compareBundles(a, b), await compareBundles(b, a)];
    const MIRROR = { added: "removed", removed: "added", changed: "changed" } as const;
    const mirrored = back.findings.changes.map(({ is, what }) => ({ is: MIRROR[is], what }));
    expect(there.findings.changes.map(({ is, what }) => ({ is, what }))).toEqual(mirrored);
    const sum = ({ hosts }: Comparison) =>
      hosts.flatMap((host) => host.sections).flatMap(({ changes }) => changes.map(({ by = 0 }) => by));
    expect(sum(there).reduce((total, by) => total + by, 0)).toBe(
      -sum(back).reduce((total, by) => total + by, 0),
    );
  });

  it("compares hosts of one name, and says which host only one side has", async () => {
    const uname = (name: string) => `Linux ${name} 5.10.0 #1 SMP x86_64 GNU/Linux\n`;
    const before = { "b/node-a/uname": uname("node-a"), "b/node-b/uname": uname("node-b") };
    const after = {
      "b/node-b/uname": uname("node-b").replace("5.10.0", "5.15.0"),
      "b/node-c/uname": uname("node-c"),
    };
    const { hosts, alone } = await compared(before, after);
    expect(hosts.map(({ host, with: other }) => [host, other])).toEqual([["node-b", "node-b"]]);
    expect(short(titled(hosts[0]?.sections ?? [], "kernel"))).toEqual([
      ["changed", "release", "5.10.0", "5.15.0"],
    ]);
    expect(alone).toEqual([
      { in: "before", host: "node-a" },
      { in: "after", host: "node-c" },
    ]);
  });

  it("prints what changed, and in a word what did not", async () => {
    const after = SYSCTL.replace("= 128", "= 4096");
    const uname = "Linux node-a 5.10.0 #1 SMP x86_64 GNU/Linux\n";
    const text = renderComparison(
      await compared(
        { "a/sysctl.txt": SYSCTL, "a/uname": uname },
        { "a/sysctl.txt": after, "a/uname": uname },
      ),
    );
    expect(text).toBe(
      [
        "FINDINGS",
        "  unchanged: findings",
        "",
        "node-a",
        "  kernel parameters: 1 of 3 changed",
        "    ~ net.core.somaxconn: 128 → 4096",
        "  unchanged: kernel",
        "",
      ].join("\n"),
    );
  });

  it("compares each of several clusters with the one in its folder, and never with another", async () => {
    const cluster = (uid: string, image: string): string =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [
          { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-system", uid } },
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "web", namespace: "shop" },
            spec: { template: { spec: { containers: [{ name: "web", image }] } } },
          },
        ],
      });
    const before = {
      "a/east/kube.json": cluster("11111111-2222-4333-8444-555555555555", "web:1"),
      "a/west/kube.json": cluster("66666666-2222-4333-8444-555555555555", "web:7"),
    };
    const after = {
      "b/east/kube.json": cluster("11111111-2222-4333-8444-555555555555", "web:2"),
      "b/west/kube.json": cluster("66666666-2222-4333-8444-555555555555", "web:7"),
    };
    const { cluster: sections } = await compared(before, after);
    expect(short(titled(sections, "Deployment objects in east"))).toEqual([
      ["changed", "shop/web spec.template.spec.containers[web].image", '"web:1"', '"web:2"'],
    ]);
    expect(titled(sections, "Deployment objects in west").changes).toEqual([]);
    const alone = await compared({ "a/kube.json": cluster("9", "web:3") }, after);
    expect(alone.cluster).toEqual([]);
  });

  it("tells what changed of what is counted, measured and set up beside", async () => {
    const files = (n: number): Files => ({
      "b/proc/meminfo": `MemTotal: 8000000 kB\nMemFree: ${n}000 kB\nMemAvailable: 500000 kB\nBuffers: 1 kB\nCached: 1 kB\n`,
      "b/df.txt": `Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/vda1 100000 ${n}0 90000 10% /\n`,
      "b/etc/hosts": `127.0.0.1 localhost\n10.0.0.${n} registry\n`,
      "b/proc/net/softnet_stat": `000003e8 000000${n} 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n`,
    });
    const { hosts } = await compared(files(20), files(40));
    const sections = hosts[0]?.sections ?? [];
    expect(titled(sections, "memory (bytes)").changes).toMatchObject([{ what: "MemFree" }]);
    expect(titled(sections, "use of file systems (bytes, inodes)").changes).toMatchObject([
      { what: "/ bytes", by: 200 * 1024 },
    ]);
    expect(titled(sections, "packets by CPU").changes).toMatchObject([
      { what: "CPU 0 dropped", before: "32", after: "64", by: 32 },
    ]);
    expect(titled(sections, "hosts files").changes.map(({ is, what }) => [is, what])).toEqual([
      ["removed", "etc/hosts: 10.0.0.20"],
      ["added", "etc/hosts: 10.0.0.40"],
    ]);
  });

  it("names programs and packages that were upgraded", async () => {
    const files = (containerd: string, kubelet: string): Files => ({
      "b/containerd.txt": `containerd github.com/containerd/containerd ${containerd} 2806fc10\n`,
      "b/rpm-qa": `bash-4.2.46-34.el7.x86_64\nkubelet-${kubelet}-0.x86_64\nsystemd-219-78.el7.x86_64\nzlib-1.2.7-18.el7.x86_64\nsed-4.2.2-7.el7.x86_64\ntar-1.26-35.el7.x86_64\n`,
    });
    const { hosts } = await compared(files("v1.5.7", "1.21.5"), files("v1.6.20", "1.22.17"));
    const sections = hosts[0]?.sections ?? [];
    expect(short(titled(sections, "versions of programs"))).toEqual([
      ["changed", "containerd", "v1.5.7", "v1.6.20"],
    ]);
    expect(short(titled(sections, "packages"))).toEqual([["changed", "kubelet", "1.21.5-0", "1.22.17-0"]]);
  });
});
