import { describe, expect, it } from "vitest";
import {
  type BlockingChain,
  blockingChains,
  type KernelLog,
  type Link,
  parseKernelLog,
  rootOf,
  rootsOf,
  type Task,
  waitsFor,
} from "../../src/procstack/index.ts";
import { bytesOf, evidenceOf, filesOf } from "./fixtures.ts";

interface Sketch {
  readonly comm?: string;
  readonly state?: string;
  readonly ppid?: number;
  readonly nspid?: string;
  readonly ns?: number;
  readonly cgroup?: string;
  readonly status?: string;
  /** Functions, innermost first. */
  readonly stack?: string;
}

const ZAP = "do_wait ← kernel_wait4 ← zap_pid_ns_processes ← do_exit";

const textOfStack = (functions: string) =>
  functions
    .split(" ← ")
    .map((name) => `[<0>] ${name}+0x1/0x20\n`)
    .join("");

/** Tasks by pid, made of the files that they would have. */
async function tasksOf(sketches: Record<number, Sketch>): Promise<Task[]> {
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const [pid, sketch] of Object.entries(sketches)) {
    const { comm = "x", state, ppid = 1, nspid, ns, cgroup, status, stack } = sketch;
    const file = (name: string, text: string) =>
      files.push({ path: `proc/${pid}/${name}`, bytes: bytesOf(text) });
    const lines = [`Name:\t${comm}`, `State:\t${state}`, `Tgid:\t${pid}`, `Pid:\t${pid}`, `PPid:\t${ppid}`];
    if (nspid !== undefined) lines.push(`NSpid:\t${nspid}`);
    if (status !== undefined) lines.push(status);
    file("comm", `${comm}\n`);
    if (state !== undefined) file("status", `${lines.join("\n")}\n`);
    if (ns !== undefined) file("ns", `lrwxrwxrwx 1 root root 0 Nov 22 02:21 pid -> pid:[${ns}]\n`);
    if (cgroup !== undefined) file("cgroup", `4:memory:${cgroup}\n`);
    if (stack !== undefined) file("stack", textOfStack(stack));
  }
  return (await evidenceOf(files)).tasks;
}

const labels = (links: readonly Link[]) => links.map((link) => [link.from.tid, link.to?.tid, link.certainty]);

async function chainOf(sketches: Record<number, Sketch>, logs: KernelLog[] = []): Promise<BlockingChain> {
  const chains = blockingChains(await tasksOf(sketches), logs);
  expect(chains).toHaveLength(1);
  return chains[0] as BlockingChain;
}

const membersIn = (chain: BlockingChain) =>
  chain.members.map(({ task, membership }) => [task.tid, membership]);

describe("real cases", () => {
  it("names the parent that doesn't reap a zombie of the namespace", async () => {
    // Taken on Linux 6.18: 9214 entered the namespace of 9213 with setns, and never waits for its child 9215.
    const { tasks, logs } = await evidenceOf(filesOf("unreaped"));
    const [chain] = blockingChains(tasks, logs);
    expect(chain?.init.tid).toBe(9213);
    expect(chain && membersIn(chain)).toEqual([[9215, "ns-inode"]]);
    expect(chain && labels(chain.links)).toEqual([
      [9213, 9215, "named"],
      [9215, 9214, "named"],
    ]);
    const root = chain && rootOf(chain);
    expect(root).toMatchObject({ task: { tid: 9214 }, certainty: "named", site: { id: "sleep" } });
    expect(root?.path[1]?.why).toBe("it is a zombie that its parent python3 (9214) has not reaped");
  });

  it("finds the only program that serves a FUSE mount", async () => {
    // Taken on Linux 6.18: 9305 opened a directory of a mount whose server 9304 reads requests and never answers.
    const { tasks } = await evidenceOf(filesOf("fuse"));
    const client = tasks.find((task) => task.tid === 9305) as Task;
    expect(client).toMatchObject({
      killPending: true,
      site: { id: "fuse", frame: { symbol: "request_wait_answer" } },
    });
    expect(labels(waitsFor(client, tasks, []).links)).toEqual([[9305, 9304, "sole-candidate"]]);
  });
});

describe("who is in the namespace", () => {
  const STUCK = { state: "D (disk sleep)", stack: "request_wait_answer ← fuse_flush" };

  it("goes by inodes, whatever else speaks for a task", async () => {
    const chain = await chainOf({
      10: { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77, cgroup: "/" },
      11: { ...STUCK, ppid: 10, nspid: "11 2", ns: 77 },
      12: { ...STUCK, ppid: 1, nspid: "12 2", ns: 78 },
      13: { ...STUCK, nspid: "13" },
      // A namespace inside the namespace.
      14: { ...STUCK, ppid: 11, nspid: "14 3 1", ns: 79 },
      15: { state: "R (running)", ppid: 10, nspid: "15 4", ns: 77 },
    });
    expect(membersIn(chain)).toEqual([
      [11, "ns-inode"],
      [15, "ns-inode"],
      [14, "nspid-parent"],
    ]);
  });

  it("goes by the line of parents, and not by depth alone where that line is known", async () => {
    const chain = await chainOf({
      10: { state: "S (sleeping)", stack: ZAP, nspid: "10 1" },
      11: { ...STUCK, ppid: 10, nspid: "11 2" },
      12: { ...STUCK, ppid: 11, nspid: "12 3" },
      20: { ...STUCK, ppid: 1, nspid: "20 1" },
    });
    expect(membersIn(chain)).toEqual([
      [11, "nspid-parent"],
      [12, "nspid-parent"],
    ]);
  });

  it("goes by depth among what is stuck when nothing is better", async () => {
    const chain = await chainOf({
      10: { state: "S (sleeping)", stack: ZAP, nspid: "10 1" },
      20: { ...STUCK, ppid: 9, nspid: "20 7" },
      21: { state: "S (sleeping)", ppid: 9, nspid: "21 7", stack: "ep_poll ← do_epoll_wait" },
      22: { ...STUCK, ppid: 9, nspid: "22" },
    });
    expect(membersIn(chain)).toEqual([[20, "nspid"]]);
    expect(labels(chain.links)).toEqual([[10, 20, "candidate"]]);
  });

  it("goes by the container's cgroup, and never by one that is no container's", async () => {
    const id = "ab".repeat(32);
    const chain = await chainOf({
      10: { stack: ZAP, cgroup: `/kubepods/pod/${id}` },
      11: { ...STUCK, cgroup: `/kubepods/pod/${id}` },
      12: { ...STUCK, cgroup: `/kubepods/pod/${"cd".repeat(32)}` },
    });
    expect(membersIn(chain)).toEqual([[11, "cgroup"]]);
    const loose = await chainOf({
      10: { stack: ZAP, cgroup: "/system" },
      11: { ...STUCK, cgroup: "/system" },
    });
    expect(membersIn(loose)).toEqual([[11, "candidate"]]);
  });

  it("never takes kernel threads or the init's own threads", async () => {
    const chain = await chainOf({
      10: { stack: ZAP },
      11: { stack: "jbd2_write_superblock ← kjournald2 ← kthread ← ret_from_fork" },
      12: { stack: "request_wait_answer ← fuse_flush" },
    });
    expect(membersIn(chain)).toEqual([[12, "candidate"]]);
  });

  it("finds the init whatever its name, and by wchan alone", async () => {
    const { tasks } = await evidenceOf([
      { path: "proc/10/wchan", bytes: bytesOf("zap_pid_ns_processes") },
      { path: "proc/10/stack", bytes: bytesOf("") },
    ]);
    expect(blockingChains(tasks, [])).toMatchObject([{ init: { tid: 10 }, members: [] }]);
  });

  it("follows an init of a namespace inside the namespace", async () => {
    const chain = await chainOf({
      10: { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77 },
      11: { state: "S (sleeping)", stack: "frobnicate ← do_exit", ppid: 10, nspid: "11 2", ns: 77 },
    });
    expect(chain.members).toHaveLength(1);
    const inner = await tasksOf({
      10: { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77 },
      11: { state: "S (sleeping)", stack: ZAP, ppid: 10, nspid: "11 2 1", ns: 78 },
      12: { ...STUCK, ppid: 11, nspid: "12 3 2", ns: 78 },
    });
    const chains = blockingChains(inner, []);
    expect(chains.map(({ init }) => init.tid)).toEqual([10, 11]);
    expect(chains.map((one) => rootOf(one).task.tid)).toEqual([12, 12]);
  });
});

const owner = (waiter: string, holder: string) =>
  parseKernelLog(
    `INFO: task ${waiter} <reader> blocked on an rw-semaphore likely owned by task ${holder} <writer>`,
    "dmesg",
  );

describe("who holds the lock", () => {
  const INIT = { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77 };
  const SYNC = {
    state: "D (disk sleep)",
    stack: "super_lock ← __iterate_supers ← ksys_sync",
    ppid: 10,
    nspid: "11 2",
    ns: 77,
  };
  const NFS = "rpc_wait_bit_killable ← nfs_kill_super";

  it.each([
    [
      "a shutdown",
      "folio_wait_bit ← sync_filesystem ← generic_shutdown_super ← kill_block_super ← deactivate_locked_super",
      20,
    ],
    ["a shutdown of its own kind", `${NFS} ← deactivate_locked_super ← cleanup_mnt`, 20],
    ["a freezer", "percpu_down_write ← freeze_super ← ioctl_fsfreeze", 20],
    ["a remount", "jbd2_log_wait_commit ← ext4_remount ← reconfigure_super ← path_mount", 20],
    ["a mount", "submit_bio_wait ← ext4_fill_super ← get_tree_bdev ← do_new_mount", 20],
    [
      "a reader, when no writer is there",
      "wb_wait_for_completion ← sync_inodes_sb ← iterate_supers ← ksys_sync",
      20,
    ],
    // The lock is released before the device is closed.
    [
      "not one that has let go",
      "submit_bio_wait ← blkdev_put ← kill_block_super ← deactivate_locked_super",
      undefined,
    ],
    ["not one that waits itself", "down_write ← deactivate_super ← cleanup_mnt", undefined],
    ["not a mere syscall", "blkdev_get_by_path ← do_new_mount ← path_mount", undefined],
  ])("%s", async (_, stack, holder) => {
    const chain = await chainOf({
      10: INIT,
      11: SYNC,
      20: { state: "D (disk sleep)", nspid: "20", ns: 1, stack },
    });
    const link = chain.links.find(({ from }) => from.tid === 11);
    expect(link?.to?.tid).toBe(holder);
    expect(link?.certainty).toBe(holder === undefined ? "candidate" : "sole-candidate");
  });

  it("has several candidates where several stacks hold one", async () => {
    const stack = "folio_wait_bit ← generic_shutdown_super ← deactivate_locked_super";
    const chain = await chainOf({
      10: INIT,
      11: SYNC,
      20: { state: "D (disk sleep)", nspid: "20", ns: 1, stack },
      21: { state: "D (disk sleep)", nspid: "21", ns: 1, stack },
      // Runs, and will let go.
      22: { state: "R (running)", nspid: "22", ns: 1, stack },
    });
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, 20, "candidate"],
      [11, 21, "candidate"],
    ]);
  });

  it("believes the kernel before the stacks", async () => {
    const stack = "folio_wait_bit ← generic_shutdown_super ← deactivate_locked_super";
    const tasks = {
      10: INIT,
      11: { ...SYNC, comm: "sync" },
      20: { comm: "umount", state: "D (disk sleep)", nspid: "20", ns: 1, stack },
      21: { comm: "umount", state: "D (disk sleep)", nspid: "21", ns: 1, stack },
    };
    const chain = await chainOf(tasks, [owner("sync:11", "umount:21")]);
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, 21, "named"],
    ]);
    expect(chain.links[1]?.cites).toContainEqual({ path: "dmesg", line: 1 });
    // The pid has gone to another program since.
    for (const log of [owner("sync:11", "mount.nfs:21"), owner("tar:11", "umount:21")])
      expect(labels((await chainOf(tasks, [log])).links)).toHaveLength(3);
  });

  it("doesn't believe what the kernel said of an earlier wait", async () => {
    const log = parseKernelLog(`INFO: task sync:11 blocked for more than 120 seconds.
task:sync            state:D stack:0     pid:11    tgid:11    ppid:10     task_flags:0x400000 flags:0x00080003
Call Trace:
 schedule+0x23/0xa0
 rtnl_lock+0x15/0x20
 do_exit+0x1/0x2
INFO: task sync:11 is blocked on a mutex likely owned by task ip:30.`);
    const chain = await chainOf({ 10: INIT, 11: { ...SYNC, comm: "sync" } }, [log]);
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, undefined, "candidate"],
    ]);
  });

  it("is less sure of what only a log shows, and leaves out what was before the last boot", async () => {
    const dump = `task:umount          state:D stack:0     pid:20    tgid:20    ppid:1      flags:0x00000001
Call Trace:
 schedule+0x23/0xa0
 folio_wait_bit+0xd6/0x220
 generic_shutdown_super+0x26/0x130
 deactivate_locked_super+0x2f/0xb0
`;
    const fresh = await chainOf({ 10: INIT, 11: SYNC }, [parseKernelLog(dump)]);
    expect(labels(fresh.links).slice(1)).toEqual([[11, 20, "candidate"]]);
    const rebooted = parseKernelLog(`${dump}[    0.000000] Linux version 6.1.0 (gcc) #1 SMP`);
    const stale = await chainOf({ 10: INIT, 11: SYNC }, [rebooted]);
    expect(labels(stale.links).slice(1)).toEqual([[11, undefined, "candidate"]]);
  });

  it("finds rings", async () => {
    const chain = await chainOf({
      10: INIT,
      11: { ...SYNC, stack: "rtnl_lock ← frobnicate ← generic_shutdown_super ← deactivate_locked_super" },
      20: {
        state: "D (disk sleep)",
        nspid: "20",
        ns: 1,
        stack: "super_lock ← __iterate_supers ← rtnl_newlink ← rtnetlink_rcv_msg",
      },
    });
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, 20, "sole-candidate"],
      [20, 11, "sole-candidate"],
    ]);
    expect(chain.cycles.map((ring) => ring.map((task) => task.tid))).toEqual([[11, 20]]);
    expect(rootOf(chain)).toMatchObject({ task: { tid: 11 }, cycle: [{ tid: 11 }, { tid: 20 }] });
  });
});

describe("who does the I/O", () => {
  const INIT = { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77 };
  const WRITER = {
    state: "D (disk sleep)",
    stack: "folio_wait_bit ← folio_wait_writeback ← ext4_sync_file",
    ppid: 10,
    nspid: "11 2",
    ns: 77,
  };
  const WORKER = {
    state: "D (disk sleep)",
    stack: "percpu_rwsem_wait ← lo_rw_aio ← loop_process_work ← worker_thread ← kthread",
  };
  const JOURNAL = {
    state: "D (disk sleep)",
    stack: "jbd2_write_superblock ← jbd2_journal_commit_transaction ← kjournald2 ← kthread",
  };

  const links = async (sketches: Record<number, Sketch>) =>
    labels((await chainOf({ 10: INIT, 11: WRITER, ...sketches })).links).slice(1);

  it("is the worker of the only stuck loop device", async () => {
    expect(await links({ 20: { ...WORKER, comm: "kworker/u8:2+loop1" } })).toEqual([
      [11, 20, "sole-candidate"],
    ]);
    expect(await links({ 20: { ...WORKER, comm: "loop1" } })).toEqual([[11, 20, "sole-candidate"]]);
  });

  it("is not sure among several, or where another disk is stuck as well", async () => {
    const one = { ...WORKER, comm: "kworker/u8:2+loop1" };
    expect(await links({ 20: one, 21: { ...WORKER, comm: "loop2" } })).toEqual([
      [11, 20, "candidate"],
      [11, 21, "candidate"],
    ]);
    expect(await links({ 20: one, 21: { ...JOURNAL, comm: "jbd2/sda1-8" } })).toEqual([
      [11, 20, "candidate"],
    ]);
  });

  it("is not an idle worker, and not what the worker itself waits for", async () => {
    expect(await links({ 20: { ...WORKER, comm: "loop1", stack: "loop_thread ← kthread" } })).toEqual([]);
    const fsync = {
      ...WORKER,
      stack: "folio_wait_bit ← folio_wait_writeback ← lo_rw_aio ← loop_process_work ← kthread",
    };
    expect(await links({ 20: { ...fsync, comm: "loop1" } })).toEqual([[11, 20, "sole-candidate"]]);
  });

  it("follows a journal to its own device", async () => {
    const waiter = { ...WRITER, stack: "jbd2_log_wait_commit ← ext4_sync_file" };
    const chain = await chainOf({
      10: INIT,
      11: waiter,
      20: { ...JOURNAL, comm: "jbd2/loop1-8" },
      21: { ...WORKER, comm: "loop1" },
      22: { ...WORKER, comm: "loop2" },
    });
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, 20, "sole-candidate"],
      [20, 21, "named"],
    ]);
  });

  it("knows the device of a write-back worker", async () => {
    const flush = {
      ...WRITER,
      stack: "folio_wait_bit ← wb_workfn ← process_one_work ← worker_thread ← kthread",
    };
    const tasks = await tasksOf({
      21: { ...WORKER, comm: "loop1" },
      22: { ...WORKER, comm: "loop2" },
      30: { ...flush, comm: "kworker/u8:1+flush-7:2" },
    });
    const worker = tasks.find((task) => task.tid === 30);
    expect(worker && labels(waitsFor(worker, tasks, []).links)).toEqual([[30, 22, "named"]]);
  });

  it("is never a loop device for a file system that a server has", async () => {
    const nfs = { ...WRITER, stack: "folio_wait_bit ← folio_wait_writeback ← nfs_file_fsync" };
    const chain = await chainOf({ 10: INIT, 11: nfs, 20: { ...WORKER, comm: "loop1" } });
    expect(labels(chain.links)).toEqual([[10, 11, "named"]]);
    expect(rootOf(chain).site?.id).toBe("nfs");
  });

  it("goes on to a freezer that has not finished", async () => {
    const chain = await chainOf({
      10: INIT,
      11: { ...WRITER, stack: "percpu_rwsem_wait ← mnt_want_write ← path_openat" },
      20: {
        state: "D (disk sleep)",
        nspid: "20",
        ns: 1,
        stack: "percpu_down_write ← freeze_super ← ioctl_fsfreeze",
      },
    });
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, 20, "sole-candidate"],
    ]);
  });
});

describe("who else", () => {
  const INIT = { state: "S (sleeping)", stack: ZAP, nspid: "10 1", ns: 77 };
  const links = async (sketches: Record<number, Sketch>) =>
    labels((await chainOf({ 10: INIT, ...sketches })).links);

  it("is a debugger", async () => {
    const traced = {
      state: "t (tracing stop)",
      ppid: 10,
      nspid: "11 2",
      ns: 77,
      status: "TracerPid:\t30",
      stack: "ptrace_stop ← get_signal",
    };
    expect(await links({ 11: traced, 30: { state: "S (sleeping)", nspid: "30", ns: 1 } })).toEqual([
      [10, 11, "named"],
      [11, 30, "named"],
    ]);
  });

  it("is a parent that the evidence does not hold", async () => {
    const chain = await chainOf({ 10: INIT, 11: { state: "Z (zombie)", ppid: 30, nspid: "11 2", ns: 77 } });
    expect(labels(chain.links)).toEqual([
      [10, 11, "named"],
      [11, undefined, "named"],
    ]);
    expect(rootsOf(chain)).toMatchObject([
      { task: { tid: 11 }, missing: "it is a zombie that its parent pid 30 has not reaped" },
    ]);
  });

  it("is the FUSE server's own thread", async () => {
    const { tasks } = await evidenceOf(
      Object.entries({
        "proc/11/task/11/stack": "[<0>] request_wait_answer+0x1/0x2\n[<0>] fuse_flush+0x1/0x2\n",
        "proc/11/task/12/stack": "[<0>] fuse_dev_do_read+0x1/0x2\n[<0>] fuse_dev_read+0x1/0x2\n",
        "proc/20/task/20/stack": "[<0>] fuse_dev_do_read+0x1/0x2\n[<0>] fuse_dev_read+0x1/0x2\n",
      }).map(([path, text]) => ({ path, bytes: bytesOf(text) })),
    );
    const [first] = tasks;
    expect(first).toMatchObject({ pid: 11, tid: 11 });
    expect(tasks[1]).toMatchObject({ pid: 11, tid: 12 });
    expect(first && labels(waitsFor(first, tasks, []).links)).toEqual([[11, 12, "named"]]);
  });

  it("is the thread that writes the core", async () => {
    const { tasks } = await evidenceOf(
      Object.entries({
        "proc/11/task/11/stack": "[<0>] exit_mm+0x1/0x2\n[<0>] do_exit+0x1/0x2\n",
        "proc/11/task/12/stack":
          "[<0>] pipe_write+0x1/0x2\n[<0>] dump_emit+0x1/0x2\n[<0>] do_coredump+0x1/0x2\n",
        "proc/20/task/20/stack": "[<0>] dump_emit+0x1/0x2\n[<0>] do_coredump+0x1/0x2\n",
      }).map(([path, text]) => ({ path, bytes: bytesOf(text) })),
    );
    const [first] = tasks;
    expect(first && labels(waitsFor(first, tasks, []).links)).toEqual([[11, 12, "named"]]);
  });
});

it("works on the kernel log alone", () => {
  const log = parseKernelLog(
    `sysrq: Show Blocked State
task:init            state:S stack:0     pid:10    tgid:10    ppid:9      flags:0x00000000
Call Trace:
 schedule+0x23/0xa0
 do_wait+0x53/0x120
 zap_pid_ns_processes+0x103/0x190
task:app             state:D stack:0     pid:11    tgid:11    ppid:10     flags:0x00000000
Call Trace:
 schedule+0x23/0xa0
 request_wait_answer+0x151/0x210
 fuse_flush+0xff/0x150 [fuse]`,
    "dmesg",
  );
  const [chain] = blockingChains([], [log]);
  expect(chain && membersIn(chain)).toEqual([[11, "candidate"]]);
  expect(chain && rootOf(chain)).toMatchObject({
    task: { tid: 11, cites: { stack: { path: "dmesg", line: 9 } } },
    site: { id: "fuse" },
  });
});
