import { defineLockConvoy } from "./lock-convoy.ts";

/** Who moves processes between control groups keeps all others from forking and exiting meanwhile. */
export const cgroupForkConvoy = defineLockConvoy({
  id: "proc/cgroup-fork-convoy",
  title: "forks, exits and moves between control groups queue for one lock",
  description:
    "A task that moves processes between control groups (runc, systemd, the runtime) waits for every fork, exec and exit that is under way, and all later ones wait for it (cgroup_threadgroup_rwsem). One that is " +
    "stuck in an exit or a fork stops containers from being started on the whole node.",
  site: "cgroup-threadgroup",
  statement: "a task waits for the lock of forks and moves between control groups",
  remedy: [
    "Look at the task that holds it: a fork that waits for memory, an exit that waits for a file system.",
    "Free what that one waits for; a reboot where it can't be.",
  ],
  references: [
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/kernel/cgroup/cgroup.c",
    "https://docs.kernel.org/admin-guide/cgroup-v2.html",
  ],
});
