import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventKind, KernelLog } from "../../src/procstack/index.ts";
import { parseKernelLog } from "../../src/procstack/index.ts";

const events = (text: string): KernelLog["events"] => parseKernelLog(text).events;
const fixture = (path: string): string => readFileSync(path, "utf8");
const ofNode = fixture("test/fixtures/node/oom-of-node/node-l/dmesg");
const ofContainer = fixture("samples/oom-killed/bundle/node-g/dmesg");
const fragmented = fixture("test/fixtures/node/fragmentation/node-j/dmesg");
const POD = "3f1c0b9a-52d7-4c1e-9d0e-6b1a7c2e8f41";
const ID = "00119be04b51af27c753225cee6158f101418184e82cf03a3ff2a07ed6465f04";

const LINES: readonly [EventKind, string, Record<string, string>][] = [
  ["conntrack-full", "nf_conntrack: table full, dropping packet", {}],
  ["conntrack-full", "nf_conntrack: nf_conntrack: table full, dropping packet", {}],
  [
    "conntrack-full",
    "nf_conntrack: nf_conntrack: table full in netns 4026532179, dropping packet",
    { netns: "4026532179" },
  ],
  ["conntrack-full", "ip_conntrack: table full, dropping packet.", {}],
  // As a mail program wraps it.
  ["conntrack-full", "nf_conntrack: table full,", {}],
  ["neighbour-overflow", "neighbour: arp_cache: neighbor table overflow!", { table: "arp_cache" }],
  ["neighbour-overflow", "neighbour: ndisc_cache: neighbor table overflow!", { table: "ndisc_cache" }],
  ["neighbour-overflow", "Neighbour table overflow.", {}],
  ["neighbour-overflow", "IPv4: Neighbour table overflow.", {}],
  [
    "syn-flooding",
    "TCP: request_sock_TCP: Possible SYN flooding on port 8080. Sending cookies.  Check SNMP counters.",
    { port: "8080", action: "Sending cookies" },
  ],
  [
    "syn-flooding",
    "TCP: request_sock_TCP: Possible SYN flooding on port 10.0.0.1:8080. Dropping request.",
    { port: "10.0.0.1:8080", action: "Dropping request" },
  ],
  [
    "syn-flooding",
    "possible SYN flooding on port 80. Sending cookies.",
    { port: "80", action: "Sending cookies" },
  ],
  ["tcp-memory", "TCP: out of memory -- consider tuning tcp_mem", {}],
  ["tcp-orphans", "TCP: too many orphaned sockets", {}],
  ["time-wait-overflow", "TCP: time wait bucket table overflow", {}],
  [
    "io-error",
    "blk_update_request: I/O error, dev sdb, sector 2048",
    { what: "I/O", device: "sdb", sector: "2048" },
  ],
  [
    "io-error",
    "blk_update_request: critical medium error, dev nvme1n1, sector 7 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0",
    { what: "critical medium", device: "nvme1n1", sector: "7", op: "0x0:(READ)" },
  ],
  [
    "io-error",
    "I/O error, dev loop0, sector 20482 op 0x0:(READ) flags 0x80700 phys_seg 125 prio class 2",
    { what: "I/O", device: "loop0", sector: "20482", op: "0x0:(READ)" },
  ],
  [
    "io-error",
    "Buffer I/O error on dev dm-3, logical block 12, lost async page write",
    { what: "I/O", device: "dm-3", sector: "12" },
  ],
  [
    "nvme-timeout",
    "nvme nvme0: I/O 12 QID 3 timeout, aborting",
    { device: "nvme0", queue: "3", action: "aborting" },
  ],
  [
    "nvme-timeout",
    "nvme nvme1: I/O tag 12 (500c) opcode 0x2 (I/O Cmd) QID 3 timeout, reset controller",
    { device: "nvme1", queue: "3", action: "reset controller" },
  ],
  [
    "filesystem-shutdown",
    "XFS (dm-0): Corruption of in-memory data detected.  Shutting down filesystem",
    { device: "dm-0" },
  ],
  [
    "filesystem-shutdown",
    "XFS (nvme1n1): Filesystem has been shut down due to log error (0x2).",
    { device: "nvme1n1" },
  ],
  [
    "filesystem-shutdown",
    "EXT4-fs (sda1): Remounting filesystem read-only",
    { fs: "EXT4-fs", device: "sda1" },
  ],
  [
    "filesystem-error",
    "EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0",
    {
      fs: "EXT4-fs",
      device: "sda1",
      what: "ext4_find_entry:1455: inode #2: comm ls: reading directory lblock 0",
    },
  ],
  [
    "oops",
    "BUG: unable to handle kernel NULL pointer dereference at 0000000000000008",
    { what: "NULL pointer dereference", address: "0000000000000008" },
  ],
  [
    "oops",
    "BUG: kernel NULL pointer dereference, address: 0000000000000008",
    { what: "NULL pointer dereference", address: "0000000000000008" },
  ],
  [
    "oops",
    "BUG: unable to handle page fault for address: ffffc90000a3f000",
    { what: "unable to handle page fault", address: "ffffc90000a3f000" },
  ],
  [
    "fork-rejected",
    `cgroup: fork rejected by pids controller in /kubepods/burstable/pod${POD}`,
    { cgroup: `/kubepods/burstable/pod${POD}` },
  ],
  [
    "martian-source",
    "IPv4: martian source 10.0.0.9 from 203.0.113.5, on dev eth0",
    { destination: "10.0.0.9", source: "203.0.113.5", device: "eth0" },
  ],
  [
    "xfs-allocation-deadlock",
    "XFS: kworker/3:1(1234) possible memory allocation deadlock size 65568 in kmem_realloc (mode:0x250)",
    { comm: "kworker/3:1", pid: "1234", size: "65568" },
  ],
  [
    "ipvs-no-destination",
    "IPVS: rr: TCP 10.96.0.10:53 - no destination available",
    { scheduler: "rr", protocol: "TCP", address: "10.96.0.10:53" },
  ],
  [
    "xid",
    "NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.",
    { device: "PCI:0000:3b:00", code: "79" },
  ],
  [
    "hardware-error",
    "mce: [Hardware Error]: Machine check events logged",
    { what: "Machine check events logged" },
  ],
  [
    "hardware-error",
    "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#0_DIMM#0",
    { device: "MC0", what: "CE memory read error" },
  ],
  [
    "hardware-error",
    "{2}[Hardware Error]: event severity: corrected",
    { report: "2", what: "event severity: corrected" },
  ],
  [
    "hardware-error",
    "mce: Uncorrected hardware memory error in user-access at 8a398a400",
    { what: "Uncorrected hardware memory error in user-access at 8a398a400" },
  ],
  ["oops", "kernel BUG at fs/inode.c:566!", { what: "fs/inode.c:566" }],
  ["oops", "general protection fault: 0000 [#1] SMP PTI", { what: "general protection fault" }],
  ["overlay-d-type", "overlayfs: upper fs needs to support d_type.", {}],
  [
    "zfs-suspended",
    "WARNING: Pool 'tank' has encountered an uncorrectable I/O failure and has been suspended.",
    { pool: "tank" },
  ],
  [
    "over-mtu",
    "vxlan0: dropped over-mtu packet: 1510 > 1450",
    { device: "vxlan0", size: "1510", mtu: "1450" },
  ],
];

/** The clothes that loggers put on a line. */
const PREFIXES = [
  "",
  "[  467.167062] ",
  "[ 1052.080846][   T41] ",
  "[So Nov 15 16:15:41 2020] ",
  "Sep 19 13:28:09 node-a kernel: ",
  "Sep 19 13:28:09 node-a kernel: [ 12.5] ",
  "<4>[   12.500000] ",
];

describe("events of a kernel log", () => {
  it.each(LINES)("%s: %s", (kind, line, details) => {
    for (const prefix of PREFIXES) {
      for (const end of ["\n", "\r\n"]) {
        const [event, ...others] = events(`[    1.0] a line before\n${prefix}${line}${end}`).events;
        expect(others).toEqual([]);
        expect(event).toMatchObject({ kind, line: 2, text: line, details });
        expect(Object.keys(event?.details ?? {}).sort()).toEqual(Object.keys(details).sort());
      }
    }
  });

  it("are none where other programs or prose have the words", () => {
    for (const line of [
      "Sep 19 13:28:09 node-a kubelet[7]: I/O error, dev sdb, sector 2048",
      "Sep 19 13:28:09 node-a sshd[9]: nf_conntrack: table full, dropping packet",
      "[    1.0] NVRM: loading NVIDIA UNIX x86_64 Kernel Module",
      "[    1.0] EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: errors=remount-ro",
      "[    1.0] XFS (dm-0): Mounting V5 Filesystem",
      "[    1.0] EDAC MC: Ver: 3.0.0",
      "[    1.0] IPVS: [rr] scheduler registered.",
    ]) {
      const found = events(`[    0.5] Linux version 5.4.0 (x)\n${line}\n`);
      expect([found.events, found.oomKills, found.allocationFailures], line).toEqual([[], [], []]);
    }
  });

  it("count what repeats, and keep a thousand", () => {
    const found = events("[  1.0] neighbour: arp_cache: neighbor table overflow!\n".repeat(1500));
    expect(found.events).toHaveLength(1000);
    expect(found.eventCounts.get("neighbour-overflow")).toBe(1500);
  });
});

describe("OOM kills", () => {
  it("are read with limit, victim, ids and table, as Linux 6 writes them", () => {
    const [kill, ...others] = events(ofContainer).oomKills;
    expect(others).toEqual([]);
    expect(kill).toMatchObject({
      scope: "memcg",
      invoker: "python3",
      podUid: POD,
      containerId: ID,
      limit: 98304,
      line: 1,
    });
    expect(kill?.victim).toMatchObject({ comm: "python3", oomScoreAdj: 0 });
    expect(kill?.tasks.map(({ comm }) => comm)).toEqual(["python3", "sleep"]);
    expect(kill?.all.count).toBe(2);
    // The table's pages are 4 kB, as the victim's own line shows.
    expect(Math.abs((kill?.tasks[0]?.rss ?? 0) - (kill?.victim.rss ?? 0))).toBeLessThan(1024);
  });

  it("are read as Linux 4.19 writes those of the node", () => {
    const [kill, ...others] = events(ofNode).oomKills;
    expect(others).toEqual([]);
    expect(kill).toMatchObject({
      scope: "node",
      invoker: "systemd-journal",
      victim: { pid: 18110, comm: "reports worker" },
    });
    expect(kill?.tasks.map(({ comm }) => comm)).toEqual([
      "reports worker",
      "java",
      "kubelet",
      "systemd-journal",
    ]);
    expect(kill?.zones.map(({ zone, free, min }) => [zone, free, min])).toEqual([
      ["DMA", 15900, 132],
      ["DMA32", 44612, 44800],
      ["Normal", 21912, 22132],
    ]);
    expect(kill?.killLine).toBe(24);
  });

  it("are read as Linux 3.10 writes those of a container, under the systemd driver too", () => {
    const group = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD.replaceAll("-", "_")}.slice/docker-${ID}.scope`;
    const text = `java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=986
java cpuset=docker-${ID}.scope mems_allowed=0
Task in ${group} killed as a result of limit of ${group}
memory: usage 524288kB, limit 524288kB, failcnt 2044
memory+swap: usage 524288kB, limit 9007199254740988kB, failcnt 0
[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name
[ 7301]     0  7301   988410   131002     412        0           986 java
Memory cgroup out of memory: Kill process 7301 (java) score 1985 or sacrifice child
Killed process 7301 (java), UID 0, total-vm:3953640kB, anon-rss:518120kB, file-rss:5888kB, shmem-rss:0kB
`;
    for (const prefix of ["[81.5] ", "Sep 19 13:28:09 node-a kernel: "]) {
      const [kill, ...others] = events(text.replaceAll(/^/gm, prefix)).oomKills;
      expect(others).toEqual([]);
      expect(kill).toMatchObject({
        scope: "memcg",
        podUid: POD,
        containerId: ID,
        usage: 524288,
        limit: 524288,
        failcnt: 2044,
      });
      expect(kill?.victim).toMatchObject({ pid: 7301, comm: "java", rss: 524008 });
      expect(kill?.tasks).toEqual([{ pid: 7301, comm: "java", rss: 524008, oomScoreAdj: 986 }]);
    }
  });

  it("are read where a filter left the last lines only", () => {
    const text = `Sep  7 14:18:32 vm kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/a,b.service,task=node, x,pid=2092,uid=0
Sep  7 14:18:32 vm kernel: Out of memory: Killed process 2092 (node, x) total-vm:2546008kB, anon-rss:1665620kB, file-rss:936kB, shmem-rss:0kB, UID:0 pgtables:38108kB oom_score_adj:0
Sep  7 14:19:32 vm kernel: Memory cgroup out of memory: Killed process 7 (a (b)) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:8kB oom_score_adj:0
`;
    const kills = events(text).oomKills;
    expect(
      kills.map(({ scope, victim, victimCgroup }) => [scope, victim.pid, victim.comm, victimCgroup]),
    ).toEqual([
      ["node", 2092, "node, x", "/system.slice/a,b.service"],
      ["memcg", 7, "a (b)", undefined],
    ]);
  });

  it("are the same in any prefix, but for what is cut", () => {
    fc.assert(
      fc.property(fc.nat(ofNode.length), (length) => {
        const cut = events(ofNode.slice(0, length)).oomKills;
        expect(cut.length).toBeLessThanOrEqual(1);
        for (const { victim } of cut) expect(victim.comm.length).toBeGreaterThan(0);
      }),
    );
    expect(events(`\uFEFF${ofNode.replaceAll("\n", "\r\n")}`).oomKills).toHaveLength(1);
  });

  it("survive random changes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(ofNode, ofContainer, fragmented),
        fc.array(fc.tuple(fc.nat(4000), fc.string())),
        (text, changes) => {
          let damaged = text;
          for (const [at, put] of changes) damaged = damaged.slice(0, at) + put + damaged.slice(at + 1);
          const { oomKills, allocationFailures } = events(damaged);
          expect(oomKills.length + allocationFailures.length).toBeLessThan(20);
        },
      ),
    );
  });
});

describe("failed allocations", () => {
  it("are read with the zones of their moment", () => {
    const [failure, ...others] = events(fragmented).allocationFailures;
    expect(others).toEqual([]);
    expect(failure).toMatchObject({
      of: "pages",
      comm: "runc:[1:CHILD]",
      order: 6,
      mode: "0x10c0d0",
      line: 1,
    });
    expect(failure?.zones.find(({ zone }) => zone === "Normal")).toMatchObject({
      free: 409504,
      min: 61604,
      blocks: [62218, 20041, 19, 0, 0, 0, 0, 0, 0, 0, 0],
      line: 26,
    });
  });

  it("are read of slabs, with the container whose they are", () => {
    const text = `[ 9.1] SLUB: Unable to allocate memory on node -1 (gfp=0xd0)
[ 9.1]   cache: kmalloc-64(1317:${ID}), object size: 64, buffer size: 64, default order: 0, min order: 0
[ 9.2] SLUB: Unable to allocate memory on node -1, gfp=0xa20(GFP_ATOMIC)
[ 9.2]   cache: skbuff_head_cache, object size: 232, buffer size: 256, default order: 2, min order: 0
`;
    expect(events(text).allocationFailures).toMatchObject([
      { of: "slab", mode: "0xd0", cache: "kmalloc-64", cgroup: ID, containerId: ID },
      { of: "slab", mode: "0xa20(GFP_ATOMIC)", cache: "skbuff_head_cache" },
    ]);
  });
});
