// Texts of one made-up node, as its programs print them.

const KB = (value) => `${String(value).padStart(8)} kB`;
export const hexOf = (random) => (length) => Array.from({ length }, () => random(16).toString(16)).join("");

/** `sysctl -a`: as on a node with a veth for each pod, most of it is of interfaces. */
export function sysctl(random, { kernel, settings, interfaces }) {
  const lines = [
    `kernel.osrelease = ${kernel}`,
    "kernel.pid_max = 4194304",
    "kernel.threads-max = 513844",
    "kernel.panic_on_oops = 1",
    "fs.inotify.max_user_instances = 8192",
    "fs.inotify.max_user_watches = 524288",
    `fs.file-nr = ${4000 + random(9000)}\t0\t9223372036854775807`,
    "vm.max_map_count = 262144",
    "vm.overcommit_memory = 1",
    "net.core.somaxconn = 32768",
    "net.core.netdev_max_backlog = 16384",
    "net.ipv4.ip_local_port_range = 32768\t60999",
    "net.ipv4.tcp_max_syn_backlog = 8096",
    "net.ipv4.tcp_tw_reuse = 2",
    "net.netfilter.nf_conntrack_max = 262144",
    `net.netfilter.nf_conntrack_count = ${2000 + random(20_000)}`,
    "net.netfilter.nf_conntrack_tcp_timeout_established = 86400",
    ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`),
  ];
  for (const name of ["all", "default", "lo", "eth0", ...interfaces]) {
    for (const key of [
      "accept_redirects",
      "accept_source_route",
      "arp_ignore",
      "bc_forwarding",
      "forwarding",
    ])
      lines.push(`net.ipv4.conf.${name}.${key} = ${key === "forwarding" ? 1 : 0}`);
    lines.push(`net.ipv4.conf.${name}.rp_filter = ${name === "eth0" ? 1 : 0}`);
    for (const key of ["base_reachable_time_ms", "delay_first_probe_time", "gc_stale_time", "ucast_solicit"])
      lines.push(`net.ipv4.neigh.${name}.${key} = ${key === "ucast_solicit" ? 3 : 30}`);
    for (const key of ["accept_ra", "autoconf", "dad_transmits", "disable_ipv6", "hop_limit", "mtu"])
      lines.push(`net.ipv6.conf.${name}.${key} = ${key === "mtu" ? 1500 : 1}`);
  }
  return `${lines.sort().join("\n")}\n`;
}

/** `netstat -s` of net-tools. */
export function netstat(random, { paws = 0 }) {
  const many = () => 1_000_000 + random(90_000_000);
  return `Ip:
    Forwarding: 1
    ${many()} total packets received
    ${many()} forwarded
    0 incoming packets discarded
    ${many()} incoming packets delivered
    ${many()} requests sent out
Icmp:
    ${random(9000)} ICMP messages received
    ${random(90)} input ICMP message failed
    ICMP input histogram:
        destination unreachable: ${random(9000)}
        echo requests: ${random(900)}
    ${random(9000)} ICMP messages sent
    0 ICMP messages failed
Tcp:
    ${random(900_000)} active connection openings
    ${random(900_000)} passive connection openings
    ${random(900)} failed connection attempts
    ${random(900)} connection resets received
    ${random(900)} connections established
    ${many()} segments received
    ${many()} segments sent out
    ${random(9000)} segments retransmitted
    ${random(9)} bad segments received
    ${random(9000)} resets sent
Udp:
    ${many()} packets received
    ${random(90)} packets to unknown port received
    0 packet receive errors
    ${many()} packets sent
    0 receive buffer errors
    0 send buffer errors
TcpExt:
${paws > 0 ? `    ${paws} passive connections rejected because of time stamp\n` : ""}    ${random(90_000)} TCP sockets finished time wait in fast timer
    ${random(90_000)} delayed acks sent
    ${random(90)} delayed acks further delayed because of locked socket
    ${many()} packet headers predicted
    ${many()} acknowledgments not containing data payload received
    ${many()} predicted acknowledgments
    TCPLossProbes: ${random(9000)}
    TCPLossProbeRecovery: ${random(90)}
    TCPDSACKUndo: ${random(90)}
    TCPRcvCoalesce: ${many()}
    TCPAutoCorking: ${random(90_000)}
    TCPOrigDataSent: ${many()}
    TCPKeepAlive: ${random(90_000)}
IpExt:
    InOctets: ${many()}
    OutOctets: ${many()}
    InNoECTPkts: ${many()}
`;
}

/** `conntrack -S`. */
export const conntrack = (random) =>
  Array.from(
    { length: 16 },
    (_, cpu) =>
      `cpu=${cpu}   \tfound=${random(900)} invalid=${random(9000)} insert=0 insert_failed=0 drop=0 early_drop=0 error=0 search_restart=${random(90_000)}\n`,
  ).join("");

/** `ss -tanp`. */
export function sockets(random, { address, count }) {
  const lines = ["State      Recv-Q Send-Q Local Address:Port  Peer Address:Port Process"];
  for (const port of [22, 10_250, 10_256, 9100])
    lines.push(
      `LISTEN     0      4096         0.0.0.0:${port}      0.0.0.0:*     users:(("p${port}",pid=${port},fd=3))`,
    );
  for (let i = 0; i < count; i++) {
    const state = random(5) === 0 ? "TIME-WAIT" : "ESTAB";
    lines.push(
      `${state.padEnd(10)} 0      0      ${address}:${32_768 + i}   10.2.${random(20)}.${1 + random(250)}:${[443, 6443, 8080, 5432][random(4)]} ${state === "ESTAB" ? `users:(("svc${i % 40}",pid=${3000 + (i % 40)},fd=${7 + random(90)}))` : ""}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** `ip addr`, with the host's ends of its pods' veths. */
export function addresses({ address, interfaces }) {
  const text = [
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
    "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
    "    inet 127.0.0.1/8 scope host lo",
    "       valid_lft forever preferred_lft forever",
    "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000",
    "    link/ether 06:aa:bb:cc:dd:01 brd ff:ff:ff:ff:ff:ff",
    `    inet ${address}/16 brd 10.0.255.255 scope global dynamic eth0`,
    "       valid_lft 2911sec preferred_lft 2911sec",
  ];
  for (const [i, name] of interfaces.entries())
    text.push(
      `${i + 3}: ${name}@if${i + 3}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default`,
      `    link/ether 06:aa:bb:cc:de:${(i % 256).toString(16).padStart(2, "0")} brd ff:ff:ff:ff:ff:ff link-netns cni-${i}`,
    );
  return `${text.join("\n")}\n`;
}

export function df(random) {
  const lines = ["Filesystem     1K-blocks     Used Available Use% Mounted on"];
  const row = (name, size, percent, mount) => {
    const used = Math.floor((size * percent) / 100);
    lines.push(`${name.padEnd(14)} ${size} ${used} ${size - used} ${percent}% ${mount}`);
  };
  row("/dev/nvme0n1p1", 104_845_292, 20 + random(40), "/");
  row("tmpfs", 16_000_000, 1, "/run");
  for (let i = 0; i < 60; i++)
    row("shm", 65_536, 0, `/run/containerd/io.containerd.grpc.v1.cri/sandboxes/${i}/shm`);
  return `${lines.join("\n")}\n`;
}

export function meminfo(random) {
  const total = 32_000_000;
  const free = 2_000_000 + random(4_000_000);
  const values = {
    MemTotal: total,
    MemFree: free,
    MemAvailable: free + 9_000_000,
    Buffers: 200_000,
    Cached: 9_000_000 + random(900_000),
    SwapCached: 0,
    Active: 8_000_000,
    Inactive: 7_000_000,
    AnonPages: 9_000_000,
    Mapped: 900_000,
    Shmem: 20_000,
    Slab: 1_400_000,
    SReclaimable: 1_000_000,
    SUnreclaim: 400_000,
    KernelStack: 30_000,
    PageTables: 90_000,
    CommitLimit: 16_000_000,
    Committed_AS: 24_000_000,
    VmallocTotal: 34_359_738_367,
    Percpu: 60_000,
  };
  return Object.entries(values)
    .map(([name, value]) => `${`${name}:`.padEnd(16)}${KB(value)}\n`)
    .join("");
}

export const buddyinfo = (random) =>
  ["DMA", "DMA32", "Normal"]
    .map(
      (zone) =>
        `Node 0, zone ${zone.padStart(8)} ${Array.from({ length: 11 }, () => String(100 + random(4000)).padStart(6)).join(" ")} \n`,
    )
    .join("");

export const pressure = (random) =>
  ["some", "full"]
    .map(
      (kind) =>
        `${kind} avg10=0.0${random(9)} avg60=0.0${random(9)} avg300=0.00 total=${random(9_000_000)}\n`,
    )
    .join("");

const STACKS = {
  sleeps: [
    "futex_wait_queue_me+0xc0/0x120",
    "futex_wait+0x153/0x260",
    "do_futex+0x13d/0x3c0",
    "__x64_sys_futex+0x143/0x180",
  ],
  polls: ["ep_poll+0x353/0x370", "do_epoll_wait+0xab/0xc0", "__x64_sys_epoll_wait+0x1a/0x20"],
  stuck: [
    "request_wait_answer+0xf8/0x230",
    "__fuse_request_send+0x67/0x90",
    "fuse_do_getattr+0x10b/0x2b0",
    "vfs_statx+0x9c/0x160",
  ],
};

/** The files of `/proc/PID` that tell where a task waits. */
export function task(random, { pid, name, state = "S", pod }) {
  const stack = state === "D" ? STACKS.stuck : random(2) === 0 ? STACKS.sleeps : STACKS.polls;
  const states = { S: "S (sleeping)", D: "D (disk sleep)" };
  const hex = (length) => Array.from({ length }, (_, i) => ((pid * 7 + i * 5) % 16).toString(16)).join("");
  const ns = (kind, own) =>
    `lrwxrwxrwx 1 root root 0 Apr 12 09:00 ${kind} -> ${kind}:[${own ? 4_026_540_000 + pid : 4_026_531_836}]`;
  return {
    status: `Name:\t${name}
Umask:\t0022
State:\t${states[state]}
Tgid:\t${pid}
Ngid:\t0
Pid:\t${pid}
PPid:\t1
TracerPid:\t0
Uid:\t0\t0\t0\t0
Gid:\t0\t0\t0\t0
FDSize:\t256
Groups:\t0
NStgid:\t${pid}\t1
NSpid:\t${pid}\t1
NSpgid:\t${pid}\t1
NSsid:\t${pid}\t1
VmPeak:\t${KB(900_000)}
VmSize:\t${KB(800_000)}
VmLck:\t${KB(0)}
VmPin:\t${KB(0)}
VmHWM:\t${KB(90_000)}
VmRSS:\t${KB(40_000 + random(40_000))}
RssAnon:\t${KB(30_000)}
RssFile:\t${KB(10_000)}
RssShmem:\t${KB(0)}
VmData:\t${KB(300_000)}
VmStk:\t${KB(132)}
VmExe:\t${KB(20_000)}
VmLib:\t${KB(8)}
VmPTE:\t${KB(400)}
VmSwap:\t${KB(0)}
Threads:\t${1 + random(40)}
SigQ:\t0/127000
SigPnd:\t0000000000000000
ShdPnd:\t${state === "D" ? "0000000000000100" : "0000000000000000"}
SigBlk:\t0000000000000000
SigIgn:\t0000000000000000
SigCgt:\tfffffffe7fc1feff
CapInh:\t0000000000000000
CapEff:\t000001ffffffffff
NoNewPrivs:\t0
Seccomp:\t0
Cpus_allowed:\tffff
Cpus_allowed_list:\t0-15
voluntary_ctxt_switches:\t${random(90_000)}
nonvoluntary_ctxt_switches:\t${random(900)}
`,
    stack:
      stack.map((frame) => `[<0>] ${frame}\n`).join("") +
      "[<0>] do_syscall_64+0x5b/0x1a0\n[<0>] entry_SYSCALL_64_after_hwframe+0x65/0xca\n",
    cgroup: `0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${pod.replaceAll("-", "_")}.slice/cri-containerd-${hex(64)}.scope\n`,
    ns: `total 0\n${["cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "user", "uts"].map((kind) => ns(kind, kind !== "user")).join("\n")}\n`,
  };
}
