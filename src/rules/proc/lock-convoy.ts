import type { Cause } from "../engine/index.ts";
import { cantTell, fails, holds } from "../engine/index.ts";
import type { HostEvidence } from "../../evidence/index.ts";
import type { Link, Task } from "../../procstack/index.ts";
import { nameOf, waitInWords } from "../../procstack/index.ts";
import { count } from "../words.ts";
import type { Hang } from "./hang.ts";
import { citeWait, lastingOf, type Stuck, waitersAt, worthOf } from "./stuck.ts";
import { defineStuckCause } from "./stuck-cause.ts";

/** So many that wait at once are a queue. */
const QUEUE = 3;

/** A lock of which the kernel has one, and what queues for it. */
interface LockConvoy {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The wait site of those that queue. */
  readonly site: string;
  /** True when one does: a clause. */
  readonly statement: string;
  readonly remedy: readonly string[];
  readonly references: readonly string[];
}

/** Makes a cause of hangs of a queue for one lock of the whole kernel, behind whoever holds it for long. */
export function defineLockConvoy(convoy: LockConvoy): Cause<Hang> {
  const { site, ...text } = convoy;
  const sites = new Set([site]);
  return defineStuckCause({
    ...text,
    sites: [site],
    waits: "weak",
    tests: [
      {
        statement: "several wait for it at once",
        // Like the wait's length it tells that the lock is held for long, and nothing of why.
        axis: "time",
        holds: "strong",
        fails: "strong",
        answer({ seen, host }) {
          const waiters = waitersAt(seen, sites);
          const [first] = waiters;
          if (!first) return cantTell("uncovered");
          const cites = waiters.slice(0, 2 * QUEUE).flatMap(({ task }) => citeWait(task));
          if (waiters.length < QUEUE) return fails(cites, { atMost: "weak" });
          // A node that starts many containers has a queue at any moment.
          const lasts = waiters.some(({ task }) => (lastingOf(task, host)?.how ?? "queue") !== "queue");
          return holds(cites, lasts ? worthOf(first) : { atMost: "weak" });
        },
      },
      {
        statement: "a task that holds the lock is stuck itself",
        axis: "identity",
        holds: "strong",
        ask: {
          text: "the stacks of all tasks, those of kernel threads too",
          command: "tail -n +1 /proc/[0-9]*/comm /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
        },
        answer({ seen, host }) {
          const found = holderOf(seen, sites);
          // One at a place that is not known may work; one that the kernel reports as hung doesn't.
          const isStuck = found && (found.to.site?.effect === "blocks" || isReported(found.to, host));
          if (!found || !isStuck) return cantTell("uncovered");
          return holds(citeWait(found.to), worthOf(found.link));
        },
      },
    ],
    tell({ seen, waiters }) {
      const many = `${count(waiters.length, "task waits", "tasks wait")} for it`;
      const found = holderOf(seen, sites);
      if (!found) return `${many}; who holds it, nothing tells.`;
      const sure = found.link.certainty === "candidate" ? "may hold" : "holds";
      return `${many}; ${nameOf(found.to)} ${sure} it${whereOf(found.to)}.`;
    },
  });
}

const isReported = (task: Task, host: HostEvidence): boolean => {
  const how = lastingOf(task, host)?.how;
  return how === "reported" || how === "killed" || how === "read-twice";
};

/** The surest task that those in the queue wait for. */
function holderOf(
  seen: Stuck | undefined,
  sites: ReadonlySet<string>,
): { readonly link: Link; readonly to: Task } | undefined {
  for (const { path } of seen?.roots ?? []) {
    for (const link of path) {
      const { from, to } = link;
      if (to && from.site && sites.has(from.site.id) && !sites.has(to.site?.id ?? "")) return { link, to };
    }
  }
  return undefined;
}

/** `: ip (6005) waits for …`, or for a task at a place that is not known the function of a module that it is in. */
function whereOf(task: Task): string {
  if (task.site) return `: ${waitInWords(task)}`;
  const frames = task.stack?.frames.filter(({ reliable }) => reliable) ?? [];
  const frame = frames.find(({ module }) => module !== undefined) ?? frames[0];
  return frame ? `, in ${frame.symbol}` : "";
}
