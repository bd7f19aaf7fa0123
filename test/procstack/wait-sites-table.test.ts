import { describe, expect, it } from "vitest";
import { parseStack, waitSite, type Subsystem, type WaitEffect } from "../../src/procstack/index.ts";

/** Functions that tasks are found in, over kernels; those before `←` stand inside. */
const TABLE: readonly (readonly [Subsystem, WaitEffect, string])[] = [
  ["pid-namespace", "blocks", "zap_pid_ns_processes, do_wait ← SyS_wait4 ← zap_pid_ns_processes"],
  ["process", "waits", "do_wait, do_wait ← kernel_wait4"],
  [
    "coredump",
    "blocks",
    "coredump_wait ← exit_mm ← do_exit, exit_mm ← do_exit, do_coredump, dump_emit, wait_for_dump_helpers",
  ],
  ["block", "blocks", "wait_for_completion ← exit_aio, exit_aio"],
  ["fuse", "blocks", "request_wait_answer, __fuse_request_send, fuse_simple_request, fuse_flush"],
  [
    "nfs",
    "blocks",
    "rpc_wait_bit_killable, nfs_wait_bit_killable, __rpc_execute, nfs_wait_client_init_complete, nlmclnt_call, nlmclnt_block",
  ],
  ["cifs", "blocks", "wait_for_response, cifs_reconnect"],
  [
    "ceph",
    "blocks",
    "ceph_mdsc_do_request, ceph_mdsc_wait_request, __ceph_do_pending_vmtruncate, ceph_get_caps, try_get_cap_refs, ceph_osdc_wait_request, rbd_dev_open",
  ],
  ["9p", "blocks", "p9_client_rpc, virtio_fs_enqueue_req"],
  [
    "ext4",
    "blocks",
    "jbd2_log_wait_commit, wait_transaction_locked, do_get_write_access, start_this_handle, jbd2_journal_commit_transaction, io_schedule ← jbd2_journal_commit_transaction",
  ],
  ["xfs", "blocks", "xlog_grant_head_wait, xfs_log_force, xfs_buf_lock, xfs_ail_push_all_sync"],
  ["btrfs", "blocks", "wait_current_trans, btrfs_commit_transaction"],
  ["zfs", "blocks", "txg_wait_synced, zio_wait, cv_wait_common ← txg_wait_synced, cv_wait_common ← zio_wait"],
  ["super-block", "blocks", "iterate_supers, call_rwsem_down_read_failed ← iterate_supers ← sys_sync"],
  ["page-cache", "blocks", "sync_inodes_sb, wb_wait_for_completion"],
  ["sync", "blocks", "ovl_sync_fs"],
  ["block", "blocks", "submit_bio_wait"],
  [
    "filesystem-freeze",
    "blocks",
    "__sb_start_write, percpu_rwsem_wait ← mnt_want_write, percpu_rwsem_wait ← vfs_write, freeze_super",
  ],
  ["page-cache", "blocks", "wait_on_page_bit, folio_wait_bit_common, wait_on_page_writeback, __lock_page"],
  [
    "block",
    "blocks",
    "blk_mq_get_tag, get_request_wait, rq_qos_wait, wbt_wait, io_schedule ← blk_mq_get_tag",
  ],
  [
    "memory",
    "blocks",
    "balance_dirty_pages, balance_dirty_pages_ratelimited, throttle_direct_reclaim, congestion_wait, shrink_inactive_list, try_to_free_mem_cgroup_pages",
  ],
  ["memory", "blocks", "mem_cgroup_oom_synchronize, mem_cgroup_handle_oom"],
  [
    "device",
    "blocks",
    "dm_wait_for_completion, multipath_map, md_write_start, raid5_make_request, bch_data_insert",
  ],
  ["block", "blocks", "blkdev_put, bdev_release, lo_open, lo_release, __loop_clr_fd"],
  ["device", "blocks", "scsi_block_when_processing_errors"],
  ["kernel-thread", "idle", "scsi_error_handler"],
  [
    "network",
    "blocks",
    "rtnl_lock, rtnetlink_rcv_msg, mutex_lock ← rtnetlink_rcv_msg, copy_net_ns, cleanup_net, netdev_run_todo, netdev_wait_allrefs",
  ],
  ["rcu", "blocks", "synchronize_rcu, synchronize_rcu_expedited, wait_rcu_gp, rcu_barrier, synchronize_net"],
  ["workqueue", "blocks", "flush_work, __flush_work, lru_add_drain_all"],
  ["freezer", "blocks", "__refrigerator, do_freezer_trap, do_freezer_trap ← get_signal"],
  ["cgroup", "blocks", "cgroup_attach_task, __cgroup_procs_write, cgroup_kn_lock_live"],
  ["audit", "blocks", "audit_log_start"],
  ["autofs", "blocks", "autofs_wait"],
  ["fanotify", "blocks", "fanotify_handle_event, fanotify_get_response"],
  ["tty", "waits", "n_tty_read, tty_read, n_tty_write"],
  ["pipe", "waits", "pipe_write, anon_pipe_write"],
  ["pipe", "idle", "pipe_wait, pipe_read, anon_pipe_read"],
  ["vfs", "waits", "flock_lock_inode_wait, locks_lock_inode_wait, posix_lock_inode_wait"],
  ["socket", "idle", "unix_stream_read_generic, inet_csk_accept, tcp_recvmsg, wait_woken ← tcp_recvmsg"],
  ["socket", "waits", "unix_wait_for_peer, sk_stream_wait_memory, sock_alloc_send_pskb"],
  ["futex", "idle", "futex_wait, futex_wait_queue, futex_wait_queue_me, do_futex"],
  ["poll", "idle", "ep_poll, do_poll, poll_schedule_timeout, do_select"],
  ["timer", "idle", "hrtimer_nanosleep"],
  ["signal", "idle", "do_sigtimedwait, sigsuspend"],
  ["signal", "waits", "do_signal_stop"],
  ["ptrace", "waits", "ptrace_stop"],
  ["module-loader", "blocks", "call_usermodehelper_exec, __request_module"],
  ["lock", "blocks", "rwsem_down_read_failed ← proc_pid_cmdline_read"],
  [
    "device",
    "blocks",
    "vfio_pci_open, nv_open_q, os_acquire_rwlock_write, amdgpu_fence_wait, dma_fence_wait_timeout",
  ],
  ["virtualisation", "idle", "kvm_vcpu_block"],
  ["virtualisation", "blocks", "kvm_async_pf_task_wait"],
  [
    "kernel-thread",
    "idle",
    `worker_thread, rescuer_thread, kthread_worker_fn, smpboot_thread_fn, rcu_gp_kthread, kswapd, kcompactd, khugepaged,
     ksm_scan_thread, oom_reaper, kauditd_thread, devtmpfsd, kjournald2, taskq_thread, dbuf_evict_thread,
     loop_kthread_worker_fn, watchdog, ecryptfs_threadfn`,
  ],
];

const rows = TABLE.flatMap(([subsystem, effect, list]) =>
  list.split(",").map((stack) => [stack.trim().replace(/\s+/g, " "), subsystem, effect] as const),
);

/** How one function is called over kernels, compilers and machines. */
const VARIANTS: readonly (readonly [string, string])[] = [
  ["clone", ".isra.0"],
  ["constant", ".constprop.3"],
  ["part", ".part.12"],
  ["cold part of a part", ".part.0.cold.1"],
  ["clang's", ".llvm.1234567890"],
];

const siteOf = (names: readonly string[]) =>
  waitSite(parseStack(names.map((name) => `[<0>] ${name}+0x1/0x2\n`).join("")));

describe("the table of wait sites", () => {
  it.each(rows)("%s: %s, %s", (stack, subsystem, effect) => {
    const names = stack.split(" ← ");
    expect(siteOf(names)).toMatchObject({ subsystem, effect });
    // Architectures other than x86 show the scheduler too.
    expect(siteOf(["__switch_to", "__schedule", "schedule", ...names, "el0_svc"])).toMatchObject({
      subsystem,
      effect,
    });
    for (const [, suffix] of VARIANTS)
      expect(siteOf(names.map((name) => name + suffix))).toMatchObject({ subsystem, effect });
    // ppc64's first ABI puts a dot before each name.
    expect(siteOf(names.map((name) => `.${name}`))).toMatchObject({ subsystem, effect });
  });

  it.each([
    "sys_sync",
    "SyS_sync",
    "ksys_sync",
    "__x64_sys_sync",
    "__ia32_sys_sync",
    "__arm64_sys_sync",
    "__s390x_sys_sync",
    "__se_sys_sync",
    "__do_sys_sync",
  ])("has one name for %s", (name) => {
    expect(siteOf(["call_rwsem_down_read_failed", "frob", name])?.subsystem).toBe("sync");
  });
});
