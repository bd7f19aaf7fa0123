import type { Cite, HostEvidence } from "../../evidence/index.ts";
import type { Root, Task } from "../../procstack/index.ts";
import { waitInWords, hungReport, isBlocked, nameOf } from "../../procstack/index.ts";
import type { Answer, Weight } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { BlockedNamespace } from "./blocked-namespace.ts";
import { KNOWN_MEMBER, citeLink, citeTask, pathText } from "./blocked-namespace.ts";
import { pidNamespaceZapHang } from "./pid-namespace-zap-hang.ts";

/** The wait site of `sb_start_write` and its like: only a thaw ends it. */
const SITE = "frozen-filesystem";

/** Somebody froze a file system and didn't thaw it; whoever writes to it, or to a device that lies on it, stops. */
export const frozenFilesystem = defineCause<BlockedNamespace>({
  id: "proc/frozen-filesystem",
  title: "a file system is frozen and was not thawed",
  description:
    "A task waits for write access to a super block that is frozen (fsfreeze, a snapshot or backup agent). Writers wait without " +
    "end and can't be killed; where a loop device's file lies on it, so does everything above that device.",
  explains: [pidNamespaceZapHang],
  tests: [
    {
      statement: "the task that everything waits for waits itself for a frozen file system",
      axis: "state",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the stacks of all tasks, those of kernel threads too",
        command: "tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
      },
      answer: ({ seen, host }) => (seen ? answerRoot(seen) : answerTasks(host)),
    },
    {
      statement: "that wait has lasted: the kernel reported it, or a SIGKILL waits for the task",
      axis: "time",
      holds: "strong",
      ask: { text: "the kernel's reports of hung tasks", command: "dmesg" },
      answer: ({ seen, host }) => answerDuration(seen, host),
    },
    KNOWN_MEMBER,
  ],
  remedy: [
    "Thaw it: fsfreeze -u MOUNTPOINT. Which mount: try touch on each, or ask the snapshot or backup agent that froze it; for " +
      "a loop device, losetup -l names the file below it.",
    "Have the agent thaw in a trap or with a timeout.",
  ],
  references: [
    "https://man7.org/linux/man-pages/man8/fsfreeze.8.html",
    "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/super.c",
  ],
  summary({ seen, host }) {
    const root = seen && frozenRoot(seen);
    const tasks = frozenTasks(host);
    if (!root) {
      const names = tasks.map(nameOf).join(", ");
      return tasks.length > 0
        ? `${names}: waiting for a frozen file system.`
        : "Where the chain ends is not known.";
    }
    const device = root.task.workqueue?.startsWith("loop") === true ? ` below ${root.task.workqueue}` : "";
    return `${nameOf(root.task)} waits for a frozen file system${device} to be thawed, and all of these wait for it: ${pathText(root)}.`;
  },
});

const frozenRoot = ({ roots }: BlockedNamespace): Root | undefined =>
  roots.find((root) => root.site?.id === SITE && isBlocked(root.task));

const frozenTasks = (host: HostEvidence): Task[] =>
  host.tasks.filter((task) => task.site?.id === SITE && isBlocked(task));

/** A chain with a link that is one of several possible ones shows little. */
const worth = (root: Root): { atMost?: Weight } => (root.certainty === "candidate" ? { atMost: "weak" } : {});

function answerRoot(seen: BlockedNamespace): Answer {
  const root = frozenRoot(seen);
  if (root) return holds([...root.path.flatMap(citeLink), ...citeWait(root.task)], worth(root));
  const [other] = seen.roots;
  if (!other || other.missing !== undefined || other.site?.effect !== "blocks") return cantTell("uncovered");
  return fails(citeWait(other.task), worth(other));
}

/** Without a symptom: tasks that wait for a frozen file system, which a freeze of a moment shows as well. */
function answerTasks(host: HostEvidence): Answer {
  const tasks = frozenTasks(host);
  return tasks.length === 0 ? cantTell() : holds(tasks.flatMap(citeWait), { atMost: "weak" });
}

function answerDuration(seen: BlockedNamespace | undefined, host: HostEvidence): Answer {
  const root = seen && frozenRoot(seen);
  if (!root) return cantTell();
  const logs = host.kernelLogs.map(({ model }) => model);
  const hung = hungReport(root.task, logs);
  const reported = hung
    ? [
        citeTask(
          { path: hung.path, line: hung.report.line },
          `${nameOf(root.task)} blocked for more than ${hung.report.seconds} seconds`,
          root.task,
        ),
      ]
    : [];
  const unkillable = root.path.flatMap(({ to }) => (to?.killPending === true && isBlocked(to) ? [to] : []));
  const pending = unkillable.flatMap((task) => {
    const where = task.cites.killPending;
    return where
      ? [citeTask(where, `a SIGKILL is pending for ${nameOf(task)}, which can't take it`, task)]
      : [];
  });
  const cites = [...reported, ...pending];
  return cites.length === 0 ? cantTell("uncovered") : holds(cites, worth(root));
}

function citeWait(task: Task): Cite[] {
  const where = task.cites.stack ?? task.cites.wchan;
  return where ? [citeTask(where, waitInWords(task), task)] : [];
}
