import { cantTell, defineCause, fails, holds } from "../engine/index.ts";
import type { ThreadPileup } from "./thread-pileup.ts";
import { threadPileup } from "./thread-pileup.ts";
import { keptText } from "./threads.ts";

/** The harmless reason for many threads: Go keeps all that it ever needed at once. */
export const idleThreads = defineCause<ThreadPileup>({
  id: "go/idle-threads",
  title: "threads that Go's runtime keeps after many calls at once",
  description:
    "When many goroutines block in system calls or C code at once, Go makes a thread for each. When the calls return it keeps the " +
    "threads for later ones, and gives none back while the process lives. They are idle, and cost little but their count.",
  explains: [threadPileup],
  tests: [
    {
      statement: "the threads are those of Go's runtime, and goroutines keep next to none of them",
      axis: "state",
      holds: "strong",
      fails: "decisive",
      ask: {
        text: "a goroutine profile: it tells who is in a system call or in C code",
        command: "curl -s 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=2' > goroutine-debug2.txt",
      },
      answer({ seen }) {
        if (seen?.foreign === true) return fails(seen.counts.map(({ cite }) => cite));
        if (!seen?.holders) return cantTell();
        const { now, holders, kept } = seen;
        const text = keptText(holders.held, now);
        const cites = [{ artifact: holders.snapshot.artifact.path, text }];
        if (kept === undefined) return cantTell("uncovered");
        return kept === "few" ? holds(cites) : fails(cites);
      },
    },
  ],
  remedy: [
    "Nothing, if the count doesn't matter. To keep it lower, bound how many blocking calls run at once (a semaphore before file, " +
      "cgo and lookup calls), and restart the process to be rid of those that are there.",
  ],
  references: [
    "https://github.com/golang/go/issues/14592",
    "https://github.com/kubernetes/kubernetes/issues/123275",
  ],
  summary({ seen }) {
    if (!seen) return "";
    const { now, holders, process } = seen;
    return holders
      ? `Goroutines keep ${holders.held} of the ${now.threads} threads of ${process.name}: the others are idle, kept from when as many calls ran at once.`
      : `${process.name} may have needed ${now.threads} threads at once, some time before.`;
  },
});
