import type { Task } from "./task.ts";
import { matcher } from "./wait-site.ts";
import type { LockClass } from "./wait-sites/index.ts";
import { names } from "./wait-sites/row.ts";

/** Who holds a lock of a class, as the frames of a stack tell. */
interface Holders {
  /** Functions that hold it while what they call runs: for writing, which keeps everyone out. */
  readonly writers: (symbol: string) => boolean;
  /** The same for reading, which keeps writers out, and readers behind a waiting writer. */
  readonly readers: (symbol: string) => boolean;
  /** What such a function still calls after it let the lock go: below these it no longer counts. */
  readonly released?: (symbol: string) => boolean;
}

/**
 * Holders that a stack can show. A lock waiter's own stack shows the function that waits as the innermost; a holder's
 * shows it further out.
 */
const HOLDERS: Readonly<Record<LockClass, Holders>> = {
  s_umount: {
    writers: matcher(
      names(`
        generic_shutdown_super deactivate_locked_super freeze_super thaw_super thaw_super_locked do_remount_sb
        reconfigure_super fs_bdev_mark_dead *_fill_super do_emergency_remount*`),
    ),
    readers: matcher(
      names(`
        iterate_supers __iterate_supers iterate_supers_type sync_inodes_one_sb sync_fs_one_sb sys_syncfs
        __writeback_inodes_wb super_cache_scan fs_bdev_sync`),
    ),
    // kill_block_super shuts the super block down, which releases the lock, and then closes the device.
    released: matcher(names("kill_block_super kill_anon_super kill_litter_super")),
  },
  rtnl: {
    writers: matcher(
      names(`
        rtnetlink_rcv_msg rtnl_newlink rtnl_dellink rtnl_setlink dev_ioctl devinet_ioctl register_netdev
        unregister_netdev default_device_exit_batch linkwatch_event addrconf_dad_work
        addrconf_verify_work inet6_addr_add`),
    ),
    readers: () => false,
  },
  "net-namespaces": {
    writers: matcher(names("cleanup_net setup_net register_pernet_* unregister_pernet_*")),
    readers: () => false,
  },
  cgroup: {
    writers: matcher(
      names(`
        cgroup_mkdir cgroup_rmdir cgroup_destroy_locked cgroup_subtree_control_write cgroup_procs_write*
        __cgroup_procs_write cgroup_attach_task css_free_* css_killed_* cpuset_write_resmask cpuset_hotplug_workfn
        rebind_subsystems cgroup_release_agent cgroup_destroy_root`),
    ),
    readers: () => false,
  },
  "cgroup-threadgroup": {
    writers: matcher(
      names(
        "cgroup_attach_task cgroup_procs_write* __cgroup_procs_write cgroup_update_dfl_csses cgroup_transfer_tasks",
      ),
    ),
    readers: matcher(names("copy_process exit_signals de_thread begin_new_exec flush_old_exec")),
  },
};

/** How a task holds a lock of this class, by its stack; `undefined` for one that doesn't, or that waits for it. */
export function holds(task: Task, lock: LockClass): "write" | "read" | undefined {
  const site = task.site;
  if (site?.lock === lock || !task.stack) return undefined;
  const { writers, readers, released } = HOLDERS[lock];
  let how: "write" | "read" | undefined;
  let letGo = false;
  for (const { symbol, reliable } of task.stack.frames) {
    if (!reliable) continue;
    // Still inside it: what releases the lock comes after.
    if (symbol === "generic_shutdown_super") return "write";
    if (released?.(symbol)) letGo = true;
    else if (writers(symbol) && !letGo) return "write";
    else if (readers(symbol)) how ??= "read";
  }
  return how;
}
