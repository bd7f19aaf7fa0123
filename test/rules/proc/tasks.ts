/** A task of a made-up node, written out as the files of its `/proc/PID`. */
export interface WrittenTask {
  readonly pid: number;
  readonly comm: string;
  readonly state: "S" | "D" | "R" | "Z" | "I";
  readonly ppid?: number;
  /** Its pids, outermost first. */
  readonly nspid?: readonly number[];
  /** Inode of its pid namespace. */
  readonly namespace?: number;
  readonly stack?: readonly string[];
  readonly killed?: boolean;
  readonly kernelThread?: boolean;
}

/** Which files were collected of each task. */
export type Collected = "stack" | "status" | "ns" | "comm";
const ALL: readonly Collected[] = ["stack", "status", "ns", "comm"];
const STATES = { S: "sleeping", D: "disk sleep", R: "running", Z: "zombie", I: "idle" };

/** The files of some tasks below a folder. */
export function procFiles(
  folder: string,
  tasks: readonly WrittenTask[],
  collected = ALL,
): Record<string, string> {
  const files: Record<string, string> = {};
  for (const task of tasks) {
    const at = `${folder}/proc/${task.pid}`;
    if (collected.includes("stack"))
      files[`${at}/stack`] = (task.stack ?? []).map((f) => `[<0>] ${f}+0x10/0x20\n`).join("");
    if (collected.includes("status")) files[`${at}/status`] = status(task);
    if (collected.includes("comm")) files[`${at}/comm`] = `${task.comm}\n`;
    if (collected.includes("ns")) {
      const inode = task.namespace ?? 4026531836;
      files[`${at}/ns`] = `total 0\nlrwxrwxrwx 1 root root 0 Nov 22 02:21 pid -> pid:[${inode}]\n`;
    }
  }
  return files;
}

function status({ pid, comm, state, ppid = 1, nspid, killed, kernelThread }: WrittenTask): string {
  const pending = killed === true ? "0000000000000100" : "0000000000000000";
  return [
    `Name:\t${comm}`,
    `State:\t${state} (${STATES[state]})`,
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    `PPid:\t${ppid}`,
    `TracerPid:\t0`,
    `NSpid:\t${(nspid ?? [pid]).join("\t")}`,
    `Kthread:\t${kernelThread === true ? 1 : 0}`,
    `Threads:\t1`,
    `SigPnd:\t${pending}`,
    `ShdPnd:\t${pending}`,
    "",
  ].join("\n");
}

const SYSCALL = ["do_syscall_64", "entry_SYSCALL_64_after_hwframe"];
export const NAMESPACE = 4026532400;

/** The init of a container that was killed and waits for the rest of its namespace. */
export const INIT: WrittenTask = {
  pid: 500,
  comm: "entrypoint.sh",
  state: "S",
  ppid: 400,
  nspid: [500, 1],
  namespace: NAMESPACE,
  killed: true,
  stack: [
    "do_wait",
    "kernel_wait4",
    "zap_pid_ns_processes",
    "do_exit",
    "do_group_exit",
    "get_signal",
    ...SYSCALL,
  ],
};

const member = (comm: string, stack: readonly string[]): WrittenTask => ({
  pid: 501,
  comm,
  state: "D",
  ppid: 500,
  nspid: [501, 2],
  namespace: NAMESPACE,
  killed: true,
  stack: [...stack, ...SYSCALL],
});

export const FROZEN_WRITER = member("ledger", [
  "percpu_rwsem_wait",
  "__percpu_down_read",
  "vfs_write",
  "ksys_write",
]);
export const SYNCER = member("s6-sync", ["super_lock", "__iterate_supers", "ksys_sync", "__do_sys_sync"]);
export const NFS_READER = member("reader", [
  "rpc_wait_bit_killable",
  "__rpc_execute",
  "nfs4_proc_getattr",
  "vfs_statx",
]);

/** Holds the super block that a sync waits for, and waits itself for a disk. */
export const UMOUNT: WrittenTask = {
  pid: 300,
  comm: "umount",
  state: "D",
  stack: [
    "folio_wait_bit",
    "folio_wait_writeback",
    "sync_inodes_sb",
    "sync_filesystem",
    "generic_shutdown_super",
    "deactivate_locked_super",
    "cleanup_mnt",
    ...SYSCALL,
  ],
};

/** A shell that waits for its child, and kernel threads at rest. */
export const AT_REST: readonly WrittenTask[] = [
  { pid: 700, comm: "bash", state: "S", stack: ["do_wait", "kernel_wait4", "__do_sys_wait4", ...SYSCALL] },
  {
    pid: 45,
    comm: "kswapd0",
    state: "S",
    ppid: 2,
    kernelThread: true,
    stack: ["kswapd", "kthread", "ret_from_fork"],
  },
  {
    pid: 46,
    comm: "kworker/u8:0",
    state: "D",
    ppid: 2,
    kernelThread: true,
    stack: ["worker_thread", "kthread", "ret_from_fork"],
  },
];

/** The kernel's report of a task as hung. */
export const hungLog = ({ pid, comm, stack = [] }: WrittenTask): string =>
  `[  847.062746] INFO: task ${comm}:${pid} blocked for more than 120 seconds.
[  847.063636]       Not tainted 6.1.0 #1
[  847.065174] task:${comm}    state:D stack:0     pid:${pid} tgid:${pid} ppid:1      flags:0x00080000
[  847.065205] Call Trace:
[  847.065208]  <TASK>
${stack.map((frame) => `[  847.065227]  ${frame}+0x3cc/0xf50\n`).join("")}[  847.065508]  </TASK>
`;
