import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

/** What healthy nodes look like at an unlucky moment, and what was over long before it was looked at. */
type Files = Record<string, string>;

const BOOT = "[    0.000000] Linux version 6.1.0-18-amd64 (b@h) #1 SMP\n";
const status = (
  name: string,
  letter: string,
  pid: number,
  ppid: number,
  more: Partial<Record<"tracer" | "pending", string>> = {},
) =>
  `Name:\t${name}\nState:\t${letter}\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t${ppid}\nTracerPid:\t${more.tracer ?? "0"}\nThreads:\t1\nSigPnd:\t0000000000000000\nShdPnd:\t${more.pending ?? "0000000000000000"}\n`;
const stack = (...frames: string[]) => frames.map((frame) => `[<0>] ${frame}+0x11/0x140\n`).join("");
const ID = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const CEPH: Files = {
  "b/proc/7/stack": stack("ceph_mdsc_do_request", "ceph_do_getattr", "ceph_getattr", "vfs_statx"),
  "b/proc/7/status": status("ls", "D (disk sleep)", 7, 1),
};

describe("a healthy node at an unlucky moment", () => {
  it.each<[string, Files]>([
    [
      "a container that docker has paused",
      {
        "b/proc/5/stack": stack("__refrigerator", "get_signal", "do_signal"),
        "b/proc/5/status": status("nginx", "D (disk sleep)", 5, 4),
        "b/proc/5/cgroup": `9:freezer:/docker/${ID}\n`,
        [`b/sys/fs/cgroup/freezer/docker/${ID}/freezer.state`]: "FROZEN\n",
      },
    ],
    [
      "a program under a debugger",
      {
        "b/proc/7/stack": stack("ptrace_stop", "ptrace_do_notify", "get_signal"),
        "b/proc/7/status": status("app", "t (tracing stop)", 7, 99, { tracer: "99" }),
        "b/proc/99/status": status("dlv", "S (sleeping)", 99, 1),
      },
    ],
    [
      "a backup that freezes a file system for a second",
      {
        "b/proc/7/stack": stack(
          "percpu_rwsem_wait",
          "__percpu_down_read",
          "__sb_start_write",
          "mnt_want_write",
        ),
        "b/proc/7/status": status("postgres", "D (disk sleep)", 7, 1),
        "b/proc/8/stack": stack(
          "percpu_rwsem_wait",
          "__percpu_down_read",
          "__sb_start_write",
          "mnt_want_write",
        ),
        "b/proc/8/status": status("postgres", "D (disk sleep)", 8, 1),
      },
    ],
    [
      "a program that was killed a moment ago and waits for its disk",
      {
        "b/proc/7/stack": stack("io_schedule", "folio_wait_bit_common", "filemap_fault"),
        "b/proc/7/status": status("postgres", "D (disk sleep)", 7, 1, { pending: "0000000000000100" }),
      },
    ],
    [
      "Ceph's idle connections",
      {
        ...CEPH,
        "b/dmesg": `${BOOT}[89900.100000] libceph: osd3 (1)10.0.0.3:6801 socket closed (con state OPEN)\n[90000.100000] eth0: link up\n`,
      },
    ],
    [
      "a Ceph cluster that was away yesterday",
      {
        ...CEPH,
        "b/dmesg": `${BOOT}[100.100000] libceph: osd3 (1)10.0.0.3:6801 connect error\n[90000.100000] eth0: link up\n`,
      },
    ],
    [
      "a virtual machine that was paused over night",
      {
        "b/dmesg": `${BOOT}[ 5000.000000] watchdog: BUG: soft lockup - CPU#0 stuck for 41823s! [swapper/0:0]\n[ 5000.000000] watchdog: BUG: soft lockup - CPU#1 stuck for 41823s! [java:77]\n`,
      },
    ],
  ])("is %s", async (_, files) => {
    expect((await analyzeFiles(files)).findings).toEqual([]);
  });
});

describe("what was over long ago", () => {
  it("is told with when it was, of kills for want of memory", async () => {
    const log =
      "Nov  1 10:00:00 n1 kernel: Memory cgroup out of memory: Killed process 77 (java) total-vm:107352kB, anon-rss:97792kB, file-rss:6548kB, shmem-rss:0kB, UID:0 pgtables:256kB oom_score_adj:0\n";
    const later = `${log}Nov 20 10:00:00 n1 systemd[1]: Started Session 9 of user root.\n`;
    const past = "The last was 19 days before the log ends.";
    expect(findingOf(await analyzeFiles({ "b/kern.log": later }), "kube/oom-killed").summary).toContain(past);
    expect(findingOf(await analyzeFiles({ "b/kern.log": log }), "kube/oom-killed").summary).not.toContain(
      "before the log ends",
    );
  });

  it("is told as passed, of kubelet's complaints", async () => {
    const line = (day: number, text: string) =>
      `Apr ${day} 10:00:00 node-h kubelet[812]: I04${day} 10:00:00.000001     812 kubelet.go:73] ${text}\n`;
    const pleg =
      "skipping pod synchronization - PLEG is not healthy: pleg was last seen active 3m15.5s ago; threshold is 3m0s";
    const report = await analyzeFiles({
      "b/kubelet.log": line(12, pleg) + line(12, pleg) + line(15, "SyncLoop UPDATE"),
    });
    expect(findingOf(report, "runtime/pleg-unhealthy").summary).toContain(
      "It has passed: the log goes on for 3 days",
    );
    expect(findingOf(report, "runtime/pleg-unhealthy")).toMatchObject({
      title: expect.stringMatching(/ \(3 days before the log ends\)$/),
      when: "3 days before the log ends",
    });
  });

  it("makes a full table of connections no more than possible", async () => {
    const full = `${BOOT}[ 100.100000] nf_conntrack: nf_conntrack: table full in netns 4026532179, dropping packet\n`;
    const room =
      "net.netfilter.nf_conntrack_count = 12\nnet.netfilter.nf_conntrack_max = 262144\nvm.swappiness = 60\n";
    const verdict = async (dmesg: string) =>
      verdictsOf(await analyzeFiles({ "b/dmesg": dmesg, "b/sysctl.txt": room }), "node/conntrack-full");
    expect(await verdict(full)).toEqual(["likely"]);
    expect(await verdict(`${full}[9000.100000] eth0: link up\n`)).toEqual(["possible"]);
  });
});
