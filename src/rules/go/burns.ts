import type { Profile, Trace } from "../../pprof/index.ts";
import { isPlumbing, traces } from "../../pprof/index.ts";

/** CPU time of one stack. */
export interface Burn {
  /**
   * The functions that a person would name, outermost first: the program's and its libraries'. Of the standard library
   * only those in which the goroutine began; where all of the stack is its, those by which each package is entered.
   */
  readonly path: readonly string[];
  /** The function of the standard library that the last of them calls. */
  readonly calls: string | undefined;
  readonly nanoseconds: number;
  readonly spentOn: "garbage" | "system-call" | "allocation" | "code";
}

/** What a CPU profile measured. */
export interface CpuUse {
  readonly burns: readonly Burn[];
  readonly nanoseconds: number;
  /** How long the profiler looked. */
  readonly seconds: number;
  /** CPU time between two samples. */
  readonly period: number;
}

/** The stacks of a CPU profile; `undefined` for any other profile, and where it doesn't say how long it took. */
export function cpuUse(profile: Profile): CpuUse | undefined {
  const all = traces(profile, { sampleIndex: "cpu" });
  const seconds = Number(profile.durationNanos) / 1e9;
  const period = Number(profile.period);
  if (all?.type !== "cpu" || all.unit !== "nanoseconds" || seconds <= 0 || period <= 0) return undefined;
  // A difference of two profiles measured nothing by itself.
  if (all.traces.some(({ value }) => value < 0n)) return undefined;
  return { burns: all.traces.map(burnOf), nanoseconds: Number(all.total), seconds, period };
}

/** CPU time of stacks together, in nanoseconds. */
export const weightOf = (burns: readonly Burn[]): number =>
  burns.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);

function burnOf({ frames, value }: Trace): Burn {
  const names = frames.map(({ name }) => name);
  const path: string[] = [];
  let entered: string[] = [];
  let isOwn = false;
  let caller = "";
  for (const name of names.toReversed()) {
    // Assembler and C have no package.
    if (!name.includes(".") || isPlumbing(name) || GENERATED.test(name)) continue;
    const callee = packageOf(name);
    if (!isStandard(name)) {
      if (!isOwn) path.push(...entered);
      isOwn = true;
      entered = [];
      path.push(name);
    } else if (callee !== caller) entered.push(name);
    caller = callee;
  }
  if (!isOwn) path.push(...entered);
  const calls = isOwn ? entered[0] : undefined;
  return { path, calls, nanoseconds: Number(value), spentOn: purposeOf(names) };
}

/** Whether a function is of Go's standard library. */
export const isStandard = (func: string): boolean => STANDARD.test(packageOf(func));

/** Functions that only the compiler wrote. */
const GENERATED = /^(?:type|go)\.\./;

/** By its folders: a program's own packages may lack the dot of a host too. */
const STANDARD =
  /^(?:archive|bufio|bytes|cmp|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt|go|hash|html|image|index|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|slices|sort|strconv|strings|testing|text|time|unicode|unique|vendor|weak)(?:\/|$)/;

/** `net/http` of `net/http.(*conn).serve`. Type arguments hold packages too. */
function packageOf(func: string): string {
  const bracket = func.indexOf("[");
  const plain = bracket === -1 ? func : func.slice(0, bracket);
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  return dot === -1 ? plain : plain.slice(0, dot);
}

const GARBAGE =
  /^runtime\.(?:gcBgMarkWorker|gcAssistAlloc|gcStart|gcMarkDone|gcMarkTermination|bgsweep|bgscavenge|sweepone)/;
const SYSTEM_CALL =
  /(?:^|\/)(?:syscall|unix)\.(?:raw|Raw)?[Ss]yscall|^runtime\.(?:futex|epollwait|write1|madvise)/;

function purposeOf(leafFirst: readonly string[]): Burn["spentOn"] {
  if (leafFirst.some((name) => GARBAGE.test(name))) return "garbage";
  if (leafFirst.slice(0, 3).some((name) => SYSTEM_CALL.test(name))) return "system-call";
  return leafFirst.some((name) => name.startsWith("runtime.mallocgc")) ? "allocation" : "code";
}
