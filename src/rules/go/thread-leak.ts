import { citeOfTask } from "../../evidence/index.ts";
import type { GoroutineGroup } from "../../pprof/index.ts";
import { isLibraryFunction } from "../../pprof/index.ts";
import { isBlocked, waitInWords } from "../../procstack/index.ts";
import type { Answer } from "../engine/index.ts";
import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import { count } from "../words.ts";
import { goroutineCite, isDated, stackName, waitText } from "./goroutine-text.ts";
import type { ThreadPileup } from "./thread-pileup.ts";
import { threadPileup } from "./thread-pileup.ts";
import { heldBy, keptText } from "./threads.ts";

/** A process has grown when it has so many times the threads; it is steady when it has at most so many times. */
const GROWN = 2;
const STEADY = 1.25;
/** Nanoseconds in less than which a slow leak looks steady. */
const STEADY_FOR = 600_000_000_000n;
/** Minutes after which a call isn't part of serving a request any more, and the share of calls that must be so old. */
const OLD = 2;
const NEARLY_ALL = 0.9;

/** A lookup through the C library. Go never makes more than 500 at once, and they end by themselves. */
const LOOKUP = /^net\.(?:cgoLookup|_C2?func_get(?:addr|name)info)/;

/** Threads that calls keep which don't return. */
export const threadLeak = defineCause<ThreadPileup>({
  id: "go/thread-leak",
  title: "threads leak: calls that keep a thread each don't return",
  description:
    "Goroutines that stand in a system call or in C code, or that are locked to a thread, keep a thread each. Where such calls don't " +
    "return, every further one takes a new thread, up to Go's limit of 10,000 or that of the container. A snapshot alone is " +
    "likely at most; with growth against a baseline of the same process it is confirmed where the calls have lasted for minutes.",
  explains: [threadPileup],
  tests: [
    {
      statement: "the process has many more threads than it had in the baseline",
      axis: "time",
      holds: "strong",
      fails: "strong",
      ask: {
        text: "the thread count of the same process from an earlier time, to compare with",
        command: "inquest BUNDLE --baseline EARLIER-BUNDLE",
      },
      answer: ({ seen }) => answerGrowth(seen),
    },
    {
      statement: "goroutines keep most of its threads",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "the text form of the goroutine profile: it tells who is in a system call, for how long, and who is locked to a thread",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer: ({ seen }) => answerHeld(seen),
    },
    {
      statement: "the calls have lasted for minutes",
      axis: "state",
      holds: "strong",
      fails: "strong",
      answer: ({ seen }) => answerAge(seen),
    },
    {
      statement: "threads of the process are blocked in the kernel",
      axis: "state",
      holds: "weak",
      ask: {
        text: "what each thread waits for in the kernel",
        command:
          "tail -n +1 /proc/PID/task/[0-9]*/status /proc/PID/task/[0-9]*/stack > threads.txt 2>&1   # as root",
      },
      answer({ seen }) {
        const cites = (seen?.process.threads ?? []).filter(isBlocked).flatMap((task) => {
          const where = task.cites.stack ?? task.cites.wchan ?? task.cites.state;
          return where ? [citeOfTask(where, waitInWords(task), task)] : [];
        });
        return cites.length === 0 ? cantTell() : holds(cites.slice(0, CITED_TASKS));
      },
    },
  ],
  remedy: [
    "Find what the calls wait for: a device, a network file system, a pipe without a peer, a C library. Give them a deadline, or do " +
      "them in a process of their own.",
    "Bound how many run at once. Threads that are free again are used again, and never given back before the process ends.",
  ],
  references: [
    "https://github.com/kubernetes/kubernetes/issues/120613",
    "https://github.com/kubernetes/dns/issues/334",
    "https://pkg.go.dev/runtime/debug#SetMaxThreads",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { now, holders, process } = seen;
    const [first, ...others] = process.threads.filter(isBlocked);
    const more = others.length === 0 ? "" : `, and ${count(others.length, "other thread")}`;
    const inKernel = first ? ` Blocked in the kernel: ${waitInWords(first)}${more}.` : "";
    if (!holders?.group)
      return `${process.name} has ${now.threads} threads; what keeps them is not known.${inKernel}`;
    const { group } = holders;
    const some = now.atLeast === true ? `At least ${holders.held}` : `${holders.held} of the ${now.threads}`;
    return (
      `${some} threads of ${process.name} are kept by goroutines, ${heldBy(group)} of them in ` +
      `${stackName(group)}${calledBy(group)}${waitText(group)}.${inKernel}`
    );
  },
});

/** Blocked threads that are cited. */
const CITED_TASKS = 3;

/** The program's own function below a call, where the stack isn't named by it already. */
function calledBy(group: GoroutineGroup): string {
  const own = group.frames.find(({ func }) => !isLibraryFunction(func));
  return own && !stackName(group).startsWith(own.func) ? `, called by ${own.func}` : "";
}

function answerGrowth(seen: ThreadPileup | undefined): Answer {
  if (!seen?.before) return cantTell();
  const { count, same, apart } = seen.before;
  // The runtime doesn't know of threads that C code made: like is compared with like.
  const now = seen.counts.find(({ by }) => by === count.by);
  if (!now) return cantTell("uncovered");
  const where = same ? "the same process" : "another process of the program";
  const cites = [{ ...count.cite, text: `${count.cite.text} in the baseline, ${where}` }, now.cite];
  // Many calls at once make threads too: only those that last tell that they don't return.
  const lasts = answerAge(seen).is === "holds";
  if (now.threads >= count.threads * GROWN) return holds(cites, same && lasts ? {} : { atMost: "weak" });
  const isLate = !same || apart === undefined || apart >= STEADY_FOR;
  return isLate && now.threads <= count.threads * STEADY && now.atLeast !== true
    ? fails(cites)
    : cantTell("uncovered");
}

function answerHeld(seen: ThreadPileup | undefined): Answer {
  if (!seen?.holders) return cantTell();
  const { now, holders, kept } = seen;
  const { snapshot, held, group } = holders;
  const text = keptText(held, now);
  const cites = [group ? goroutineCite(snapshot, group, text) : { artifact: snapshot.artifact.path, text }];
  if (kept === undefined) return cantTell("uncovered");
  if (kept === "few") return fails(cites);
  const isBounded = group?.frames.some(({ func }) => LOOKUP.test(func)) === true;
  return holds(cites, isBounded ? { atMost: "weak" } : {});
}

function answerAge(seen: ThreadPileup | undefined): Answer {
  const group = seen?.holders?.group;
  if (!seen?.holders || !group) return cantTell();
  const { snapshot } = seen.holders;
  // Where others keep the threads, the age of these tells nothing.
  if (seen.kept !== "most") return cantTell("uncovered");
  const known = group.wait?.known ?? 0;
  if (known === 0 && !isDated(snapshot.model.groups)) return cantTell();
  const recent = group.count - known;
  if (recent >= group.count * NEARLY_ALL) {
    const text = `${recent} of ${group.count} have stood there for less than a minute`;
    return fails([goroutineCite(snapshot, group, text)]);
  }
  if (!group.wait || known < group.count * NEARLY_ALL || group.wait.median < OLD)
    return cantTell("uncovered");
  const text = `${known} of ${group.count} goroutines stand in ${stackName(group)}${waitText(group)}`;
  return holds([goroutineCite(snapshot, group, text)]);
}
