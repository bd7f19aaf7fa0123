import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { componentNamed, componentOfPath } from "../../src/logs/component.ts";
import { looksLikeLog } from "../../src/logs/recognise.ts";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const is = (text: string, path = "a.txt") => looksLikeLog(bytes(text), path);

async function kindsOf(text: string, name = "a.txt"): Promise<string[]> {
  const { artifacts } = await openBundle({ name, source: sourceOf(bytes(text)) });
  return artifacts.map(({ kind }) => kind).sort();
}

describe("whether a text is a log", () => {
  it.each([
    ["klog", "I0412 10:00:00.000001     812 kubelet.go:2130] SyncLoop\n"],
    ["klog that a mail quotes", "> > I0412 10:00:00.000001     812 kubelet.go:2130] SyncLoop\n"],
    ["klog without an end", "I0412 10:00:00.000001     812 kubelet.go:2130] SyncLoop"],
    ["logfmt", 'time="2024-04-12T10:00:00Z" level=info msg="done"\n'],
    [
      "logfmt of cri-o",
      'time="2024-04-12 10:00:00.123456789Z" level=info msg="done" file="server/server.go:1"\n',
    ],
    [
      "JSON of zap",
      '{"level":"info","ts":"2024-04-12T10:00:00.000Z","caller":"wal/wal.go:1","msg":"done"}\n',
    ],
    ["capnslog", "2020-10-20 12:15:22.088482 W | etcdserver: took too long\n"],
    ["CRI", "2024-04-12T10:00:00.123456789Z stdout F anything at all\n"],
    [
      "Docker's json-file",
      '{"log":"anything at all\\n","stream":"stdout","time":"2024-04-12T10:00:00.123456789Z"}\n',
    ],
    ["the journal", "-- Logs begin at Fri 2024-04-12. --\nApr 12 10:00:00 node-a kubelet[812]: done\n"],
    ["the journal in another language", "4月 12 10:00:00 node-a kubelet[812]: done\n"],
    ["the journal, short-iso", "2024-04-12T10:00:00+0200 node-a kubelet[812]: done\n"],
    ["the journal, short-precise", "Apr 12 10:00:00.123456 node-a kubelet[812]: done\n"],
    [
      "the journal as JSON",
      '{"__REALTIME_TIMESTAMP":"1712916000000000","SYSLOG_IDENTIFIER":"kubelet","MESSAGE":"done"}\n',
    ],
    [
      "kubectl logs --timestamps",
      "2024-04-12T10:00:00.123456789Z I0412 10:00:00.000001     1 proxier.go:1] done\n",
    ],
    ["Calico", "2024-04-12 10:00:00.123 [INFO][88] felix/int_dataplane.go 123: done\n"],
    [
      "a crash of Go that nothing wraps",
      "runtime: program exceeds 10000-thread limit\nfatal error: thread exhaustion\n",
    ],
    [
      "a log with a byte-order mark and CRLF",
      "\ufeffI0412 10:00:00.000001     812 a.go:1] b\r\nI0412 10:00:00.000001     812 a.go:1] b\r\n",
    ],
  ])("%s is", (_, text) => {
    expect(is(text)).toBe(true);
  });

  it.each([
    [
      "a listing of kubectl",
      "NAME   READY   STATUS    RESTARTS   AGE\nweb    1/1     Running   0          3d\n",
    ],
    [
      "a list of events",
      "LAST SEEN   TYPE      REASON      OBJECT    MESSAGE\n3m   Warning   Unhealthy   pod/web   PLEG is not healthy: pleg was last seen active 3m5s ago\n",
    ],
    ["YAML", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n"],
    [
      "an object as JSON",
      '{"kind":"Event","apiVersion":"v1","message":"PLEG is not healthy","level":"warn"}\n',
    ],
    ["audit events", '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","message":"a"}\n'],
    ["a series as CSV", "time,value\n2024-04-12T10:00:00Z,12\n2024-04-12T10:01:00Z,13\n"],
    ["metrics", "# TYPE go_goroutines gauge\ngo_goroutines 12\n"],
    [
      "a log of the kernel alone",
      "Apr 12 10:00:00 node-a kernel: [1.0] eth0: up\nApr 12 10:00:00 node-a kernel: [1.0] eth1: up\n",
    ],
    ["dmesg", "[    1.000000] eth0: up\n[Fri Apr 12 10:00:00 2024] eth0: up\n"],
    [
      "a log of CoreDNS",
      "2024-04-12T10:00:00.123456789Z stdout F [INFO] plugin/reload: Running configuration\n",
    ],
    ["prose", "Container 8f8020e79b13 failed to exit within 10 seconds of kill - trying direct SIGKILL\n"],
    ["bytes", "\0\0\0I0412 10:00:00.000001     812 kubelet.go:2130] SyncLoop\n"],
    ["nothing", ""],
  ])("%s is not", (_, text) => {
    expect(is(text)).toBe(false);
  });

  it("a text whose name says so may have fewer such lines", () => {
    const text = `I0412 10:00:00.000001     812 a.go:1] dump\n${"some line of a dump\n".repeat(20)}`;
    expect([is(text), is(text, "kubelet/kubelet.log")]).toEqual([false, true]);
  });
});

describe("an artifact of several kinds", () => {
  const DUMP = readFileSync("test/fixtures/pprof/panic.txt", "utf8");
  const JOURNAL =
    "Apr 12 10:00:00 node-a kubelet[812]: I0412 10:00:00.000001     812 kubelet.go:2130] SyncLoop\n";
  const HUNG = "Apr 12 10:00:00 node-a kernel: INFO: task umount:20880 blocked for more than 120 seconds.\n";

  it("is a log with a dump in it, wherever the dump begins", async () => {
    expect(await kindsOf(`${JOURNAL.repeat(30)}${DUMP}`)).toEqual(["component-log", "goroutines"]);
    expect(await kindsOf(`${JOURNAL.repeat(3000)}${DUMP}${JOURNAL.repeat(3000)}`)).toEqual([
      "component-log",
      "goroutines",
    ]);
  });

  it("is a log of the kernel too", async () => {
    expect(await kindsOf(`${JOURNAL.repeat(30)}${HUNG}`)).toEqual(["component-log", "kernel-log"]);
    const { artifacts } = await openBundle({
      name: "journal",
      source: sourceOf(bytes(`${HUNG}${JOURNAL.repeat(3000)}`)),
    });
    expect(artifacts.find(({ kind }) => kind === "component-log")).toMatchObject({
      status: "read",
      content: { model: { lines: 3001, hostname: "node-a" } },
    });
  });
});

describe("whose log it is", () => {
  it.each([
    ["kubelet/kubelet.log", "kubelet"],
    ["sos_commands/kubernetes/journalctl_--no-pager_--unit_kubelet", "kubelet"],
    ["host_service_logs/masters/crio_service.log", "cri-o"],
    ["docker/docker.log", "dockerd"],
    ["containerd/containerd-log.txt", "containerd"],
    ["host-collectors/journald/containerd.txt", "containerd"],
    ["var/log/pods/kube-system_kube-proxy-x7k2p_8f-1/kube-proxy/0.log", "kube-proxy"],
    ["namespaces/openshift-etcd/pods/etcd-a/etcd/etcd/logs/current.log", "etcd"],
    [`var/log/containers/web-5c9_default_docker-registry-${"0".repeat(64)}.log`, "other"],
    ["cluster-resources/pods/logs/kube-system/kube-apiserver-a/kube-apiserver.log", "kube-apiserver"],
    ["kube-system/kube-scheduler-node-a/logs.txt", "kube-scheduler"],
    ["kube-system/kube-scheduler/logs.txt", "kube-scheduler"],
    ["logs/journalctl_--no-pager", undefined],
    ["docker-compose.log", undefined],
    ["containerd-shim.log", undefined],
  ])("%s: %s", (path, component) => {
    expect(componentOfPath(path)).toBe(component);
  });

  it.each([
    ["kubelet", "kubelet"],
    ["kubenswrapper", "kubelet"],
    ["dockerd-current", "dockerd"],
    ["containerd.service", "containerd"],
    ["containerd-shim", "other"],
    ["k3s", "all-in-one"],
    ["sshd", "other"],
  ])("the tag %s: %s", (tag, component) => {
    expect(componentNamed(tag)).toBe(component);
  });
});
