import { names, type WaitSiteRow } from "./row.ts";

/**
 * Functions that take a file system's freeze protection (`sb_start_write`, `sb_start_pagefault`, `sb_start_intwrite`
 * of include/linux/fs.h, which are inlined into them), and the calls just around those.
 */
const WRITERS = names(`
  mnt_want_write* __mnt_want_write* ovl_want_write ovl_start_write vfs_write* vfs_iter_write
  vfs_iocb_iter_write __kernel_write* kernel_write do_iter_write do_iter_readv_writev do_writev do_pwritev
  sys_pwrite64 vfs_fallocate vfs_copy_file_range vfs_clone_file_range vfs_dedupe_file_range*
  do_clone_file_range splice_file_range do_splice* direct_splice_actor do_sendfile do_ftruncate
  do_sys_ftruncate sys_ftruncate vfs_truncate do_sys_truncate aio_write aio_run_iocb io_write lo_rw_aio
  lo_write_* do_req_filebacked do_bio_filebacked loop_process_work loop_handle_cmd zloop_* path_openat
  open_last_lookups do_last do_open do_filp_open do_dentry_open filename_create user_path_create
  kern_path_create do_renameat2 do_unlinkat do_rmdir do_mkdirat do_mknodat do_linkat do_symlinkat
  chmod_common chown_common vfs_utimes utimes_common path_setxattr* filename_setxattr path_removexattr*
  filename_removexattr file_update_time file_modified* touch_atime do_page_mkwrite *_page_mkwrite
  *_filemap_fault xfs_write_fault *_dax_huge_fault ext4_evict_inode xfs_trans_alloc* start_transaction
  btrfs_start_transaction* ocfs2_start_trans fh_want_write nfsd_vfs_write cachefiles_* dump_emit
  elf_core_dump do_acct_process acct_process fd_execute_*`);

/** File systems of this machine, their super blocks, and freezing them. */
export const FILESYSTEM_SITES: readonly WaitSiteRow[] = [
  {
    id: "frozen-filesystem",
    // Older kernels did not inline it; the oldest, which had no such lock, sleep in it.
    functions: ["__sb_start_write*", "sb_start_write", "sb_start_pagefault", "sb_start_intwrite"],
    subsystem: "filesystem-freeze",
    waitsFor: "a frozen file system to be thawed",
    effect: "blocks",
    symptom: "every write to one mount hangs",
  },
  {
    id: "frozen-filesystem",
    functions: WRITERS,
    crossing: "percpu",
    subsystem: "filesystem-freeze",
    waitsFor: "a frozen file system to be thawed",
    effect: "blocks",
    symptom: "every write to one mount hangs",
  },
  {
    id: "freezing-filesystem",
    functions: names(`
      freeze_super sb_wait_write thaw_super thaw_super_locked freeze_bdev bdev_freeze wait_for_partially_frozen`),
    subsystem: "filesystem-freeze",
    waitsFor: "the writers of the file system that it freezes or thaws",
    effect: "blocks",
    symptom: "a snapshot or backup agent hangs",
  },
  {
    id: "s-umount",
    functions: names(`
      iterate_supers __iterate_supers iterate_supers_type super_lock* __super_lock* get_super
      __get_super get_super_thawed __get_super_thawed get_super_exclusive_thawed user_get_super
      get_active_super grab_super* sget sget_fc sget_userns deactivate_super do_remount
      bdev_super_lock sys_syncfs do_emergency_remount*`),
    subsystem: "super-block",
    waitsFor: "a super block (s_umount) that another task is mounting, unmounting, remounting or freezing",
    effect: "blocks",
    symptom: "sync, df or unmount hangs",
    lock: "s_umount",
  },
  {
    id: "sync",
    functions: names(`
      sync_inodes_one_sb sync_fs_one_sb fdatawait_one_bdev fdatawrite_one_bdev sync_bdevs ovl_sync_fs`),
    callers: ["sys_sync"],
    subsystem: "sync",
    waitsFor: "every super block of the host to be written out",
    effect: "blocks",
    symptom: "sync(2) hangs on one bad device",
  },
  {
    id: "writeback",
    functions: names(`
      wb_wait_for_completion bdi_split_work_to_wbs sync_inodes_sb writeback_inodes_sb*
      __writeback_single_inode inode_wait_for_writeback __inode_wait_for_writeback
      inode_sleep_on_writeback`),
    subsystem: "page-cache",
    waitsFor: "the write-back of a file system",
    effect: "blocks",
    refinedBy: ["fuse", "nfs", "cifs", "ceph", "9p"],
  },
  {
    id: "page-writeback",
    functions: names(`
      folio_wait_writeback* wait_on_page_writeback* folio_wait_stable wait_for_stable_page
      __filemap_fdatawait_range filemap_fdatawait*`),
    subsystem: "page-cache",
    waitsFor: "the write-back of a page",
    effect: "blocks",
    refinedBy: ["fuse", "nfs", "cifs", "ceph", "9p"],
  },
  {
    id: "page",
    functions: names(`
      folio_wait_bit* wait_on_page_bit* __lock_page* __folio_lock* folio_lock* lock_page*
      wait_on_page_read folio_put_wait_locked filemap_update_page filemap_read_folio
      migration_entry_wait*`),
    subsystem: "page-cache",
    waitsFor: "the I/O on a page",
    effect: "blocks",
    refinedBy: ["page-writeback", "fuse", "nfs", "cifs", "ceph", "9p"],
  },
  {
    id: "buffer",
    functions: names(`
      __wait_on_buffer wait_on_buffer __lock_buffer __sync_dirty_buffer sync_dirty_buffer __bread_gfp
      __bread bh_read* ll_rw_block __block_write_begin*`),
    subsystem: "block",
    waitsFor: "the I/O on a block of a device",
    effect: "blocks",
    refinedBy: ["jbd2-commit"],
  },
  {
    id: "jbd2-commit",
    functions: names(`
      jbd2_journal_commit_transaction journal_commit_transaction jbd2_write_superblock
      jbd2_journal_update_sb_log_tail journal_finish_inode_data_buffers jbd2_update_log_tail
      jbd2_submit_inode_data`),
    subsystem: "ext4",
    waitsFor: "the block I/O of a journal commit",
    effect: "blocks",
    symptom: "every fsync on the file system hangs",
  },
  {
    id: "jbd2-wait",
    functions: names(`
      jbd2_log_wait_commit log_wait_commit jbd2_complete_transaction wait_transaction_locked
      wait_transaction_switching do_get_write_access start_this_handle add_transaction_credits
      __jbd2_log_wait_for_space jbd2_journal_lock_updates jbd2_journal_flush jbd2_journal_destroy
      ext4_journal_check_start`),
    subsystem: "ext4",
    waitsFor: "a commit of the journal",
    effect: "blocks",
    symptom: "fsync storms",
  },
  {
    id: "xfs-log",
    functions: names(`
      xlog_* xfs_log_* _xfs_log_force* xfs_buf_lock xfs_buf_iowait xfs_ail_push_all_sync
      xfs_trans_reserve xfs_qm_dqlock xfs_iunpin_wait __xfs_iunpin_wait xfs_inodegc_* xfs_ilock*`),
    callers: ["xfs_*"],
    subsystem: "xfs",
    waitsFor: "space in the log, or a buffer of it",
    effect: "blocks",
    symptom: "everything on an XFS volume stalls",
  },
  {
    id: "btrfs-transaction",
    functions: names(`
      wait_current_trans btrfs_commit_transaction wait_for_commit btrfs_wait_ordered_* btrfs_tree_lock*
      btrfs_tree_read_lock*`),
    callers: ["btrfs_*"],
    subsystem: "btrfs",
    waitsFor: "a transaction or a tree lock",
    effect: "blocks",
  },
  {
    id: "zfs-txg",
    functions: names(`
      txg_wait_synced* txg_wait_open* zio_wait dmu_tx_wait dmu_tx_assign zil_commit* spa_config_enter*`),
    callers: ["zpl_*", "zfs_*", "dmu_*", "spa_*"],
    subsystem: "zfs",
    waitsFor: "a transaction group, or I/O of the pool",
    effect: "blocks",
    symptom: "the pool is suspended",
  },
  {
    id: "ext4",
    functions: [],
    callers: ["ext4_*", "jbd2_*"],
    subsystem: "ext4",
    waitsFor: "ext4: an inode's lock or its I/O",
    effect: "blocks",
  },
  {
    id: "overlay",
    functions: [],
    callers: ["ovl_*"],
    subsystem: "overlay",
    waitsFor: "the file system below the overlay",
    effect: "blocks",
  },
  {
    id: "file-lock",
    functions: names(`
      flock_lock_inode_wait locks_lock_inode_wait posix_lock_inode_wait fcntl_setlk* do_lock_file_wait*
      __break_lease sys_flock`),
    subsystem: "vfs",
    waitsFor: "the holder of a file lock (/proc/locks names it)",
    effect: "waits",
    symptom: "iptables waits for the xtables lock",
  },
  {
    id: "inode-lock",
    functions: names(`
      lookup_slow __lookup_slow d_alloc_parallel d_wait_lookup walk_component path_openat open_last_lookups
      do_last filename_create do_unlinkat do_rmdir do_renameat2 iterate_dir lock_rename*
      generic_file_write_iter do_truncate lookup_open`),
    callers: names(`
      lookup_slow __lookup_slow d_alloc_parallel walk_component iterate_dir open_last_lookups
      path_openat path_lookupat`),
    subsystem: "vfs",
    waitsFor: "a directory's or file's lock, or a lookup in flight",
    effect: "blocks",
  },
];
