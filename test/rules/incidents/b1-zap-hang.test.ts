import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

/**
 * Incident B1: a container that can't die. The stacks have the frames of a 4.14 kernel, as `cat /proc/PID/stack` printed them with
 * addresses; `status`, namespaces, cgroups and dockerd's log are those of that time. Names and numbers are made up.
 */
type Files = Record<string, string>;

const CONTAINER = "10f0451e1345f5028f636e2b09c9f8204e55a01f5f09f2e57de3c17d3f93f492";
const stack = (...frames: string[]) =>
  [
    ...frames.map((frame, i) => `[<ffffffffa00${(0x72807 + i * 977).toString(16)}>] ${frame}`),
    "[<ffffffffffffffff>] 0xffffffffffffffff",
    "",
  ].join("\n");
const INIT = stack(
  "do_wait+0x1d7/0x250",
  "kernel_wait4+0x89/0x140",
  "SYSC_wait4+0x86/0x90",
  "SyS_wait4+0xe/0x10",
  "zap_pid_ns_processes+0x103/0x1a0",
  "do_exit+0xb29/0xbe0",
  "do_group_exit+0x3f/0xb0",
  "get_signal+0x166/0x780",
  "do_signal+0x37/0x6a0",
  "exit_to_usermode_loop+0x5b/0xc5",
  "do_syscall_64+0xe7/0x120",
  "entry_SYSCALL_64_after_hwframe+0x3d/0xa2",
);
const SYNC = stack(
  "call_rwsem_down_read_failed+0x18/0x30",
  "iterate_supers+0xa2/0x110",
  "sys_sync+0x44/0xb0",
  "do_syscall_64+0x66/0x120",
  "entry_SYSCALL_64_after_hwframe+0x3d/0xa2",
);
const TRUNCATE = stack(
  "__ceph_do_pending_vmtruncate+0x4e/0x260 [ceph]",
  "__ceph_setattr+0x665/0x9b0 [ceph]",
  "ceph_setattr+0x4c/0x80 [ceph]",
  "notify_change+0x2f4/0x440",
  "do_truncate+0x75/0xc0",
  "path_openat+0xb33/0x1480",
  "do_filp_open+0x91/0x100",
  "do_sys_open+0x124/0x210",
  "SyS_open+0x1e/0x20",
  "do_syscall_64+0x66/0x120",
  "entry_SYSCALL_64_after_hwframe+0x3d/0xa2",
);

const status = (
  name: string,
  letter: string,
  pid: number,
  ppid: number,
  nspid: string,
  pending = "0000000000000100",
) =>
  `Name:\t${name}\nState:\t${letter}\nTgid:\t${pid}\nNgid:\t0\nPid:\t${pid}\nPPid:\t${ppid}\nTracerPid:\t0\nNStgid:\t${nspid}\nNSpid:\t${nspid}\nThreads:\t1\nSigPnd:\t0000000000000000\nShdPnd:\t${pending}\n`;
const links = (target: string) =>
  `total 0\n${["cgroup", "ipc", "mnt", "net"].map((kind) => `lrwxrwxrwx 1 root root 0 Jun 11 10:08 ${kind}`).join("\n")}\nlrwxrwxrwx 1 root root 0 Jun 11 10:08 pid -> pid:[${target}]\nlrwxrwxrwx 1 root root 0 Jun 11 10:08 user -> user:[4026531837]\n`;
const cgroup = `4:memory:/kubepods/burstable/podb8e0cf7c-ca0a-11eb-9a1c-00163e0c9f11/${CONTAINER}\n`;
const DOCKERD =
  `Jun 10 16:09:15 k8s-0-176 dockerd[1751]: time="2021-06-10T16:09:15.458629778+08:00" level=info msg="Container ${CONTAINER.slice(0, 12)} failed to exit within 10 seconds of kill - trying direct SIGKILL"\n` +
  `Jun 10 16:11:06 k8s-0-176 dockerd[1751]: time="2021-06-10T16:11:06.286046073+08:00" level=info msg="Container ${CONTAINER} failed to exit within 30 seconds of signal 15 - using the force"\n` +
  `Jun 10 16:11:16 k8s-0-176 dockerd[1751]: time="2021-06-10T16:11:16.301226981+08:00" level=info msg="Container ${CONTAINER.slice(0, 12)} failed to exit within 10 seconds of kill - trying direct SIGKILL"\n`;

const bundle = (name: string, member: string): Files => ({
  "b/proc/291967/stack": INIT,
  "b/proc/291967/status": status("s6-svscan", "S (sleeping)", 291967, 291940, "291967\t1"),
  "b/proc/291967/wchan": "do_wait",
  "b/proc/291967/ns.txt": links("4026536204"),
  "b/proc/291967/cgroup": cgroup,
  "b/proc/362091/stack": member,
  "b/proc/362091/status": status(name, "D (disk sleep)", 362091, 291967, "362091\t887"),
  "b/proc/362091/comm": `${name}\n`,
  "b/proc/362091/ns.txt": links("4026536204"),
  "b/proc/362091/cgroup": cgroup,
  "b/docker.log": DOCKERD,
});
const S6 = bundle("s6-sync", SYNC);
const without = (files: Files, ...paths: RegExp[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !paths.some((one) => one.test(path))));
const verdicts = async (files: Files, rule: string) => [
  ...new Set(verdictsOf(await analyzeFiles(files), rule)),
];

describe("B1: s6-sync", () => {
  it("is confirmed with all that was held, joined to dockerd's words", async () => {
    const report = await analyzeFiles(S6);
    const finding = findingOf(report, "proc/s6-sync");
    expect(finding).toMatchObject({
      verdict: "confirmed",
      explains: ["proc/pid-namespace-zap-hang", "runtime/kill-timeout"],
    });
    expect(finding.remedy[0]).toContain("1.22.0.0");
    const zap = findingOf(report, "proc/pid-namespace-zap-hang");
    expect(zap.summary).toContain("s6-svscan (291967)");
    expect(zap.summary).toContain("s6-sync (362091)");
    expect(zap.subject["inode"]).toBe(4_026_536_204);
    expect(findingOf(report, "runtime/kill-timeout").subject).toMatchObject({
      container: CONTAINER.slice(0, 12),
    });
    expect(verdictsOf(report, "proc/ceph-truncate-netns-gone")).toEqual([]);
  });

  it.each([
    ["the namespaces' links", [/ns\.txt/], ["confirmed"]],
    ["NSpid alone", [/status/], ["confirmed"]],
    [
      "links, status and cgroups: nothing then says that it is of the namespace",
      [/ns\.txt|status|cgroup/],
      ["possible"],
    ],
    ["the member's stack", [/362091\/stack/], ["possible"]],
    ["the member", [/362091/], ["possible"]],
  ] as const)("is as sure as it can be without %s", async (_, gone, expected) => {
    expect(await verdicts(without(S6, ...gone), "proc/s6-sync")).toEqual(expected);
  });

  it("is ruled out where another program syncs, or the member does something else", async () => {
    expect(await verdicts(bundle("backup", SYNC), "proc/s6-sync")).toEqual(["ruled-out"]);
    expect(await verdicts(bundle("nginx", TRUNCATE), "proc/s6-sync")).toEqual(["ruled-out"]);
  });

  it("is no more than possible of a task that runs, which is slow at worst", async () => {
    const running = {
      ...S6,
      "b/proc/362091/status": status("s6-sync", "R (running)", 362091, 291967, "362091\t887"),
    };
    expect(await verdicts(running, "proc/s6-sync")).toEqual(["possible"]);
  });

  it("tells dockerd's words alone, and names no cause", async () => {
    const report = await analyzeFiles({ "b/docker.log": DOCKERD });
    expect(verdictsOf(report, "runtime/kill-timeout")).toEqual(["confirmed"]);
    expect(report.findings.filter(({ kind, verdict }) => kind === "cause" && verdict !== "possible")).toEqual(
      [],
    );
  });
});

describe("B1: a Ceph mount whose network namespace is gone", () => {
  const task = (pid: number, net: number) =>
    `/proc/${pid}/ns:\nlrwxrwxrwx 1 root root 0 Jun 11 10:08 net -> net:[${net}]\nlrwxrwxrwx 1 root root 0 Jun 11 10:08 pid -> pid:[4026531836]\n`;
  const LISTING = Array.from({ length: 40 }, (_, i) => task(i + 1, 4_026_531_956)).join("\n");
  const DMESG =
    "[5100000.100000] libceph: connect 10.0.0.5:6789 error -101\n[5100000.200000] libceph: mon0 10.0.0.5:6789 connect error\n" +
    "[5100003.100000] libceph: connect 10.0.0.5:6789 error -101\n[5100003.200000] libceph: mon0 10.0.0.5:6789 connect error\n";
  const CEPH: Files = {
    ...bundle("nginx", TRUNCATE),
    "b/proc/362091/ns.txt": links("4026536204").replace("10:08 net", "10:08 net -> net:[4026536207]"),
    "b/ns.txt": LISTING,
    "b/dmesg": DMESG,
  };

  it("is confirmed where no process holds it and libceph can't connect", async () => {
    const report = await analyzeFiles(CEPH);
    expect(verdictsOf(report, "proc/ceph-truncate-netns-gone")).toEqual(["confirmed"]);
    expect(verdictsOf(report, "proc/ceph-cluster-unreachable")).not.toContain("confirmed");
    expect(new Set(verdictsOf(report, "proc/s6-sync"))).toEqual(new Set(["ruled-out"]));
  });

  it("is less without the kernel's log or the listing, and by an unresolved link alone no more than possible", async () => {
    expect(await verdicts(without(CEPH, /dmesg/), "proc/ceph-truncate-netns-gone")).toEqual(["likely"]);
    expect(await verdicts(without(CEPH, /^b\/ns/), "proc/ceph-truncate-netns-gone")).toEqual(["likely"]);
    expect(await verdicts(bundle("nginx", TRUNCATE), "proc/ceph-truncate-netns-gone")).toEqual(["possible"]);
  });

  it("is ruled out where a living process holds it", async () => {
    const held = { ...CEPH, "b/ns.txt": `${LISTING}\n${task(900, 4_026_536_207)}` };
    expect(await verdicts(held, "proc/ceph-truncate-netns-gone")).toEqual(["ruled-out"]);
  });

  it("does not take another host's log or listing", async () => {
    const apart = Object.fromEntries(
      Object.entries(CEPH).map(([path, text]) => [
        path.replace(/^b\//, /dmesg|^b\/ns/.test(path) ? "b/node-b/" : "b/node-a/"),
        text,
      ]),
    );
    expect(await verdicts(apart, "proc/ceph-truncate-netns-gone")).toEqual(["possible"]);
  });
});
