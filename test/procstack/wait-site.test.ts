import { describe, expect, it } from "vitest";
import { parseStack, WAIT_SITES, waitSite, waitSiteOfWchan } from "../../src/procstack/index.ts";
import { filesOf } from "./fixtures.ts";

/** A stack of the given functions, innermost first. */
const stackOf = (functions: string) =>
  parseStack(
    functions
      .split(/\s*←\s*/)
      .map((name) => `[<0>] ${name.replace(/ \[\w+\]$/, "")}+0x1/0x20${/ \[\w+\]$/.exec(name)?.[0] ?? ""}\n`)
      .join(""),
  );
const siteOf = (functions: string) => waitSite(stackOf(functions));

describe("frozen file systems", () => {
  // Taken on Linux 6.18 from tasks that waited for an ext4 frozen with fsfreeze.
  it.each(filesOf("frozen").map(({ path, bytes }) => [path, bytes] as const))("%s", (_, bytes) => {
    expect(waitSite(parseStack(new TextDecoder().decode(bytes)))?.id).toBe("frozen-filesystem");
  });

  it.each([
    "percpu_rwsem_wait ← lo_rw_aio.isra.0 ← loop_process_work ← process_one_work ← worker_thread ← kthread",
    "percpu_rwsem_wait ← mnt_want_write ← open_last_lookups ← path_openat ← do_filp_open",
    "percpu_rwsem_wait ← __percpu_down_read ← ext4_page_mkwrite ← do_page_mkwrite",
    // 4.x, kernel bug 205833, and Ubuntu 4.4.
    "call_rwsem_down_read_failed ← __percpu_down_read ← __sb_start_write ← xfs_trans_alloc ← xfs_free_eofblocks ← xfs_release",
    "schedule ← rwsem_down_read_failed ← call_rwsem_down_read_failed ← __sb_start_write ← vfs_write ← SyS_write",
    // Before there was such a lock.
    "__sb_start_write ← vfs_write ← SyS_write ← system_call_fastpath",
    "percpu_rwsem_wait ← __sb_start_write ← mnt_want_write ← do_unlinkat",
  ])("%s", (functions) => {
    expect(siteOf(functions)).toMatchObject({ id: "frozen-filesystem", subsystem: "filesystem-freeze" });
  });

  it.each([
    [
      "percpu_rwsem_wait ← cgroup_procs_write_start ← __cgroup_procs_write ← cgroup_procs_write ← kernfs_fop_write_iter ← vfs_write",
      "cgroup-threadgroup",
    ],
    ["percpu_rwsem_wait ← copy_process ← kernel_clone ← __do_sys_clone", "cgroup-threadgroup"],
    ["percpu_rwsem_wait ← exit_signals ← do_exit ← do_group_exit", "cgroup-threadgroup"],
    ["percpu_down_write ← cgroup_attach_task ← __cgroup1_procs_write ← vfs_write", "cgroup-threadgroup"],
    ["percpu_rwsem_wait ← cpus_read_lock ← foo_store ← kernfs_fop_write_iter ← vfs_write", "cpu-hotplug"],
    ["percpu_rwsem_wait ← ext4_writepages ← do_writepages", "percpu-lock"],
    ["percpu_rwsem_wait ← foo_store ← kernfs_fop_write_iter ← vfs_write", "percpu-lock"],
    ["percpu_down_write ← freeze_super ← ioctl_fsfreeze", "freezing-filesystem"],
    ["thaw_super_locked ← thaw_super ← ioctl_fsthaw", "freezing-filesystem"],
    ["lo_rw_aio ← loop_process_work ← process_one_work ← worker_thread", undefined],
    ["vfs_write ← ksys_write ← do_syscall_64", undefined],
  ])("not %s", (functions, id) => {
    expect(siteOf(functions)?.id).toBe(id);
  });
});

describe("waitSite", () => {
  it.each([
    ["do_wait ← kernel_wait4 ← zap_pid_ns_processes ← do_exit", "zap-pid-ns", "zap_pid_ns_processes"],
    [
      "do_wait ← kernel_wait4 ← SYSC_wait4 ← SyS_wait4 ← zap_pid_ns_processes ← do_exit",
      "zap-pid-ns",
      "zap_pid_ns_processes",
    ],
    // Who entered the namespace with setns is waited for here, without do_wait.
    ["zap_pid_ns_processes ← do_exit ← do_group_exit", "zap-pid-ns", "zap_pid_ns_processes"],
    ["do_wait ← kernel_wait4 ← do_syscall_64 ← entry_SYSCALL_64_after_hwframe", "child", "do_wait"],
    ["super_lock ← __iterate_supers ← ksys_sync", "s-umount", "super_lock"],
    ["call_rwsem_down_read_failed ← iterate_supers ← sys_sync", "s-umount", "iterate_supers"],
    [
      "__schedule ← schedule ← rwsem_down_write_slowpath ← down_write ← deactivate_super ← cleanup_mnt",
      "s-umount",
      "deactivate_super",
    ],
    [
      "wb_wait_for_completion ← sync_inodes_sb ← sync_inodes_one_sb ← iterate_supers ← ksys_sync",
      "writeback",
      "wb_wait_for_completion",
    ],
    [
      "folio_wait_bit ← folio_wait_writeback ← __filemap_fdatawait_range ← sync_inodes_sb ← generic_shutdown_super",
      "page-writeback",
      "folio_wait_writeback",
    ],
    [
      "io_schedule ← wait_on_page_bit ← __filemap_fdatawait_range ← filemap_write_and_wait_range ← nfs_file_fsync [nfs]",
      "nfs",
      "nfs_file_fsync",
    ],
    [
      "folio_wait_bit_common ← folio_wait_writeback ← ceph_writepages_start [ceph]",
      "ceph",
      "ceph_writepages_start",
    ],
    ["wait_on_page_bit_common ← __lock_page ← filemap_fault", "page", "wait_on_page_bit_common"],
    [
      "rpc_wait_bit_killable [sunrpc] ← __rpc_execute [sunrpc] ← nfs4_call_sync_sequence",
      "nfs",
      "rpc_wait_bit_killable",
    ],
    ["request_wait_answer ← __fuse_simple_request ← fuse_flush ← filp_close", "fuse", "request_wait_answer"],
    ["__fuse_request_send [fuse] ← fuse_getattr", "fuse", "__fuse_request_send"],
    ["fuse_dev_do_read ← fuse_dev_read ← vfs_read", "fuse-server", "fuse_dev_do_read"],
    [
      "__ceph_do_pending_vmtruncate [ceph] ← __ceph_setattr [ceph] ← ceph_setattr [ceph] ← notify_change ← do_truncate",
      "ceph-truncate",
      "__ceph_do_pending_vmtruncate",
    ],
    [
      "jbd2_write_superblock ← jbd2_journal_update_sb_log_tail ← jbd2_journal_commit_transaction ← kjournald2 ← kthread",
      "jbd2-commit",
      "jbd2_write_superblock",
    ],
    [
      "io_schedule ← bit_wait_io ← __wait_on_bit ← out_of_line_wait_on_bit ← jbd2_write_superblock",
      "jbd2-commit",
      "jbd2_write_superblock",
    ],
    ["jbd2_log_wait_commit ← ext4_sync_file ← do_fsync", "jbd2-wait", "jbd2_log_wait_commit"],
    ["wait_woken ← n_tty_read ← tty_read ← vfs_read", "tty-read", "n_tty_read"],
    ["mutex_lock ← rtnl_lock ← rtnetlink_rcv_msg", "rtnl", "rtnl_lock"],
    ["rtnl_lock ← copy_net_ns ← create_new_namespaces", "rtnl", "rtnl_lock"],
    ["rwsem_down_read_slowpath ← copy_net_ns ← create_new_namespaces", "netns-create", "copy_net_ns"],
    [
      "msleep ← netdev_run_todo ← default_device_exit_batch ← cleanup_net",
      "netns-teardown",
      "netdev_run_todo",
    ],
    ["do_freezer_trap ← get_signal", "cgroup-freezer", "do_freezer_trap"],
    ["__refrigerator ← get_signal", "cgroup-freezer", "__refrigerator"],
    ["audit_log_start ← audit_log_exit", "audit", "audit_log_start"],
    ["blk_mq_get_tag ← __blk_mq_alloc_requests", "block-queue", "blk_mq_get_tag"],
    ["flock_lock_inode_wait ← locks_lock_inode_wait ← sys_flock", "file-lock", "flock_lock_inode_wait"],
    ["cv_wait_common [spl] ← txg_wait_synced [zfs] ← dsl_sync_task", "zfs-txg", "txg_wait_synced"],
    ["__mutex_lock ← fuse_lock_inode [fuse] ← fuse_lookup", "lock", "fuse_lock_inode"],
    ["rwsem_down_write_slowpath ← frobnicate ← do_syscall_64", "lock", "frobnicate"],
    ["__switch_to ← ep_poll ← do_epoll_wait", "poll", "ep_poll"],
    ["worker_thread ← kthread ← ret_from_fork", "worker", "worker_thread"],
    ["frobnicate ← process_one_work ← worker_thread ← kthread", undefined, undefined],
    ["frobnicate ← ext4_map_blocks ← ext4_write_begin", "ext4", "ext4_map_blocks"],
  ])("%s", (functions, id, symbol) => {
    const site = siteOf(functions);
    expect(site?.id).toBe(id);
    expect(site?.frame.symbol).toBe(symbol);
  });

  it("gives the subsystem of a lock's place", () => {
    expect(siteOf("__mutex_lock ← fuse_lock_inode [fuse] ← fuse_lookup")?.subsystem).toBe("fuse");
    expect(siteOf("rwsem_down_write_slowpath ← frobnicate ← do_syscall_64")?.subsystem).toBe("lock");
  });

  it("lets unreliable frames decide nothing", () => {
    expect(waitSite(parseStack(" ? zap_pid_ns_processes+0x1/0x2\n schedule+0x1/0x2\n"))).toBeUndefined();
    expect(waitSite(parseStack(" ? worker_thread+0x1/0x2\n request_wait_answer+0x1/0x2\n"))?.id).toBe("fuse");
  });

  it("knows nothing of nothing", () => {
    expect(waitSite(parseStack(""))).toBeUndefined();
    expect(waitSite(parseStack("[<0>] 0xffffffffffffffff"))).toBeUndefined();
  });

  it("reads wchan", () => {
    expect(waitSiteOfWchan("zap_pid_ns_processes")?.id).toBe("zap-pid-ns");
    // That lock has many users; which, only the stack tells.
    expect(waitSiteOfWchan("percpu_rwsem_wait")).toBeUndefined();
  });
});

describe("WAIT_SITES", () => {
  it("is consistent", () => {
    const ids = new Set(WAIT_SITES.map((row) => row.id));
    for (const row of WAIT_SITES) {
      const names = [...row.functions, ...(row.callers ?? [])];
      expect(row.id).toMatch(/^[a-z0-9-]+$/);
      expect(names).not.toEqual([]);
      // A star stands at an end only.
      expect(names.filter((name) => !/^(?:\*?[A-Za-z_][\w.]*|[A-Za-z_][\w.]*\*)$/.test(name))).toEqual([]);
      expect((row.refinedBy ?? []).filter((id) => !ids.has(id))).toEqual([]);
      // It ends a sentence that begins "waits for".
      expect(row.waitsFor).not.toMatch(/[.!]$|^[A-Z][a-z]/);
    }
  });
});
