import { names, type WaitSiteRow } from "./row.ts";

/** Memory, networking, cgroups and the kernel's own machinery. */
export const KERNEL_SITES: readonly WaitSiteRow[] = [
  {
    id: "dirty-throttle",
    functions: ["balance_dirty_pages*", "balance_dirty_throttle*"],
    subsystem: "memory",
    waitsFor: "dirty pages to be written back",
    effect: "blocks",
    symptom: "writers are slowed down",
    refinedBy: ["fuse", "nfs", "cifs", "ceph"],
  },
  {
    id: "reclaim",
    functions: names(`
      throttle_direct_reclaim congestion_wait* reclaim_throttle wait_iff_congested shrink_*
      do_shrink_slab try_to_free_pages try_to_free_mem_cgroup_pages mem_cgroup_handle_over_high
      __mem_cgroup_handle_over_high isolate_migratepages* too_many_isolated`),
    callers: ["try_to_free_pages", "try_to_free_mem_cgroup_pages", "mem_cgroup_handle_over_high"],
    subsystem: "memory",
    waitsFor: "memory to be reclaimed",
    effect: "blocks",
    symptom: "pods at their memory limit are slow",
  },
  {
    id: "memcg-oom",
    functions: [
      "mem_cgroup_oom_synchronize",
      "mem_cgroup_handle_oom",
      "mem_cgroup_oom_wait",
      "mem_cgroup_oom*",
    ],
    subsystem: "memory",
    waitsFor: "someone to resolve the cgroup's out-of-memory, whose killer is disabled",
    effect: "blocks",
    symptom: "processes hang instead of being killed",
  },
  {
    id: "rtnl",
    functions: names(`
      rtnl_lock* rtnetlink_rcv_msg dev_ioctl devinet_ioctl rtnl_dumpit linkwatch_event addrconf_dad_work addrconf_verify_work
      netdev_nl_*`),
    subsystem: "network",
    waitsFor: "the network configuration lock (RTNL)",
    effect: "blocks",
    symptom: "CNI ADD times out",
    lock: "rtnl",
  },
  {
    id: "netns-create",
    functions: ["copy_net_ns", "setup_net", "register_pernet_*", "unregister_pernet_*"],
    subsystem: "network",
    waitsFor: "the lock under which network namespaces come and go",
    effect: "blocks",
    symptom: "containers stay in ContainerCreating",
    lock: "net-namespaces",
  },
  {
    id: "netns-teardown",
    functions: names(`
      netdev_wait_allrefs* netdev_run_todo cleanup_net default_device_exit_batch ops_exit_list*
      ops_undo_list`),
    callers: ["cleanup_net"],
    subsystem: "network",
    waitsFor: "the last users of a network device or namespace to go",
    effect: "blocks",
    symptom: "unregister_netdevice: waiting for lo to become free",
  },
  {
    id: "rcu",
    functions: names(`
      synchronize_rcu* synchronize_sched* wait_rcu_gp __wait_rcu_gp rcu_barrier* _rcu_barrier*
      synchronize_net synchronize_srcu* __synchronize_srcu wait_rcu_exp_gp synchronize_wait_*
      synchronize_rcu_expedited_wait* exp_funnel_lock rcu_exp_*`),
    subsystem: "rcu",
    waitsFor: "an RCU grace period: some CPU must get to it",
    effect: "blocks",
    symptom: "everything that changes network or mounts is slow",
  },
  {
    id: "workqueue",
    functions: names(`
      flush_work __flush_work flush_workqueue __flush_workqueue lru_add_drain_all __lru_add_drain_all
      drain_workqueue cancel_work_sync __cancel_work* cancel_delayed_work_sync schedule_on_each_cpu
      flush_delayed_work kthread_flush_work* stop_one_cpu stop_two_cpus __stop_cpus affine_move_task`),
    subsystem: "workqueue",
    waitsFor: "a kernel worker, or a CPU for it",
    effect: "blocks",
  },
  {
    id: "cgroup-threadgroup",
    functions: names(`
      cgroup_attach_task cgroup_attach_lock* cgroup_procs_write* __cgroup_procs_write cgroup_tasks_write
      __cgroup1_procs_write cgroup_migrate* cgroup_update_dfl_csses cgroup_transfer_tasks
      cgroup_threadgroup_* cgroup_can_fork cgroup_css_set_fork cgroup_post_fork cgroup_kill_*`),
    subsystem: "cgroup",
    waitsFor: "forks and exits to pause (cgroup_threadgroup_rwsem)",
    effect: "blocks",
    symptom: "containers start slowly",
    lock: "cgroup-threadgroup",
  },
  {
    // The same semaphore from its readers' side, who show only when its own frames stand inside them.
    id: "cgroup-threadgroup",
    functions: names(`
      copy_process kernel_clone _do_fork do_fork exit_signals do_exit de_thread begin_new_exec
      flush_old_exec`),
    crossing: "percpu",
    subsystem: "cgroup",
    waitsFor: "a task that moves processes between cgroups (cgroup_threadgroup_rwsem)",
    effect: "blocks",
    symptom: "nothing can fork or exit",
    lock: "cgroup-threadgroup",
  },
  {
    id: "cgroup-lock",
    functions: names(`
      cgroup_kn_lock_live cgroup_lock* cgroup_mkdir cgroup_rmdir cgroup_destroy_locked cgroup_release
      cgroup_show_path proc_cgroup_show cgroupstats_build cgroup_drain_offline*
      cgroup_subtree_control_write cpuset_* css_free_* css_killed_*`),
    subsystem: "cgroup",
    waitsFor: "the cgroup lock",
    effect: "blocks",
    symptom: "containers start and stop slowly",
    lock: "cgroup",
  },
  {
    id: "cpu-hotplug",
    functions: names(`
      cpus_read_lock cpus_write_lock get_online_cpus cpu_hotplug_begin _cpu_up _cpu_down cpuhp_*
      cpu_hotplug_*`),
    subsystem: "lock",
    waitsFor: "a CPU that goes on or off line",
    effect: "blocks",
  },
  {
    id: "audit",
    functions: ["audit_log_start", "audit_receive*", "audit_ctl_lock"],
    callers: ["audit_log_start"],
    subsystem: "audit",
    waitsFor: "room in the audit backlog",
    effect: "blocks",
    symptom: "the whole node hangs",
  },
  {
    id: "socket-send",
    functions: names(`
      sk_stream_wait_memory sock_alloc_send_pskb sock_alloc_send_skb unix_wait_for_peer
      unix_stream_sendmsg sk_stream_wait_connect inet_stream_connect inet_wait_for_connect
      __inet_stream_connect netlink_attachskb tcp_sendmsg* sk_stream_wait_close tcp_close __tcp_close
      inet_csk_wait_for_connect`),
    subsystem: "socket",
    waitsFor: "its peer to read or to answer",
    effect: "waits",
  },
  {
    id: "tty-read",
    functions: ["n_tty_read", "tty_read", "iterate_tty_read"],
    subsystem: "tty",
    waitsFor: "input from its terminal",
    effect: "waits",
    symptom: "a program that should not ask waits for someone to type",
  },
  {
    id: "tty-write",
    functions: names(`
      n_tty_write tty_write* file_tty_write iterate_tty_write tty_wait_until_sent tty_ldisc_ref_wait
      tty_ldisc_lock tty_ldisc_hangup tty_release tty_lock`),
    subsystem: "tty",
    waitsFor: "its terminal to take output or to close",
    effect: "waits",
  },
  {
    id: "pipe-write",
    functions: ["pipe_write", "anon_pipe_write"],
    subsystem: "pipe",
    waitsFor: "the reader of a full pipe",
    effect: "waits",
    refinedBy: ["coredump-dumper"],
    symptom: "a container whose log reader has stopped",
  },
  {
    id: "fifo-open",
    functions: ["wait_for_partner", "fifo_open"],
    subsystem: "pipe",
    waitsFor: "someone to open the FIFO's other end",
    effect: "waits",
    symptom: "runc start waits on exec.fifo",
  },
];
