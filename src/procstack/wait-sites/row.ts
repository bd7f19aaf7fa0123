/** A part of the kernel that makes tasks wait. */
export type Subsystem =
  | "pid-namespace"
  | "process"
  | "signal"
  | "ptrace"
  | "coredump"
  | "cgroup"
  | "freezer"
  | "lock"
  | "futex"
  | "sync"
  | "filesystem-freeze"
  | "super-block"
  | "page-cache"
  | "block"
  | "ext4"
  | "xfs"
  | "btrfs"
  | "zfs"
  | "overlay"
  | "vfs"
  | "fuse"
  | "nfs"
  | "cifs"
  | "ceph"
  | "9p"
  | "autofs"
  | "fanotify"
  | "memory"
  | "network"
  | "socket"
  | "pipe"
  | "tty"
  | "poll"
  | "timer"
  | "rcu"
  | "workqueue"
  | "audit"
  | "module-loader"
  | "device"
  | "virtualisation"
  | "kernel-thread";

/** Locks of which the kernel has one, or one for each of few things, so that a stack can tell who may hold it. */
export type LockClass = "s_umount" | "rtnl" | "net-namespaces" | "cgroup" | "cgroup-threadgroup";

/** What a task that waits at a site means. */
export type WaitEffect =
  /** Nothing to do: the kernel thread's own loop, a server's poll. Never a finding. */
  | "idle"
  /** An ordinary wait for another party, that may be short or for ever: a child, a terminal, a pipe. */
  | "waits"
  /** A wait that should be short, for something that may be stuck. */
  | "blocks";

/** One line of knowledge about kernel functions that tasks sleep in. */
export interface WaitSiteRow {
  /** Stable, kebab-case. */
  readonly id: string;
  /** Functions under their folded names ({@link foldSymbol}); `x*` is a prefix, `*x` a suffix. The innermost that is no mere lock or scheduler decides. */
  readonly functions: readonly string[];
  /**
   * Functions that, standing further out, lend a bare lock, page or completion wait their subsystem: a wait for a
   * page below `nfs_file_fsync` is one for the NFS server.
   */
  readonly callers?: readonly string[];
  readonly subsystem: Subsystem;
  /** What has to happen for the wait to end. */
  readonly waitsFor: string;
  readonly effect: WaitEffect;
  /** It is a stuck wait even when the sleep is interruptible (state S); of others that is true only once the task was killed. */
  readonly asleep?: true;
  /** What people see. */
  readonly symptom?: string;
  /** The lock that the site waits for. */
  readonly lock?: LockClass;
  /** Only where such a lock's own frames stand inside it. */
  readonly crossing?: "percpu";
  /** Rows by id that decide when one of theirs stands further out. */
  readonly refinedBy?: readonly string[];
}

/** The names in a text, between blanks: long lists read better that way. */
export function names(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
