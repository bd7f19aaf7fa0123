// Writes what was collected of a made-up cluster: so many nodes, each by one of three collectors (fifty files, of which the logs have
// megabytes and most others one kilobyte), and the objects, events and metrics of the API. A few nodes and workloads are in trouble.
// Usage: node bench/generate-bundle.mjs FOLDER [NODES [TIMES]], of so many nodes (20) and so many times the usual pods and events (1)
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generator } from "../scripts/random.mjs";
import { clusterFiles } from "./bundle/cluster.mjs";
import { goroutines, journal, kernelLog } from "./bundle/logs.mjs";
import * as texts from "./bundle/texts.mjs";

const [folder, nodes = "20", times = "1"] = process.argv.slice(2);
const NODES = Number(nodes);
/** Files of one node. */
const FILES = 49;
const MEGABYTE = 2 ** 20;
const SAMPLES = "samples";

const random = generator(23);
const hex = texts.hexOf(random);

/** What is wrong with some of the nodes, by their number; the others are well. */
const TROUBLES = {
  2: {
    kernel: "3.10.0-957.el7.x86_64",
    settings: { "net.ipv4.tcp_tw_recycle": 1, "net.ipv4.tcp_timestamps": 1 },
    paws: 90_210,
    capture: `${SAMPLES}/tw-recycle-nat/bundle/node-b/server.pcap`,
  },
  7: {
    isReady: false,
    stuck: 5,
    journal: [
      (clock) =>
        `kubelet[812]: E0412 ${clock}.${100_000 + random(900_000)}     812 kubelet.go:2347] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active ${3 + random(9)}m${random(60)}.${random(999)}s ago; threshold is 3m0s"`,
    ],
  },
  11: { kernelLog: [() => "nf_conntrack: nf_conntrack: table full, dropping packet"] },
  14: {
    kernelLog: [
      () =>
        `Memory cgroup out of memory: Killed process ${9000 + random(900)} (svc) total-vm:900000kB, anon-rss:524288kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:300kB oom_score_adj:999`,
    ],
  },
};

/** Where each collector puts what; a function of the node's name, and of the task's number where it is of a task. */
const LAYOUTS = [
  {
    root: ({ name, number }) => `sosreport-${name}-2024-04-12-${letters(number)}`,
    hostname: "hostname",
    uname: "sos_commands/kernel/uname_-a",
    sysctl: "sos_commands/kernel/sysctl_-a",
    netstat: "sos_commands/networking/netstat_-s",
    conntrack: "sos_commands/networking/conntrack_-S",
    sockets: "sos_commands/networking/ss_-tanp",
    addresses: "sos_commands/networking/ip_address",
    df: "sos_commands/filesys/df_-al_-x_autofs",
    meminfo: "proc/meminfo",
    buddyinfo: "proc/buddyinfo",
    pressure: (kind) => `proc/pressure/${kind}`,
    resolvConf: "etc/resolv.conf",
    hosts: "etc/hosts",
    kernelLog: "sos_commands/kernel/dmesg",
    journal: "sos_commands/logs/journalctl_--no-pager",
    runtimeLog: "sos_commands/containerd/journalctl_--no-pager_--unit_containerd",
    dump: "sos_commands/kubernetes/goroutines.txt",
    capture: "sos_commands/networking/tcpdump.pcap",
  },
  {
    root: ({ number }) => `eks_i-${number.toString(16).padStart(17, "0")}_2024-04-12_1200-UTC_0.7.6`,
    hostname: "system/hostname.txt",
    uname: "system/uname.txt",
    sysctl: "sysctls/sysctl_all.txt",
    netstat: "networking/netstat-s.txt",
    conntrack: "networking/conntrack.txt",
    sockets: "networking/ss.txt",
    addresses: "networking/ip-addr.txt",
    df: "storage/df.txt",
    meminfo: "system/meminfo.txt",
    buddyinfo: "system/buddyinfo.txt",
    pressure: (kind) => `system/pressure/${kind}`,
    resolvConf: "networking/resolv.conf",
    hosts: "networking/hosts",
    kernelLog: "kernel/dmesg.current",
    journal: "kubelet/kubelet.log",
    runtimeLog: "containerd/containerd-log.txt",
    dump: "ipamd/goroutines.txt",
    capture: "networking/capture.pcap",
  },
  {
    root: ({ name }) => name,
    hostname: "hostname",
    uname: "uname.txt",
    sysctl: "sysctl.txt",
    netstat: "netstat-s.txt",
    conntrack: "conntrack-S.txt",
    sockets: "ss.txt",
    addresses: "ip-addr.txt",
    df: "df.txt",
    meminfo: "meminfo",
    buddyinfo: "buddyinfo",
    pressure: (kind) => `pressure/${kind}`,
    resolvConf: "resolv.conf",
    hosts: "hosts",
    kernelLog: "dmesg.txt",
    journal: "journal.log",
    runtimeLog: "containerd.log",
    dump: "agent/goroutines.txt",
    capture: "node.pcap",
  },
];

rmSync(folder, { recursive: true, force: true });
const all = Array.from({ length: NODES }, (_, number) => ({
  number,
  name: `node-${number}`,
  address: `10.0.${number >> 8}.${number & 255}`,
  kernel: "5.10.176-157.el7.x86_64",
  isReady: true,
  ...TROUBLES[number],
}));
for (const node of all) writeNode(node);
for (const [name, text] of Object.entries(clusterFiles(random, { nodes: all, times: Number(times) })))
  write(`cluster/${name}`, text);

function writeNode(node) {
  const { number, name, address, kernel } = node;
  const places = LAYOUTS[number % LAYOUTS.length];
  const root = places.root(node);
  const interfaces = Array.from({ length: 30 }, () => `veth${hex(8)}`);
  let written = 0;
  const put = (place, text) => {
    write(`${root}/${place}`, text);
    written++;
  };
  put(places.hostname, `${name}\n`);
  put(
    places.uname,
    `Linux ${name} ${kernel} #1 SMP Tue Mar 21 10:00:00 UTC 2024 x86_64 x86_64 x86_64 GNU/Linux\n`,
  );
  put(places.sysctl, texts.sysctl(random, { kernel, settings: node.settings ?? {}, interfaces }));
  put(places.netstat, texts.netstat(random, { paws: node.paws }));
  put(places.conntrack, texts.conntrack(random));
  put(places.sockets, texts.sockets(random, { address, count: 400 }));
  put(places.addresses, texts.addresses({ address, interfaces }));
  put(places.df, texts.df(random));
  put(places.meminfo, texts.meminfo(random));
  put(places.buddyinfo, texts.buddyinfo(random));
  for (const kind of ["cpu", "io", "memory"]) put(places.pressure(kind), texts.pressure(random));
  put(places.resolvConf, "nameserver 10.0.0.2\nsearch region.compute.internal\n");
  put(places.hosts, `127.0.0.1 localhost\n${address} ${name}\n`);
  put(places.kernelLog, kernelLog(random, { kernel, bytes: MEGABYTE / 4, troubles: node.kernelLog }));
  put(places.journal, journal(random, { host: name, bytes: 2 * MEGABYTE, troubles: node.journal }));
  put(places.runtimeLog, journal(random, { host: name, bytes: MEGABYTE / 2 }));
  if (number % 2 === 0) put(places.dump, goroutines(random, { count: 500 }));
  if (node.capture !== undefined) {
    cpSync(node.capture, made(`${root}/${places.capture}`));
    written++;
  }
  const tasks = Math.ceil((FILES - written) / 4);
  const ofTasks = Array.from({ length: tasks }, (_, i) => {
    const pid = 3000 + i;
    const pod = `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`;
    const files = texts.task(random, { pid, name: `svc${i}`, pod, state: i < (node.stuck ?? 0) ? "D" : "S" });
    return Object.entries(files).map(([file, text]) => [`proc/${pid}/${file}`, text]);
  });
  for (const [place, text] of ofTasks.flat().slice(0, FILES - written)) put(place, text);
}

function write(path, text) {
  writeFileSync(made(path), text);
}

function made(path) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

/** Seven letters for a number, as in names of archives. */
function letters(number) {
  return [...number.toString().padStart(7, "0")].map((digit) => "abcdefghij"[Number(digit)]).join("");
}
