import { waitInWords, isBlocked } from "./blocked.ts";
import { among, type Link } from "./link.ts";
import { citesOf, nameOf, type Task } from "./task.ts";
import type { World } from "./world.ts";

/** Sites at which a task waits for a block device, or for pages and blocks on one. */
const DEVICE_SITES: ReadonlySet<string> = new Set([
  "page",
  "page-writeback",
  "writeback",
  "buffer",
  "sync",
  "jbd2-wait",
  "jbd2-commit",
  "xfs-log",
  "btrfs-transaction",
  "block-io",
  "block-queue",
  "dirty-throttle",
]);

/** From a task that waits for a block device to the kernel thread that should do its I/O and is stuck itself. */
export function deviceLinks(from: Task, world: World): Link[] {
  if (!DEVICE_SITES.has(from.site?.id ?? "")) return [];
  if (from.site?.id === "jbd2-wait") {
    const journal = journalLinks(from, world);
    if (journal.length > 0) return journal;
  }
  return loopLinks(from, world);
}

function journalLinks(from: Task, world: World): Link[] {
  const journals = world.others(isStuckJournal, from);
  return journals.map((to) => ({
    from,
    to,
    why: `it waits for a journal to commit, and ${journals.length === 1 ? "only " : ""}${nameOf(to)} is stuck in one`,
    certainty: among(journals, world),
    cites: [...citesOf(from, "stack"), ...citesOf(to, "comm", "stack")],
  }));
}

/** Many may be of one device, and one behind them of another. */
const MOST_WORKERS = 1000;
const isStuckJournal = (task: Task): boolean => (task.comm ?? "").startsWith("jbd2/") && isBlocked(task);
const isStuckWorker = (task: Task): boolean => loopWorker(task) !== undefined && isBlocked(task);
/** Works on a disk that is no loop device, and is stuck. */
const isStuckAtDisk = (task: Task): boolean =>
  isBlocked(task) && deviceOf(task)?.startsWith("loop") === false;

/** A loop device's I/O is done by a kernel thread that writes a file of another file system: if that stops, so does all above. */
function loopLinks(from: Task, world: World): Link[] {
  const own = deviceOf(from);
  const isWorker = own !== undefined && loopWorker(from) !== undefined;
  const workers = world.others(isStuckWorker, from, MOST_WORKERS).flatMap((task) => {
    const device = loopWorker(task);
    return device === undefined ? [] : [{ task, device }];
  });
  if (own !== undefined && !isWorker) {
    return workers
      .filter(({ device }) => device === own)
      .map(({ task }) =>
        link(from, task, `it works on ${own}, whose I/O ${nameOf(task)} does; ${waitInWords(task)}`, "named"),
      );
  }
  const others = workers.filter(({ device }) => device !== own);
  // Where the disk below another journal is stuck too, that may be the one.
  const rivals = world.once(isStuckAtDisk, (tasks) => tasks.filter(isStuckAtDisk)).slice(0, 2);
  // Several workers of one device are one candidate.
  const devices = new Map(others.map((other) => [other.device, other]));
  const stuck = [...devices.values()];
  const certainty = among([...stuck.map(({ task }) => task), ...rivals], world);
  const only = devices.size === 1 && rivals.length === 0 ? "the only stuck device" : "a stuck device";
  return others.map(({ task, device }) =>
    link(
      from,
      task,
      `it waits for I/O, and ${only} in the evidence is ${device}; ${waitInWords(task)}`,
      certainty,
    ),
  );
}

function link(from: Task, to: Task, why: string, certainty: Link["certainty"]): Link {
  return {
    from,
    to,
    why,
    certainty,
    cites: [...citesOf(from, "stack"), ...citesOf(to, "workqueue", "stack")],
  };
}

const LOOP = /^loop\d+$/;

/** The loop device that a kernel thread serves: a workqueue's worker since 5.10 or so, a thread of its own before. */
export function loopWorker(task: Task): string | undefined {
  return [task.workqueue, task.comm].find((name) => name !== undefined && LOOP.test(name));
}

/** The block device that a kernel thread's name tells: `jbd2/loop1-8`, `xfsaild/sda1`, `kworker/u8:1+flush-7:1`. */
function deviceOf(task: Task): string | undefined {
  const worker = loopWorker(task);
  if (worker !== undefined) return worker;
  const named = /^(?:jbd2\/(.+)-\d+|(?:xfsaild|xfs-buf|xfs-log|dmcrypt_write)\/(.+))$/.exec(task.comm ?? "");
  if (named) return named[1] ?? named[2];
  // Block major 7 is loop (Documentation/admin-guide/devices.txt).
  const [, major, minor] = /\bflush-(\d+):(\d+)/.exec(`${task.workqueue} ${task.comm}`) ?? [];
  if (major === undefined) return undefined;
  return major === "7" ? `loop${minor}` : `${major}:${minor}`;
}
