import type { Subsystem } from "../../procstack/index.ts";
import type { Advice } from "../engine/index.ts";

/** What to do about tasks that are stuck in a part of the kernel, while no cause is known. */
const ADVICE: Readonly<Partial<Record<Subsystem, readonly string[]>>> = {
  process: [
    "Look at the task that it waits for: its child, its other threads, the target of its ptrace or exec.",
  ],
  ptrace: ["Find its debugger by TracerPid in its status, and have it detach."],
  coredump: [
    "See what takes cores: sysctl kernel.core_pattern. A helper behind | that doesn't read keeps the process; kill the helper.",
  ],
  cgroup: [
    "Look for a task that moves processes between cgroups, or a cgroup with very many of them; see the lock's holder.",
  ],
  freezer: [
    "Thaw the cgroup: echo THAWED > freezer.state, or echo 0 > cgroup.freeze. docker unpause does it for its own.",
  ],
  lock: [
    "Find the lock's holder among the stacks of all tasks: echo w > /proc/sysrq-trigger prints those that are blocked.",
  ],
  sync: ["Find the file system that does not take its writes: sync -f MOUNTPOINT of each, one by one."],
  "filesystem-freeze": ["Thaw the file system: fsfreeze -u MOUNTPOINT."],
  "super-block": [
    "Find the task that mounts, unmounts, remounts or freezes a file system and is stuck itself.",
  ],
  "page-cache": ["Look at the device or server below the file system: iostat -x, the kernel's log."],
  block: ["Look at the device: iostat -x, smartctl, its errors and timeouts in the kernel's log."],
  ext4: ["Look at the device below the journal: iostat -x, its errors in the kernel's log."],
  xfs: ["Look at the device below the log: iostat -x, and for XFS messages in the kernel's log."],
  btrfs: ["Look at the device below, and for a balance or a scrub that runs."],
  zfs: ["See zpool status: a suspended pool needs its devices and then zpool clear."],
  overlay: ["Look at the file system that the upper and lower directories lie on."],
  vfs: ["Find who holds the directory or file: another task that is stuck in the same file system."],
  fuse: ["Find the program that serves the mount; if it is gone, echo 1 > /sys/fs/fuse/connections/N/abort."],
  nfs: [
    "Reach the server again, or umount -f and then umount -l; mount with soft or softerr where a hang is worse than an error.",
  ],
  cifs: ["Reach the server again, or umount -f -l."],
  ceph: ["See ceph -s, and in the kernel's log which monitor, OSD or MDS the client can't reach."],
  "9p": ["Look at the hypervisor's side: its file server process."],
  autofs: ["Restart the automount daemon; see what it tries to mount."],
  fanotify: [
    "Stop the agent that must allow the access (an antivirus, mostly): its listener does not answer.",
  ],
  memory: ["Look at free memory, at the cgroup's limit and its memory.events, and at the pressure files."],
  network: ["Find the holder of the lock: a task below rtnl or cleanup_net that doesn't wait for it."],
  rcu: ["Find the CPU that lets no grace period pass: stalls and lockups in the kernel's log."],
  workqueue: [
    "Look at the stack of the kworker that does the work, and for a real-time task that keeps its CPU.",
  ],
  audit: [
    "See auditctl -s: raise the backlog, set its wait time to 0 (auditctl --backlog_wait_time 0), look at auditd.",
  ],
  "module-loader": [
    "Look at the helper program, modprobe mostly, that the kernel started and that doesn't end.",
  ],
  device: ["Look at the device and its driver's messages in the kernel's log."],
  virtualisation: ["Look at the hypervisor: the machine waits for it."],
};

/** The advice for waits in a part of the kernel. */
export function waitAdvice(subsystem: Subsystem): Advice | undefined {
  const remedy = ADVICE[subsystem];
  return remedy && { remedy, references: [] };
}
