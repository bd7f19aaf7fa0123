import { names, type WaitSiteRow } from "./row.ts";

/** Tasks that wait for other tasks. */
export const PROCESS_SITES: readonly WaitSiteRow[] = [
  {
    id: "zap-pid-ns",
    functions: ["zap_pid_ns_processes"],
    subsystem: "pid-namespace",
    waitsFor: "every other task of its pid namespace to be gone",
    effect: "blocks",
    asleep: true,
    symptom: "the container can't be killed",
  },
  {
    id: "child",
    functions: names(`
      do_wait kernel_wait4 kernel_waitid sys_wait4 sys_waitid wait_consider_task`),
    subsystem: "process",
    waitsFor: "a child to end",
    effect: "waits",
    refinedBy: ["zap-pid-ns"],
  },
  {
    id: "vfork",
    functions: ["wait_for_vfork_done", "kernel_clone", "_do_fork", "do_fork"],
    subsystem: "process",
    waitsFor: "its vfork child to exec or exit",
    effect: "waits",
  },
  {
    id: "coredump-dumper",
    functions: names(`
      dump_emit dump_user_range wait_for_dump_helpers do_coredump vfs_coredump elf_core_dump`),
    subsystem: "coredump",
    waitsFor: "its core to be taken by the file or helper of core_pattern",
    effect: "blocks",
    symptom: "kill -9 has no effect while the core is written",
  },
  {
    id: "coredump",
    functions: names(`
      coredump_wait coredump_task_exit exit_mm mm_release exit_mm_release`),
    subsystem: "coredump",
    waitsFor: "another thread of its process to write the core",
    effect: "blocks",
    symptom: "kill -9 has no effect while the core is written",
  },
  {
    id: "aio-exit",
    functions: ["exit_aio", "kill_ioctx", "io_uring_cancel_generic", "io_uring_del_tctx_node"],
    subsystem: "block",
    waitsFor: "its outstanding asynchronous I/O",
    effect: "blocks",
    symptom: "a database or qemu that can't be killed",
  },
  {
    id: "ptrace",
    functions: names(`
      ptrace_stop ptrace_notify ptrace_check_attach wait_task_inactive ptrace_freeze_traced`),
    subsystem: "ptrace",
    waitsFor: "its debugger",
    effect: "waits",
  },
  {
    id: "stopped",
    functions: ["do_signal_stop", "do_jobctl_trap"],
    subsystem: "signal",
    waitsFor: "SIGCONT",
    effect: "waits",
  },
  {
    id: "cgroup-freezer",
    functions: names(`
      __refrigerator do_freezer_trap cgroup_enter_frozen refrigerator freezer_do_not_count`),
    subsystem: "freezer",
    waitsFor: "its cgroup to be thawed",
    effect: "blocks",
    asleep: true,
    symptom: "containers stuck in Created or Terminating",
  },
  {
    id: "usermode-helper",
    functions: [
      "call_usermodehelper_exec",
      "call_usermodehelper",
      "__request_module",
      "idempotent_wait_for_completion",
    ],
    callers: ["__request_module"],
    subsystem: "module-loader",
    waitsFor: "modprobe or another helper program",
    effect: "blocks",
    symptom: "mount or iptables hangs",
  },
  {
    id: "futex",
    functions: names(`
      futex_wait* __futex_wait futex_do_wait do_futex futex_lock_pi* futex_wait_requeue_pi*`),
    subsystem: "futex",
    waitsFor: "another thread of its program",
    effect: "idle",
  },
  {
    id: "exec-guard",
    functions: names(`
      proc_pid_attr_write mm_access ptrace_attach lock_trace de_thread begin_new_exec`),
    subsystem: "process",
    waitsFor: "the target's exec to finish, or its other threads to exit",
    effect: "blocks",
  },
  {
    id: "mmap-lock",
    functions: names(`
      proc_pid_cmdline_read environ_read access_remote_vm __access_remote_vm get_cmdline
      get_task_exe_file do_exit_mm`),
    callers: ["proc_pid_cmdline_read", "environ_read", "access_remote_vm", "__access_remote_vm"],
    subsystem: "lock",
    waitsFor: "the memory map of another task, which that one holds",
    effect: "blocks",
    symptom: "ps and top hang",
  },
  {
    // Two functions have this name: that of /proc/PID/maps (fs/proc/task_mmu.c), and that of /proc/PID/mounts and mountinfo (fs/namespace.c).
    id: "proc-listing",
    functions: ["m_start"],
    subsystem: "lock",
    waitsFor: "the list of mounts (namespace_sem), or the memory map of another task",
    effect: "blocks",
    symptom: "kubelet, df or ps hangs",
  },
];
