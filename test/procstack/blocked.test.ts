import { describe, expect, it } from "vitest";
import {
  blockedTasks,
  isBlocked,
  joinTasks,
  parseStack,
  parseStatus,
  type Task,
} from "../../src/procstack/index.ts";

let nextTid = 100;

/** A task as its status and stack would show it. */
function task(state: string, functions: string, more: { comm?: string; wchan?: string } = {}): Task {
  const tid = nextTid++;
  const text =
    functions === ""
      ? ""
      : functions
          .split(" ← ")
          .map((name) => `[<0>] ${name}+0x1/0x20\n`)
          .join("");
  const status = parseStatus(`Name:\t${more.comm ?? "x"}\nState:\t${state}\nPid:\t${tid}\nTgid:\t${tid}\n`);
  const stack = parseStack(text);
  const [made] = joinTasks([
    { path: `proc/${tid}/status`, part: { tid, pid: tid, status, diagnostics: [] } },
    { path: `proc/${tid}/stack`, part: { tid, pid: tid, stack, diagnostics: stack.diagnostics } },
    ...(more.wchan === undefined
      ? []
      : [{ path: `proc/${tid}/wchan`, part: { tid, pid: tid, wchan: more.wchan, diagnostics: [] } }]),
  ]);
  return made as Task;
}

const read = (text: string, path: string) => ({
  path,
  part: { tid: 7, stack: parseStack(text), diagnostics: [] },
});

describe("isBlocked", () => {
  it.each([
    ["D (disk sleep)", "request_wait_answer ← fuse_flush", true],
    ["S (sleeping)", "zap_pid_ns_processes ← do_exit", true],
    ["S (sleeping)", "request_wait_answer ← fuse_flush", true],
    ["D (disk sleep)", "frobnicate ← do_syscall_64", true],
    ["D (disk sleep)", "", true],
    ["S (sleeping)", "", false],
    ["R (running)", "request_wait_answer ← fuse_flush", false],
    // A race between two reads: the worker had finished when its stack was read.
    ["D (disk sleep)", "worker_thread ← kthread ← ret_from_fork", false],
    ["I (idle)", "worker_thread ← kthread ← ret_from_fork", false],
    ["S (sleeping)", "do_wait ← kernel_wait4 ← do_syscall_64", false],
    ["S (sleeping)", "n_tty_read ← tty_read ← vfs_read", false],
    ["S (sleeping)", "pipe_write ← vfs_write", false],
    ["T (stopped)", "do_signal_stop ← get_signal", false],
    ["Z (zombie)", "", false],
    ["S (sleeping)", "frobnicate ← do_syscall_64", false],
    ["S (sleeping)", "drm_wait_vblank_ioctl ← drm_ioctl", false],
    ["S (sleeping)", "do_freezer_trap ← get_signal", true],
  ])("%s in %s: %s", (state, functions, blocked) => {
    expect(isBlocked(task(state, functions))).toBe(blocked);
  });

  it("takes wchan for a stack that could not be read", () => {
    expect(isBlocked(task("S (sleeping)", "", { wchan: "zap_pid_ns_processes" }))).toBe(true);
    expect(isBlocked(task("D (disk sleep)", "", { wchan: "worker_thread" }))).toBe(false);
  });

  it("takes a stack without a state at its word", () => {
    const [bare] = joinTasks([
      { path: "a", part: { stack: parseStack("[<0>] request_wait_answer+0x1/0x2\n"), diagnostics: [] } },
    ]);
    expect(bare && isBlocked(bare)).toBe(true);
    expect(bare).not.toHaveProperty("tid");
  });

  it("doesn't take a task for stuck that moved", () => {
    const one = "[<0>] request_wait_answer+0x1/0x2\n[<0>] fuse_flush+0x1/0x2\n";
    const other = "[<0>] ext4_foo+0x1/0x2\n[<0>] do_exit+0x1/0x2\n";
    expect(joinTasks([read(one, "1"), read(other, "2")])[0]).toMatchObject({ moved: true });
    expect(joinTasks([read(one, "1"), read(one, "2")])[0]).toMatchObject({ moved: false });
    // Cut short, not moved.
    expect(joinTasks([read(one, "1"), read("[<0>] request_wait_answer+0x1/0x2\n", "2")])[0]).toMatchObject({
      moved: false,
    });
    expect(joinTasks([read(one, "1"), read("", "2")])[0]).toMatchObject({ moved: false });
  });
});

describe("blockedTasks", () => {
  it("groups by wait site, the largest first", () => {
    const groups = blockedTasks([
      task("D (disk sleep)", "frobnicate ← do_syscall_64"),
      task("D (disk sleep)", "rtnl_lock ← rtnetlink_rcv_msg"),
      task("D (disk sleep)", "rtnl_lock ← copy_net_ns"),
      task("D (disk sleep)", ""),
    ]);
    expect(groups.map(({ key, site, tasks }) => [key, site?.subsystem, tasks.length])).toEqual([
      ["rtnl", "network", 2],
      ["frobnicate", undefined, 1],
      ["unreadable", undefined, 1],
    ]);
  });

  it("finds nothing on a healthy node", () => {
    const idle =
      `worker_thread rescuer_thread kthread_worker_fn smpboot_thread_fn rcu_gp_kthread kswapd kcompactd khugepaged
      ksm_scan_thread oom_reaper kauditd_thread devtmpfsd kjournald2 scsi_error_handler taskq_thread dbuf_evict_thread
      loop_kthread_worker_fn watchdog ecryptfs_threadfn ext4_lazyinit_thread kthreadd xfsaild loop_thread`.split(
        /\s+/,
      );
    const tasks = idle.flatMap((name) => [
      task("S (sleeping)", `${name} ← kthread ← ret_from_fork`),
      task("I (idle)", `${name} ← kthread ← ret_from_fork`),
      task("D (disk sleep)", `schedule ← ${name} ← kthread ← ret_from_fork`),
    ]);
    const users =
      `ep_poll do_poll poll_schedule_timeout do_select hrtimer_nanosleep do_sigtimedwait sigsuspend do_signal_stop
      pipe_wait pipe_read anon_pipe_read futex_wait_queue_me futex_wait_queue do_futex inet_csk_accept unix_stream_data_wait
      unix_stream_read_generic do_wait n_tty_read`.split(/\s+/);
    tasks.push(...users.map((name) => task("S (sleeping)", `${name} ← do_syscall_64`)));
    expect(blockedTasks(tasks)).toEqual([]);
  });
});

describe("tasks at places that nobody knows", () => {
  const D = "D (disk sleep)";

  it("are grouped by what called the scheduler, not by the scheduler", () => {
    const groups = blockedTasks([
      task(
        D,
        "__schedule ← schedule ← schedule_timeout ← wait_for_completion ← kthread_stop ← set_current_rng",
      ),
      task(D, "__schedule ← schedule ← schedule_timeout ← acme_flush ← acme_ioctl"),
      task(D, "__schedule ← schedule ← schedule_timeout ← acme_flush ← acme_close"),
    ]);
    expect(groups.map(({ key, tasks }) => [key, tasks.length])).toEqual([
      ["acme_flush", 2],
      ["kthread_stop", 1],
    ]);
  });

  it("are known by the outermost frame of a stack that was cut", () => {
    const [group] = blockedTasks([task(D, "schedule ← io_schedule ← bit_wait_io")]);
    expect(group?.key).toBe("bit_wait_io");
  });
});
