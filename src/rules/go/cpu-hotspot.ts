import type { Located } from "../../bundle/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { Profile } from "../../pprof/index.ts";
import { defineSymptom } from "../engine/index.ts";
import type { Sighting } from "../engine/index.ts";
import { percent } from "../words.ts";
import type { Burn, CpuUse } from "./burns.ts";
import { cpuUse, weightOf } from "./burns.ts";
import { burntBefore } from "./burnt-before.ts";
import { callersOf } from "./callers.ts";
import { hotFunctions } from "./hot-functions.ts";

/** What burns much of a CPU profile. */
export interface Hotspot {
  readonly profile: Located<Profile>;
  /** Its stacks; of the garbage collector's work, those that make the garbage. */
  readonly burns: readonly Burn[];
}

/** Share of a profile that one function or the garbage collector must have to dominate it. */
const DOMINANT = 1 / 3;
/** System calls are everywhere: for them it takes most of a profile that no function dominates. */
const MOSTLY = 0.5;
/** CPUs that it must keep busy: below, nobody suffers. */
const BURNT_CORES = 0.5;
/** And samples that show it: below, a share is noise. */
const ENOUGH_SAMPLES = 100;

/** One function, or the garbage collector, burns much of a CPU profile: a fact about its time, harmless or not. */
export const cpuHotspot = defineSymptom<Hotspot>({
  id: "go/cpu-hotspot",
  title: "one function burns much CPU",
  description:
    "A CPU profile in which at least a third of the time, half a core or more, is spent in and below one function that " +
    "doesn't pass it on to one callee. Garbage collection and system calls that no function dominates are named as such. " +
    "Programs whose purpose is to compute look like that too.",
  remedy: [
    "Look at the callers: cache what the function returns, call it less often, or give it less to do.",
    "Where it is what the program is for, give it the CPU that it needs.",
  ],
  references: ["https://go.dev/doc/diagnostics", "https://pkg.go.dev/net/http/pprof"],
  *detect(host) {
    for (const profile of host.profiles) {
      const use = cpuUse(profile.model);
      if (!use) continue;
      const least = Math.max(
        DOMINANT * use.nanoseconds,
        BURNT_CORES * use.seconds * 1e9,
        ENOUGH_SAMPLES * use.period,
      );
      const garbage = use.burns.filter(({ spentOn }) => spentOn === "garbage");
      const work = use.burns.filter(({ spentOn }) => spentOn !== "garbage");
      const names = hotFunctions(work, least);
      for (const name of names) {
        const before = burntBefore(host, profile, name);
        const sighting = sightFunction(profile, use, work, name);
        yield before ? withBefore(sighting, before) : sighting;
      }
      if (weightOf(garbage) >= least) yield sightGarbage(profile, use, garbage, work);
      const calls = work.filter(({ spentOn }) => spentOn === "system-call");
      if (names.length === 0 && weightOf(calls) >= Math.max(least, MOSTLY * use.nanoseconds))
        yield sightSystemCalls(profile, use, calls);
    }
  },
});

function sightFunction(
  profile: Located<Profile>,
  use: CpuUse,
  work: readonly Burn[],
  name: string,
): Sighting<Hotspot> {
  const burns = work.filter(({ path }) => path.includes(name));
  const callers = callersOf(name, burns);
  const chain = callers.map((caller) => `${caller.name} (${percent(caller.share, 1)})`).join(" ← ");
  const purposes = ["system-call", "allocation"] as const;
  const spent = [...new Set(burns.map(({ calls }) => calls)), ...purposes].flatMap((what) => {
    const share =
      weightOf(burns.filter(({ calls, spentOn }) => calls === what || spentOn === what)) / weightOf(burns);
    return what && share >= DOMINANT ? [`${percent(share, 1)} in ${PURPOSE.get(what) ?? what}`] : [];
  });
  return {
    subject: { kind: "function", name },
    summary:
      `${burnt(use, burns)} in ${name}${spent.length > 0 ? `, of which ${spent.join(", ")}` : ""}` +
      `${chain === "" ? "" : `. It is called by ${chain}`}.`,
    evidence: [cite(profile, use, burns, [name, ...callers.map((caller) => caller.name)], name)],
    data: { profile, burns },
    weight: weightOf(burns),
  };
}

function withBefore(sighting: Sighting<Hotspot>, before: Cite): Sighting<Hotspot> {
  const { summary, evidence } = sighting;
  return {
    ...sighting,
    summary: `${summary.slice(0, -1)}; ${before.text}.`,
    evidence: [...evidence, before],
  };
}

const PURPOSE: ReadonlyMap<string, string> = new Map([
  ["system-call", "system calls"],
  ["allocation", "allocating memory"],
]);

function sightGarbage(
  profile: Located<Profile>,
  use: CpuUse,
  garbage: readonly Burn[],
  work: readonly Burn[],
): Sighting<Hotspot> {
  const makes = work.filter(({ spentOn }) => spentOn === "allocation");
  const [maker] = hotFunctions(makes, MOSTLY * weightOf(makes));
  const share = weightOf(makes.filter(({ path }) => maker !== undefined && path.includes(maker)));
  return {
    subject: { kind: "runtime", name: "garbage collection" },
    summary:
      `${burnt(use, garbage)} in garbage collection` +
      (maker === undefined
        ? "."
        : `; ${percent(share, weightOf(makes))} of the time spent on allocating is below ${maker}.`),
    evidence: [cite(profile, use, garbage, [], "garbage collection")],
    data: { profile, burns: makes },
    weight: weightOf(garbage),
  };
}

function sightSystemCalls(profile: Located<Profile>, use: CpuUse, calls: readonly Burn[]): Sighting<Hotspot> {
  return {
    subject: { kind: "runtime", name: "system calls" },
    summary: `${burnt(use, calls)} in system calls that no function dominates.`,
    evidence: [cite(profile, use, calls, [], "system calls")],
    data: { profile, burns: calls },
    weight: weightOf(calls),
  };
}

function burnt({ nanoseconds, seconds }: CpuUse, burns: readonly Burn[]): string {
  const weight = weightOf(burns);
  const cores = (time: number): string => (time / 1e9 / seconds).toFixed(1);
  return `${cores(weight)} of the ${cores(nanoseconds)} cores that the process used (${percent(weight, nanoseconds)}) were spent`;
}

function cite(
  { artifact }: Located<Profile>,
  use: CpuUse,
  burns: readonly Burn[],
  stack: readonly string[],
  what: string,
): Cite {
  const samples = Math.round(weightOf(burns) / use.period);
  const all = Math.round(use.nanoseconds / use.period);
  return {
    artifact: artifact.path,
    text: `${samples} of ${all} samples in ${Math.round(use.seconds)} s are of ${what}`,
    ...(stack.length > 0 && { where: { stack } }),
  };
}
