import type { Task } from "../../procstack/index.ts";
import { loopWorker } from "../../procstack/index.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** What the I/O stack does last: whoever waits there has its I/O under way, or waits for the device to take more. */
const SITES = ["block-io", "block-queue", "buffer", "jbd2-commit", "scsi-recovery"];

/** A journal or worker of a loop device, whose I/O is a write to a file. */
const isLoop = (task: Task): boolean =>
  loopWorker(task) !== undefined ||
  deviceOf(task)?.startsWith("loop") === true ||
  /\bflush-7:/.test(task.workqueue ?? "");

const deviceOf = ({ comm }: Task): string | undefined => /^jbd2\/(.+)-\d+$/.exec(comm ?? "")?.[1];

/** I/O that was given to a device and is not done. */
export const blockDeviceStalled = defineStuckCause({
  id: "proc/block-device-stalled",
  title: "a block device does not complete its I/O",
  description:
    "A task waits for the I/O of a block device itself, and the kernel reported it as hung or it can't take its SIGKILL. Journals, fsyncs and " +
    "mounts wait behind it. The device, its path or its driver has stopped, or its queue is throttled to nothing.",
  sites: SITES,
  statement: "a task waits for the I/O of a block device",
  // Where the chain goes on, the device waits for something itself: a loop device for the file system below it.
  accepts: ({ task }, { seen, host }) =>
    seen.roots.some((root) => root.task === task) &&
    !isLoop(task) &&
    (deviceOf(task) !== undefined || !host.tasks.some(isLoop)),
  remedy: [
    "Look at the device: iostat -x (its queue full, nothing done), the kernel's log (I/O errors, nvme timeouts, resets), multipath -ll.",
    "A cloud volume may be throttled or detached: see its metrics. A multipath device with queue_if_no_path waits for ever: no_path_retry fail.",
  ],
  references: ["https://docs.kernel.org/block/stat.html", "https://github.com/moby/moby/issues/9862"],
  tell({ waiters }) {
    const journals = waiters.flatMap(({ task }) => deviceOf(task) ?? []);
    return journals.length === 0
      ? ""
      : `It is the journal of ${[...new Set(journals)].join(", ")} that can't commit.`;
  },
});
