import { cantTell, holds } from "../engine/index.ts";
import { citeWait, type Waiter, waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

const SITES = ["mmap-lock", "proc-listing"];
/** The list of mounts is never taken so, memory maps are since 5.4 or so. */
const KILLABLE = /^(?:down_read_killable|mmap_read_lock_killable|rwsem_down_read_failed_killable)(?:\.|$)/;
const isOfMap = ({ task, site }: Waiter): boolean =>
  site.id !== "proc-listing" || task.stack?.frames.some(({ symbol }) => KILLABLE.test(symbol)) === true;

/** So many that look at processes and hang are no matter of a moment. */
const QUEUE = 3;

/** Who reads a process's command line, environment or maps needs the lock of its memory map. */
export const memoryMapHeld = defineStuckCause({
  id: "proc/memory-map-held",
  title: "ps and its like hang: a process doesn't let go of its memory map",
  description:
    "Tasks that read the command line, environment or maps of a process (ps, top, pgrep, agents) wait for the lock of its memory map. A thread of that process holds it and is stuck, as in a page fault on a file of a " +
    "server that is gone, or another waits to write.",
  sites: SITES,
  accepts: isOfMap,
  statement: "a task that looks at another process waits for that one's memory map",
  tests: [
    {
      statement: "several wait so at once",
      axis: "counter",
      holds: "strong",
      answer({ seen }) {
        const waiters = waitersAt(seen, new Set(SITES)).filter(isOfMap);
        const [first] = waiters;
        if (!first || waiters.length < QUEUE) return cantTell("uncovered");
        return holds(
          waiters.slice(0, 2 * QUEUE).flatMap(({ task }) => citeWait(task)),
          worthOf(first),
        );
      },
    },
  ],
  remedy: [
    "Find the process: for p in /proc/[0-9]*; do timeout 1 cat $p/cmdline >/dev/null || echo $p; done. Look at the stacks of its threads.",
    "Free what its stuck thread waits for; kill it where it takes the signal.",
  ],
  references: [
    "https://docs.kernel.org/filesystems/proc.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/proc/base.c",
  ],
});
