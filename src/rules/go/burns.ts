import type { Profile } from "../../pprof/index.ts";
import { isPlumbing, top } from "../../pprof/index.ts";
import { stacksOf } from "./stacks.ts";

/** CPU time of one stack. */
export interface Burn {
  /**
   * The functions that a person would name, outermost first: the program's and its libraries'. Of the standard library
   * only those in which the goroutine began; where all of the stack is its, those by which each package is entered. What
   * is light in all of the profile is left out, but for the first and the last.
   */
  readonly path: readonly string[];
  /** The function of the standard library that the last of them calls; empty where it is one of many. */
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

/** Share of a profile below which a function is light. */
const LIGHT = 0.02;

/** The stacks of a CPU profile; `undefined` for any other profile, and where it doesn't say how long it took. */
export function cpuUse(profile: Profile): CpuUse | undefined {
  const column = profile.sampleTypes.findIndex(
    ({ type, unit }) => profile.string(type) === "cpu" && profile.string(unit) === "nanoseconds",
  );
  const seconds = Number(profile.durationNanos) / 1e9;
  const period = Number(profile.period);
  if (column === -1 || seconds <= 0 || period <= 0) return undefined;
  const heavy = new Set(
    top(profile, { sampleIndex: column, nodeFraction: LIGHT })?.rows.map(({ name }) => name),
  );
  const burns = new Map<string, Draft>();
  let nanoseconds = 0;
  for (const { functions, values } of stacksOf(profile, (name) => describe(name, heavy.has(name)))) {
    const value = values[column] ?? 0;
    // A difference of two profiles measured nothing by itself.
    if (value < 0) return undefined;
    const burn = burnOf(functions);
    const key = [burn.spentOn, burn.calls ?? "none", ...burn.path].join("\n");
    const known = burns.get(key) ?? burn;
    known.nanoseconds += value;
    nanoseconds += value;
    burns.set(key, known);
  }
  return { burns: [...burns.values()], nanoseconds, seconds, period };
}

/** CPU time of stacks together, in nanoseconds. */
export const weightOf = (burns: readonly Burn[]): number =>
  burns.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);

/** What is to know of a function, found once for all stacks. */
interface Described {
  readonly name: string;
  /** Absent for what a person would not name: Go's own machinery, and assembler and C, which have no package. */
  readonly package: string | undefined;
  readonly isStandard: boolean;
  readonly isHeavy: boolean;
  readonly purpose: Burn["spentOn"];
}

function describe(name: string, isHeavy: boolean): Described {
  const isNamed = name.includes(".") && !isPlumbing(name) && !GENERATED.test(name);
  return {
    name,
    package: isNamed ? packageOf(name) : undefined,
    isStandard: isStandard(name),
    isHeavy,
    purpose: purposeOf(name),
  };
}

type Draft = { -readonly [Key in keyof Burn]: Burn[Key] };

function burnOf(leafFirst: readonly Described[]): Draft {
  const named: Described[] = [];
  /** Those of the standard library since the last that isn't its. */
  let entered: Described[] = [];
  let isOwn = false;
  let caller = "";
  for (let at = leafFirst.length - 1; at >= 0; at--) {
    const callee = leafFirst[at];
    if (callee?.package === undefined) continue;
    if (!callee.isStandard) {
      if (!isOwn) named.push(...entered);
      isOwn = true;
      entered = [];
      named.push(callee);
    } else if (callee.package !== caller) entered.push(callee);
    caller = callee.package;
  }
  if (!isOwn) named.push(...entered);
  const [called] = isOwn ? entered : [];
  return {
    path: named
      .filter(({ isHeavy }, i) => isHeavy || i === 0 || i === named.length - 1)
      .map(({ name }) => name),
    calls: called && (called.isHeavy ? called.name : ""),
    nanoseconds: 0,
    spentOn: spentOn(leafFirst),
  };
}

/** System calls are at the leaf; memory is allocated, and garbage collected, by what is further out. */
function spentOn(leafFirst: readonly Described[]): Burn["spentOn"] {
  if (leafFirst.some(({ purpose }) => purpose === "garbage")) return "garbage";
  if (leafFirst.slice(0, 3).some(({ purpose }) => purpose === "system-call")) return "system-call";
  return leafFirst.some(({ purpose }) => purpose === "allocation") ? "allocation" : "code";
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

function purposeOf(name: string): Burn["spentOn"] {
  if (GARBAGE.test(name)) return "garbage";
  if (SYSTEM_CALL.test(name)) return "system-call";
  return name.startsWith("runtime.mallocgc") ? "allocation" : "code";
}
