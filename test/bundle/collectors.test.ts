import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/bundle/index.ts";
import { collectorsOf, openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const ROOT = "test/fixtures/collectors";
const DIGEST = "quay-io-openshift-release-dev-ocp-v4-0-art-dev-sha256-" + "0123456789abcdef".repeat(4);

type Files = Record<string, Uint8Array>;

function filesOf(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path), new Uint8Array(readFileSync(path))]),
  );
}

const open = async (files: Files): Promise<readonly Artifact[]> =>
  (await openBundle(Object.entries(files).map(([name, bytes]) => ({ name, source: sourceOf(bytes) }))))
    .artifacts;

/** Each artifact's path below the collector's root, kind, and host; `!` where it is unread. */
const linesOf = (artifacts: readonly Artifact[], root: string): string[] =>
  artifacts
    .map(({ path, kind, status, host }) => {
      const below = path.slice(path.indexOf(root) + root.length + 1);
      return `${below} ${kind}${status === "read" ? "" : "!"} ${host ?? "-"}`;
    })
    .sort();

const NODES = ["ip-10-0-1-5.ec2.internal", "ip-10-0-1-6.ec2.internal"];

const EXPECTED: Record<string, { collector: string; root: string; lines: string[] }> = {
  sos: {
    collector: "sos report",
    root: "sosreport-db01-03456789-2024-05-01-qwertyu",
    lines: [
      ...["etc/hostname", "hostname", "sos_commands/host/hostname", "sos_commands/host/hostname_-f"].map(
        (path) => `${path} hostname db01`,
      ),
      // A container's own name, which names no host.
      "sos_commands/crio/containers/web/etc/hostname hostname db01",
      "etc/hosts hosts-file db01",
      "etc/nsswitch.conf nsswitch db01",
      "etc/resolv.conf resolv-conf db01",
      "proc/901/cgroup proc-cgroup db01",
      "proc/901/stack proc-stack db01",
      "proc/901/status proc-status db01",
      "proc/buddyinfo buddyinfo db01",
      "proc/meminfo meminfo db01",
      "proc/net/netstat proc-net-snmp db01",
      "proc/net/snmp proc-net-snmp db01",
      "proc/sys/net/ipv4/tcp_syncookies sysctl db01",
      "proc/sys/net/netfilter/nf_conntrack_max sysctl db01",
      "proc/version uname db01",
      "sos_commands/conntrack/conntrack_-S conntrack-S! db01",
      "sos_commands/filesys/df_-al_-x_autofs df db01",
      "sos_commands/filesys/df_-ali_-x_autofs df db01",
      "sos_commands/ipvs/ipvsadm_-Ln ipvsadm! db01",
      "sos_commands/kernel/dmesg kernel-log db01",
      "sos_commands/kernel/dmesg_-T kernel-log db01",
      "sos_commands/kernel/sysctl_-a sysctl db01",
      "sos_commands/kernel/uname_-a uname db01",
      "sos_commands/kubernetes/cluster-info/default/kubectl_get_-o_json_--namespace_default_pods kube-objects -",
      "sos_commands/logs/journalctl_--no-pager_--boot.xz kernel-log db01",
      "sos_commands/networking/ip_-d_address ip-addr db01",
      "sos_commands/networking/ip_-o_addr ip-addr db01",
      "sos_commands/networking/ip_route_show_table_all ip-route-local db01",
      "sos_commands/networking/netstat_-W_-neopa sockets db01",
      "sos_commands/networking/netstat_-s netstat-s db01",
      "sos_commands/networking/nstat_-zas nstat db01",
      "sos_commands/networking/ss_-peaonmi sockets db01",
      "sos_commands/process/ps_auxwwwm proc-ps db01",
      "var/log/messages kernel-log db01",
    ],
  },
  eks: {
    collector: "EKS log collector",
    root: "eks_i-0abcdef0123456789_2024-05-01_1000-UTC_0.7.8",
    lines: [
      "containerd/containerd.1234.stacks.log goroutines",
      "ipamd/metrics.json node-metrics",
      "kernel/dmesg.current kernel-log",
      "kernel/dmesg.human.current kernel-log",
      "kernel/uname.txt uname",
      "kubelet/kubelet.log kernel-log",
      "networking/conntrack.txt conntrack-S",
      "networking/iproute.txt ip-route-local",
      "networking/iptables-save.txt iptables-save",
      "networking/resolv.conf resolv-conf",
      "storage/inodes.txt df",
      "storage/mounts.txt df",
      "sysctls/sysctl_all.txt sysctl",
      "system/allprocstat.txt proc-files",
      "system/netstat.txt sockets",
      "system/ps.txt proc-ps",
      "var_log/messages kernel-log",
    ].map((line) => `${line} ip-10-0-1-5`),
  },
  "must-gather": {
    collector: "must-gather",
    root: DIGEST,
    lines: [
      "cluster-scoped-resources/core/nodes/worker-0.yaml kube-objects -",
      "cluster-scoped-resources/core/nodes/worker-1.yaml kube-objects -",
      "namespaces/default/core/pods.yaml kube-objects -",
      "namespaces/default/pods/web-0/web-0.yaml kube-objects -",
      // Of two masters at once, and so of neither.
      "host_service_logs/masters/kubelet_service.log kernel-log -",
      "nodes/worker-0/dmesg kernel-log worker-0",
      "nodes/worker-0/sysctl sysctl worker-0",
      "nodes/worker-1/dmesg kernel-log worker-1",
      "nodes/worker-1/sysctl sysctl worker-1",
    ],
  },
  troubleshoot: {
    collector: "troubleshoot.sh support bundle",
    root: "support-bundle-2024-05-01T10_00_00",
    lines: [
      "cluster-resources/nodes.json kube-objects -",
      "cluster-resources/pods/default.json kube-objects -",
      ...NODES.flatMap((node) => [
        `host-collectors/run-host/${node}/conntrack.txt conntrack-S ${node}`,
        `host-collectors/run-host/${node}/netstat.txt unknown! ${node}`,
        `host-collectors/system/${node}/sysctl.json sysctl ${node}`,
        `sysctl/${node} sysctl ${node}`,
      ]),
    ],
  },
  "cluster-info": {
    collector: "kubectl cluster-info dump",
    root: "cluster-info",
    lines: [
      "nodes.json kube-objects -",
      ...["default", "kube-system"].flatMap((namespace) =>
        [
          "pods",
          "events",
          "services",
          "deployments",
          "replicasets",
          "daemonsets",
          "replication-controllers",
        ].map((kind) => `${namespace}/${kind}.json kube-objects -`),
      ),
    ],
  },
};

describe.each(Object.entries(EXPECTED))("%s", (folder, { collector, root, lines }) => {
  const files = filesOf(join(ROOT, folder));
  const prefixed = (prefix: string): Files =>
    Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${prefix}${path}`, bytes]));

  it("has each place read as what it is, and of its host", async () => {
    const found = linesOf(await open(files), root);
    for (const line of lines) expect(found).toContain(line);
  });

  it("is the same however deep it lies, packed, and in any order", async () => {
    const expected = linesOf(await open(files), root);
    for (const prefix of ["bundle/", "case-17/evidence/", "a/b/c/"])
      expect(linesOf(await open(prefixed(prefix)), root)).toEqual(expected);
    expect(linesOf(await open(Object.fromEntries(Object.entries(files).reverse())), root)).toEqual(expected);
    const tar = await packTar(
      Object.entries(files).map(([name, body]) => ({
        header: { name: `./${name}`, size: body.length },
        body,
      })),
    );
    expect(linesOf(await open({ "x.tar.gz": new Uint8Array(gzipSync(tar)) }), root)).toEqual(expected);
  });

  it("is recognised", () => {
    const paths = Object.keys(prefixed("x/"));
    expect(collectorsOf(paths).map((found) => found.collector)).toEqual([collector]);
    expect(collectorsOf(paths)[0]?.path.endsWith(root)).toBe(true);
  });
});

it("a flat folder of two hosts' files with any names is told apart by what names them", async () => {
  const artifacts = await open(filesOf(join(ROOT, "flat")));
  const [first, second] = ["ip-10-0-1-5", "ip-10-0-1-6"];
  const found = linesOf(artifacts, "incident");
  for (const line of [
    `Bildschirmausgabe 1.txt uname ${first}`,
    `out.2 uname ${second}`,
    `ip-10-0-1-5 kernel params sysctl ${first}`,
    `sysctl_ip-10-0-1-6 sysctl ${second}`,
    `syslog-export kernel-log ${second}`,
    "ct conntrack-S -",
    "log from loghost.txt kernel-log -",
  ])
    expect(found).toContain(line);
  const apart = new Set(artifacts.filter(({ host }) => host === null).map((one) => one.apart));
  expect(apart.has(undefined)).toBe(false);
  const reasons = Object.fromEntries(artifacts.map(({ path, reason }) => [path, reason]));
  expect(reasons["incident/ss"]).toBe("the command failed: bash: ss: command not found");
  expect(reasons["incident/photo.jpg"]).toBe("a picture: ask for the text");
});

it("several collectors' bundles in one folder stay apart", async () => {
  const all = Object.fromEntries(
    ["sos", "eks", "troubleshoot"].flatMap((folder) =>
      Object.entries(filesOf(join(ROOT, folder))).map(([path, bytes]) => [`all/${path}`, bytes]),
    ),
  );
  const artifacts = await open(all);
  for (const folder of ["sos", "eks", "troubleshoot"]) {
    const { root = "", lines = [] } = EXPECTED[folder] ?? {};
    const own = linesOf(
      artifacts.filter(({ path }) => path.includes(root)),
      root,
    );
    // The node that the EKS collector ran on is one of the support bundle's, which calls it by its whole name.
    const short = (line: string): string => line.replace(/(ip-10-0-1-\d)\.ec2\.internal$/, "$1");
    for (const line of lines) expect(own.map(short)).toContain(short(line));
  }
});
