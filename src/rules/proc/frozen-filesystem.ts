import { defineStuckCause } from "./stuck-cause.ts";

/** Somebody froze a file system and didn't thaw it; whoever writes to it, or to a device that lies on it, stops. */
export const frozenFilesystem = defineStuckCause({
  id: "proc/frozen-filesystem",
  title: "a file system is frozen and was not thawed",
  description:
    "A task waits for write access to a super block that is frozen (fsfreeze, a snapshot or backup agent). Writers wait without " +
    "end and can't be killed; where a loop device's file lies on it, so does everything above that device.",
  sites: ["frozen-filesystem"],
  statement: "a task waits for a frozen file system",

  remedy: [
    "Thaw it: fsfreeze -u MOUNTPOINT. Which mount: try touch on each, or ask the snapshot or backup agent that froze it; for " +
      "a loop device, losetup -l names the file below it.",
    "Have the agent thaw in a trap or with a timeout.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man8/fsfreeze.8.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/super.c",
  ],
  tell({ waiters }) {
    const loop = waiters.map(({ task }) => task.workqueue).find((name) => name?.startsWith("loop") === true);
    return loop === undefined ? "" : `The file of ${loop} lies on it, so all above ${loop} stops with it.`;
  },
});
