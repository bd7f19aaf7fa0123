import type { HostEvidence, Lasting } from "../../evidence/index.ts";
import { nameOf } from "../../procstack/index.ts";
import type { About, Advice, Cause, Test, Weight } from "../engine/index.ts";
import { cantTell, defineCause, holds } from "../engine/index.ts";
import type { Fix } from "../fixes/index.ts";
import { type Hang, HANGS, stuckOf, testsOfHang } from "./hang.ts";
import type { Stuck, Waiter } from "./stuck.ts";
import { citeWait, lastingOf, namesOf, waitersAt, worthOf } from "./stuck.ts";

export const COLLECT_STACKS = {
  text: "the stacks of all tasks, those of kernel threads too",
  command: "tail -n +1 /proc/[0-9]*/status /proc/[0-9]*/stack > stacks.txt 2>&1   # as root",
};
const COLLECT_LOG = { text: "the kernel's reports of hung tasks", command: "dmesg" };

/** What a cause that is a place in the kernel where tasks are stuck says of itself. */
interface StuckCause {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Ids of the wait sites that it is about; of other waits it is no rival. */
  readonly sites: readonly string[];
  /** Which of the tasks that wait there it is about; all when absent. */
  accepts?(waiter: Waiter, about: { readonly host: HostEvidence; readonly seen: Stuck }): boolean;
  /** What it is worth that a task waits there; `strong` when absent. */
  readonly waits?: Weight;
  /** Whether a task that waits there is worth little: one that may well wait for something else. */
  isVague?(waiter: Waiter): boolean;
  /** What it is worth that the wait lasts; `strong` when absent. */
  readonly lasts?: Weight;
  /** True when a task waits there: a clause. */
  readonly statement: string;
  /** What else tells. */
  readonly tests?: readonly Test<Stuck>[];
  readonly fixes?: readonly Fix[];
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  /** Sentences on this case, after the one that names the tasks. */
  tell?(about: {
    readonly host: HostEvidence;
    readonly seen: Stuck;
    readonly waiters: readonly Waiter[];
  }): string;
  advice?(about: { readonly host: HostEvidence; readonly waiters: readonly Waiter[] }): Advice | undefined;
}

/** Makes a cause of hangs of a place where tasks wait. Its first two tests are that one waits there, and that it lasts. */
export function defineStuckCause(cause: StuckCause): Cause<Hang> {
  const { id, title, description, fixes, remedy, references, tests = [] } = cause;
  const sites = new Set(cause.sites);
  const waitersOf = (about: About<Hang>): Waiter[] => {
    const { host } = about;
    const seen = stuckOf(about.seen, host);
    return seen
      ? waitersAt(seen, sites).filter((waiter) => cause.accepts?.(waiter, { host, seen }) ?? true)
      : [];
  };
  return defineCause<Hang>({
    id,
    title,
    description,
    explains: HANGS,
    concerns: (about) => waitersOf(about).length > 0,
    culprit(about) {
      const [waiter] = waitersOf(about);
      return (
        waiter && {
          kind: `${waiter.site.subsystem}-wait`,
          name: waiter.site.id,
          waitsFor: waiter.site.waitsFor,
        }
      );
    },
    tests: testsOfHang([
      {
        statement: cause.statement,
        axis: "state",
        holds: cause.waits ?? "strong",
        ask: COLLECT_STACKS,
        answer(about) {
          const [waiter] = waitersOf(about);
          if (!waiter) return cantTell("uncovered");
          const cites = [...waiter.path.flatMap(({ from }) => citeWait(from)), ...citeWait(waiter.task)];
          return holds(cites, cause.isVague?.(waiter) === true ? { atMost: "weak" } : worthOf(waiter));
        },
      },
      {
        statement: "that wait lasts",
        axis: "time",
        holds: cause.lasts ?? "strong",
        ask: COLLECT_LOG,
        answer(about) {
          for (const waiter of waitersOf(about)) {
            const lasting = lastingOf(waiter.task, about.host);
            if (!lasting || !TELLING.has(lasting.how)) continue;
            return holds(lasting.cites, worthOf(waiter));
          }
          return cantTell("uncovered");
        },
      },
      ...tests,
    ]),
    ...(fixes && { fixes }),
    remedy,
    references,
    ...(cause.advice && {
      advice: (about) => cause.advice?.({ host: about.host, waiters: waitersOf(about) }),
    }),
    summary(about) {
      const { host } = about;
      const seen = stuckOf(about.seen, host);
      const waiters = waitersOf(about);
      const [first] = waiters;
      if (!seen || !first) return title;
      const tasks = waiters.map(({ task }) => task);
      const isPast = tasks.every(({ logged }) => logged === true);
      const verb = isPast ? "waited" : tasks.length === 1 ? "waits" : "wait";
      const names = `${namesOf(tasks)} ${verb} for ${first.site.waitsFor}, in ${first.site.frame.symbol}.`;
      const path = first.path[0] ? ` Behind it: ${pathTo(first)}.` : "";
      const more = cause.tell?.({ host, seen, waiters });
      return `${names}${path}${more === undefined || more === "" ? "" : ` ${more}`}`;
    },
  });
}

/**
 * How a wait is known to last by more than what others do at that moment; what the kernel's log says of the party that they
 * wait for is a test of its own where it is one.
 */
const TELLING: ReadonlySet<Lasting["how"]> = new Set([
  "reported",
  "killed",
  "outlived",
  "read-twice",
  "stopped",
]);

/** The tasks on the way to a waiter, who wait for it. */
function pathTo({ path }: Waiter): string {
  return path.map(({ from }) => nameOf(from)).join(" → ");
}
