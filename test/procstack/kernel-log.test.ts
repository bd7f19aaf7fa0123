import { describe, expect, it } from "vitest";
import { parseKernelLog } from "../../src/procstack/index.ts";
import { textOf } from "./fixtures.ts";

const HUNG = `INFO: task docker:21805 blocked for more than 120 seconds.
      Not tainted 4.15.0-rc8+ #269
"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
docker          D    0 21805      1 0x00000000
Call Trace:
 ? __schedule+0x239/0x6f0
 schedule+0x32/0x80
 rtnl_lock+0x15/0x20
 copy_net_ns+0x6f/0x120
 entry_SYSCALL_64_after_hwframe+0x3d/0xa2
`;

const prefixed = (prefix: (line: number) => string, text = HUNG) =>
  text
    .trimEnd()
    .split("\n")
    .map((line, index) => prefix(index) + line)
    .join("\n");

describe("parseKernelLog", () => {
  it("reads the reports of zap-sync", () => {
    const log = parseKernelLog(textOf("zap-sync/dmesg"), "dmesg");
    expect(log).toMatchObject({ path: "dmesg", kernel: "6.18.44", shown: [], notes: [], diagnostics: [] });
    expect(
      log.hung.map(({ comm, tid, pid, ppid, state, seconds, line, time }) => [
        comm,
        tid,
        pid,
        ppid,
        state,
        seconds,
        line,
        time,
      ]),
    ).toEqual([
      ["kworker/u8:2", 36, 36, 2, "D", 120, 1, 847.062746],
      ["jbd2/loop1-8", 20874, 20874, 2, "D", 120, 28, 847.065519],
      ["umount", 20880, 20880, 1, "D", 120, 74, 847.068518],
      ["sync", 20952, 20952, 20951, "D", 120, 121, 847.071262],
    ]);
    const [worker, journal, , sync] = log.hung;
    expect(worker?.workqueue).toEqual({ name: "loop1", work: "loop_rootcg_workfn" });
    const reliable = (index: number) =>
      log.hung[index]?.stack?.frames.filter((frame) => frame.reliable).map((frame) => frame.symbol);
    expect(reliable(0)?.slice(0, 5)).toEqual([
      "__schedule",
      "schedule",
      "percpu_rwsem_wait",
      "__percpu_down_read",
      "lo_rw_aio",
    ]);
    expect(journal?.stack?.frames.some((frame) => !frame.reliable)).toBe(true);
    expect(reliable(3)?.at(-1)).toBe("entry_SYSCALL_64_after_hwframe");
    expect(log.locks).toEqual([
      {
        waiter: { comm: "sync", tid: 20952, as: "reader" },
        lock: "rw-semaphore",
        owner: { comm: "umount", tid: 20880, as: "writer" },
        lastHeld: false,
        line: 160,
      },
    ]);
    expect(sync?.lock).toBe(log.locks[0]);
  });

  it.each([
    ["nothing", () => "", {}],
    ["dmesg", () => "[  467.167062] ", { time: 467.167062 }],
    ["dmesg with callers", () => "[ 1052.080846][   T41] ", { time: 1052.080846 }],
    ["dmesg with processors", () => "[ 1052.080846][    C0] ", { time: 1052.080846 }],
    ["dmesg -T in German", () => "[So Nov 15 16:15:41 2020] ", { clock: "So Nov 15 16:15:41 2020" }],
    ["dmesg -d", () => "[  +0.000004] ", {}],
    ["dmesg -r", () => "<3>[  467.167062] ", { time: 467.167062 }],
    [
      "dmesg --time-format iso",
      () => "2024-05-01T10:00:00,123456+00:00 ",
      { clock: "2024-05-01T10:00:00,123456+00:00" },
    ],
    ["syslog", () => "Sep 19 13:28:09 172 kernel: ", { clock: "Sep 19 13:28:09" }],
    [
      "syslog with times",
      () => "Sep 19 13:28:09 n kernel: [  467.167062] ",
      { time: 467.167062, clock: "Sep 19 13:28:09" },
    ],
    [
      "RFC 5424",
      () => "2021-06-10T16:09:15.458629+08:00 n kernel: ",
      { clock: "2021-06-10T16:09:15.458629+08:00" },
    ],
    ["a Chinese journal", () => "6月 10 16:09:15 k8s-0-176 kernel: ", { clock: "6月 10 16:09:15" }],
    ["short-monotonic", () => "[  467.167062] n kernel: ", { time: 467.167062 }],
    ["levels", () => "<6>", {}],
    ["colours", () => "\u001b[32m[  467.167062] \u001b[0m", { time: 467.167062 }],
    ["a mail", () => "> [  467.167062] ", {}],
  ])("reads %s", (_, prefix, when) => {
    const log = parseKernelLog(prefixed(prefix));
    expect(log.hung).toHaveLength(1);
    const [report] = log.hung;
    expect(report).toMatchObject({
      comm: "docker",
      tid: 21805,
      ppid: 1,
      seconds: 120,
      kernel: "4.15.0-rc8+",
      state: "D",
      line: 1,
      ...when,
    });
    expect(report?.stack?.frames.map(({ symbol, reliable, line }) => [symbol, reliable, line])).toEqual([
      ["__schedule", false, 6],
      ["schedule", true, 7],
      ["rtnl_lock", true, 8],
      ["copy_net_ns", true, 9],
      ["entry_SYSCALL_64_after_hwframe", true, 10],
    ]);
  });

  it.each([
    ["docker          D ffff88003ea13180     0 21805      1 0x00000000", { tid: 21805, ppid: 1, state: "D" }],
    ["docker          D 0000000000000000     0 21805      1 0x00000004", { tid: 21805, ppid: 1 }],
    ["docker          D    0 21805      1 0x00000000", { tid: 21805, ppid: 1 }],
    ["docker          D21600 21805   3368 0x00000004", { tid: 21805, ppid: 3368 }],
    [
      "docker          D    0 21805      2 0x00000000 last_sleep: 2440793077.  last_runnable: 2440766827",
      { ppid: 2 },
    ],
    ["task:docker          state:D stack:    0 pid:21805 ppid:  6953 flags:0x00004224", { ppid: 6953 }],
    [
      "task:docker          state:D stack:0     pid:21805 tgid:21800 ppid:4302   task_flags:0x400140 flags:0x00800019",
      { pid: 21800, ppid: 4302 },
    ],
  ])("reads the task line %s", (line, task) => {
    const log = parseKernelLog(HUNG.replace(/^docker .*$/m, line));
    expect(log.hung).toMatchObject([{ comm: "docker", state: "D", ...task }]);
    expect(log.hung[0]?.stack?.frames).toHaveLength(5);
    expect(log.shown).toEqual([]);
  });

  it("reads names with blanks and brackets", () => {
    const log = parseKernelLog(`INFO: task DataXceiver for:7494 blocked for more than 120 seconds.
task:DataXceiver for state:D stack:0     pid:7494  ppid:1      flags:0x00000200
task:smbd[172.16.0.1 state:S stack:0     pid:7848  tgid:7744  ppid:768    flags:0x00004006`);
    expect(log.hung).toMatchObject([{ comm: "DataXceiver for", tid: 7494 }]);
    expect(log.shown).toMatchObject([{ comm: "smbd[172.16.0.1", tid: 7848, pid: 7744, state: "S" }]);
  });

  it("reads the newest kernels' words", () => {
    const log = parseKernelLog(`INFO: task dd:456 blocked in I/O wait for more than 122 seconds.
      Tainted: G        W  O       6.19.0 #1
      Blocked by coredump.
INFO: task a:1 is blocked on a mutex likely owned by task b:2.
INFO: task c:3 blocked on a semaphore likely last held by task d:4
task:d               state:S stack:0     pid:4     tgid:4     ppid:1      task_flags:0x400000 flags:0x00000000
Call Trace:
 <TASK>
 schedule+0x23/0xa0
 msleep_interruptible+0x49/0x60
 </TASK>
INFO: task e:5 <writer> blocked on an rw-semaphore likely owned by task f:6 <reader>
INFO: task g:7 is blocked on a mutex, but the owner is not found.
INFO: task h:8 is blocked on a semaphore, but the last holder is not found.`);
    expect(log.hung).toMatchObject([
      { comm: "dd", seconds: 122, ioWait: true, coredump: true, kernel: "6.19.0" },
    ]);
    expect(
      log.locks.map(({ waiter, lock, owner, lastHeld }) => [
        waiter.tid,
        lock,
        owner?.tid,
        owner?.as,
        lastHeld,
      ]),
    ).toEqual([
      [1, "mutex", 2, undefined, false],
      [3, "semaphore", 4, undefined, true],
      [5, "rw-semaphore", 6, "reader", false],
      [7, "mutex", undefined, undefined, false],
      [8, "semaphore", undefined, undefined, false],
    ]);
    // The owner is shown without being hung itself.
    expect(log.shown).toMatchObject([{ comm: "d", tid: 4, state: "S" }]);
    expect(log.shown[0]?.stack?.frames).toHaveLength(2);
  });

  it("reads SysRq listings", () => {
    const log = parseKernelLog(`[  100.000001] sysrq: SysRq : Show Blocked State
[  100.000002]   task                        PC stack   pid father
[  100.000003] umount          D    0   812    811 0x00000000
[  100.000004] Call Trace:
[  100.000005]  schedule+0x32/0x80
[  100.000006]  deactivate_super+0x40/0x60
[  100.000007] bash            R  running task        0   900    811 0x00000008
[  100.000008] Call Trace:
[  100.000009]  sched_show_task+0x1/0x2
[  100.000010] Showing busy workqueues and worker pools:`);
    expect(
      log.shown.map(({ comm, tid, state, stack }) => [comm, tid, state, stack?.frames.at(-1)?.symbol]),
    ).toEqual([
      ["umount", 812, "D", "deactivate_super"],
      ["bash", 900, "R", "sched_show_task"],
    ]);
    expect(log.hung).toEqual([]);
  });

  it("doesn't give one task's report another's trace", () => {
    const log = parseKernelLog(`${HUNG}NMI backtrace for cpu 1
CPU: 1 PID: 210 Comm: khungtaskd Tainted: P           OE     5.4.0-149-generic #166
Call Trace:
 watchdog+0x2c6/0x500
 kthread+0x121/0x140`);
    expect(log.hung[0]?.stack?.frames).toHaveLength(5);
    expect(log.hung[0]?.kernel).toBe("4.15.0-rc8+");
  });

  it("reads what file systems say of their servers", () => {
    const log = parseKernelLog(`[1.5] libceph: connect (1)10.0.0.1:6789 error -101
[1.6] libceph: mon0 (1)10.0.0.1:6789 connect error
[1.7] libceph: osd3 10.0.0.2:6801 socket closed (con state OPEN)
[1.8] libceph: mon2 (1)10.0.0.3:6789 session lost, hunting for new mon
[1.9] libceph: mon1 10.0.0.4:6789 session established
[2.0] libceph: loaded (mon/osd proto 15/24)
[2.1] ceph: mds0 hung
[2.2] ceph: mds0 caps stale
[2.3] nfs: server nas.example not responding, still trying
[2.4] nfs: server nas.example OK
[2.5] nfs: server 10.0.0.9 not responding, timed out
[2.6] CIFS: VFS: \\\\acc.file.example has not responded in 180 seconds. Reconnecting...`);
    expect(
      log.notes.map(({ about, what, peer, address, errno, time }) => [
        about,
        what,
        peer,
        address,
        errno,
        time,
      ]),
    ).toEqual([
      ["libceph", "connect-error", "10.0.0.1:6789", "10.0.0.1:6789", 101, 1.5],
      ["libceph", "connect-error", "mon0", "10.0.0.1:6789", undefined, 1.6],
      ["libceph", "socket-closed", "osd3", "10.0.0.2:6801", undefined, 1.7],
      ["libceph", "session-lost", "mon2", "10.0.0.3:6789", undefined, 1.8],
      ["libceph", "session-established", "mon1", "10.0.0.4:6789", undefined, 1.9],
      ["ceph", "hung", "mds0", undefined, undefined, 2.1],
      ["ceph", "caps-stale", "mds0", undefined, undefined, 2.2],
      ["nfs", "not-responding", "nas.example", undefined, undefined, 2.3],
      ["nfs", "ok", "nas.example", undefined, undefined, 2.4],
      ["nfs", "not-responding", "10.0.0.9", undefined, undefined, 2.5],
      ["cifs", "not-responding", "acc.file.example", undefined, undefined, 2.6],
    ]);
  });

  it("listens to the kernel alone in a mixed log", () => {
    const log = parseKernelLog(`Sep 19 13:28:08 n kernel: nfs: server a not responding, still trying
Sep 19 13:28:09 n kubelet[12]: nfs: server b not responding, still trying
Sep 19 13:28:09 n app: INFO: task x:1 blocked for more than 120 seconds.
Sep 19 13:28:09 n app[7]: says kernel: nfs: server c not responding, still trying`);
    expect(log.notes).toMatchObject([{ peer: "a" }]);
    expect(log.hung).toEqual([]);
  });

  it("says what printk dropped, and what is empty", () => {
    expect(parseKernelLog("[1.0] ** 12 printk messages dropped **\n").diagnostics).toMatchObject([
      { effect: "partial", code: "log-dropped" },
    ]);
    expect(parseKernelLog("").diagnostics).toMatchObject([{ effect: "unread" }]);
  });
});
