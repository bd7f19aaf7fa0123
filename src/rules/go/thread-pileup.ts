import type { Process } from "../../evidence/index.ts";
import { defineSymptom } from "../engine/index.ts";
import { apartFrom, processesBefore } from "./baseline.ts";
import type { Holders, ThreadCount } from "./threads.ts";
import { holdersOf, threadCounts } from "./threads.ts";

/** A process with many threads. */
export interface ThreadPileup {
  readonly process: Process;
  /** What counts most. */
  readonly now: ThreadCount;
  readonly counts: readonly ThreadCount[];
  /** Whether most of them are none of Go's runtime: C code made them. */
  readonly foreign: boolean;
  readonly holders: Holders | undefined;
  /** Of the runtime's threads, which part goroutines keep; `undefined` where that can't be told. */
  readonly kept: "most" | "few" | undefined;
  readonly before: ThreadsBefore | undefined;
}

/** The same process in the baseline, or the peer that has most. */
export interface ThreadsBefore {
  readonly count: ThreadCount;
  readonly same: boolean;
  /** Nanoseconds since then, where profiles tell their times. */
  readonly apart: bigint | undefined;
}

/** Threads that are many whatever else runs: more than the CPUs of a large machine and Go's 500 lookups through C together. */
const MANY = 1000;
/** Fewer are many where the baseline has so many times fewer, and so many fewer. */
const TIMES = 4;
const MORE = 250;

/** Shares of the threads: what is most of them, and what is next to none. */
const MOST = 0.5;
const FEW = 0.25;

/** A Go process with very many threads: a fact, harmless or not. */
export const threadPileup = defineSymptom<ThreadPileup>({
  id: "go/thread-pileup",
  title: "a Go process has very many threads",
  description:
    "A process of which there are Go profiles or goroutine dumps has at least 1,000 threads; or at least 250 more than in the " +
    "baseline and four times as many. Go needs a thread for each CPU, a handful for itself, and one for each goroutine " +
    "in a system call that blocks, in C code, or locked to a thread.",
  remedy: [
    "Take a goroutine dump (debug=2): goroutines in syscall, or locked to a thread, keep a thread each.",
  ],
  references: ["https://pkg.go.dev/runtime/debug#SetMaxThreads"],
  *detect(host) {
    for (const process of host.processes) {
      const counts = threadCounts(process);
      const [now] = counts;
      if (!now) continue;
      const [before] = processesBefore(host, process)
        .flatMap(({ process: other, same }): ThreadsBefore[] =>
          threadCounts(other)
            .filter(({ atLeast }) => atLeast !== true)
            .slice(0, 1)
            .map((count) => ({ count, same, apart: apartFrom(other, process) })),
        )
        .sort((a, b) => Number(b.same) - Number(a.same) || b.count.threads - a.count.threads);
      const isMore =
        before !== undefined &&
        now.threads >= before.count.threads * TIMES &&
        now.threads - before.count.threads >= MORE;
      if (now.threads < MANY && !isMore) continue;
      const { name, task } = process;
      const compared = isMore ? `, where the baseline has ${before.count.threads}` : "";
      yield {
        subject: { kind: "process", name, ...(task?.pid !== undefined && { pid: task.pid }) },
        summary: `${name} has ${now.atLeast === true ? "at least " : ""}${now.threads} threads${compared}.`,
        evidence: counts.map(({ cite }) => cite),
        data: { process, now, counts, before, ...keepersOf(process, counts, now.threads) },
        weight: now.threads,
      };
    }
  },
});

function keepersOf(
  process: Process,
  counts: readonly ThreadCount[],
  threads: number,
): Pick<ThreadPileup, "foreign" | "holders" | "kept"> {
  const holders = holdersOf(process);
  const own = counts.find(({ by, atLeast }) => by === "runtime" && atLeast !== true)?.threads ?? threads;
  const foreign = own < threads * MOST;
  if (!holders || foreign) return { foreign, holders, kept: undefined };
  const kept = holders.held >= own * MOST ? "most" : holders.atMost <= own * FEW ? "few" : undefined;
  return { foreign, holders, kept };
}
