import { names, type WaitSiteRow } from "./row.ts";

/** Waits that mean nothing: a program that has nothing to do, a kernel thread in its own loop. */
export const IDLE_SITES: readonly WaitSiteRow[] = [
  {
    id: "poll",
    functions: names(`
      ep_poll do_epoll_wait do_epoll_pwait* do_poll do_sys_poll poll_schedule_timeout* do_select
      core_sys_select sys_epoll_wait sys_poll sys_ppoll io_cqring_wait* read_events do_io_getevents`),
    subsystem: "poll",
    waitsFor: "an event",
    effect: "idle",
  },
  {
    id: "sleep",
    functions: names(`
      hrtimer_nanosleep do_nanosleep common_nsleep* sys_nanosleep sys_clock_nanosleep alarm_timer_nsleep
      timerfd_read*`),
    subsystem: "timer",
    waitsFor: "a time",
    effect: "idle",
  },
  {
    id: "signal",
    functions: names(`
      do_sigtimedwait sigsuspend sys_rt_sigsuspend sys_rt_sigtimedwait sys_pause do_pause
      signalfd_dequeue signalfd_read*`),
    subsystem: "signal",
    waitsFor: "a signal",
    effect: "idle",
  },
  {
    id: "receive",
    functions: names(`
      inet_csk_accept inet_accept unix_accept unix_stream_data_wait unix_stream_read_generic
      unix_stream_recvmsg __skb_wait_for_more_packets skb_wait_for_more_packets __skb_recv_datagram
      skb_recv_datagram sk_wait_data tcp_recvmsg* udp_recvmsg netlink_recvmsg vsock_* packet_recvmsg`),
    subsystem: "socket",
    waitsFor: "something to arrive",
    effect: "idle",
  },
  {
    id: "pipe-read",
    functions: names(`
      pipe_wait pipe_wait_readable pipe_read anon_pipe_read eventfd_read* inotify_read fanotify_read
      do_msgrcv wq_sleep do_mq_timedreceive do_semtimedop __do_semtimedop do_syslog syslog_print*
      devkmsg_read evdev_read uio_read`),
    subsystem: "pipe",
    waitsFor: "something to read",
    effect: "idle",
  },
  {
    id: "worker",
    functions: names(`
      worker_thread rescuer_thread kthread_worker_fn loop_kthread_worker_fn io_wq_worker io_wqe_worker
      io_sq_thread vhost_worker vhost_task_fn vhost_run_work_list taskq_thread`),
    subsystem: "kernel-thread",
    waitsFor: "work",
    effect: "idle",
  },
  {
    id: "kernel-thread",
    functions: names(`
      kthreadd kthread_parkme __kthread_parkme smpboot_thread_fn migration_cpu_stop cpu_stopper_thread
      rcu_gp_kthread rcu_gp_fqs_loop rcu_nocb_* nocb_gp_wait nocb_cb_wait rcu_tasks_kthread*
      rcu_tasks_one_gp rcu_boost_kthread rcu_cpu_kthread kswapd kswapd_try_to_sleep
      kcompactd khugepaged* ksm_scan_thread oom_reaper kdamond_fn psi_poll_worker psi_rtpoll_worker
      kauditd_thread devtmpfsd devtmpfs_work_loop watchdog hung_task_watchdog hwrng_fillfn irq_thread
      irq_wait_for_interrupt ecryptfs_threadfn kjournald2 kjournald ext4_lazyinit_thread xfsaild
      xfsaild_push cleaner_kthread transaction_kthread bdi_writeback_thread
      bdi_forker_thread f2fs_gc_thread_func gc_thread_func issue_discard_thread issue_flush_thread
      ubifs_bg_thread scsi_error_handler loop_thread md_thread raid5d dmcrypt_write hub_thread
      mmc_queue_thread nbd_thread bch_allocator_thread bch_gc_thread drbd_thread_setup dbuf_evict_thread
      arc_reclaim_thread arc_evict_thread arc_prune_thread txg_quiesce_thread txg_thread_wait mmp_thread l2arc_feed_thread zthr_procedure
      __cv_timedwait* svc_recv svc_get_next_xprt nfsd lockd nfs41_callback_svc nfs4_callback_svc
      nfs4_run_state_manager rpc_async_schedule cifs_demultiplex_thread
      kvm_nx_huge_page_recovery_worker* fsnotify_mark_destroy* audit_prune_tree_thread prune_tree_thread
      ip_vs_sync_thread* sync_thread_* kernel_init`),
    subsystem: "kernel-thread",
    waitsFor: "its next turn",
    effect: "idle",
  },
];
