import type { Case, Cite, HostEvidence, Take } from "../evidence/index.ts";
import { inTime, isRebooted, secondsBetween, takesOf } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Comparison } from "./compare-cases.ts";
import { compareCases, hostBefore } from "./compare-cases.ts";
import { CLUSTER_NUMBERS } from "./cluster-numbers.ts";
import { COUNTER_NUMBERS } from "./compare-counters.ts";
import { goroutineNumbers } from "./compare-processes.ts";
import { HOST_NUMBERS } from "./host-numbers.ts";
import type { Counted } from "./keyed.ts";

/** One number in every bundle of a series. Lists have an entry for each bundle, or for each step from one to the next. */
export interface SeriesRow {
  /** What is counted, among others of its section. */
  readonly what: string;
  /** `null` where a bundle doesn't tell. */
  readonly values: readonly (number | null)[];
  /** By how much it grew; `null` where that isn't known, as over a restart. */
  readonly steps: readonly (number | null)[];
  /** The same by the second; absent where no two bundles tell their times. */
  readonly rates?: readonly (number | null)[];
  /** Whether it grew, or fell, in each step. */
  readonly trend: "grows" | "falls" | "wavers";
  /** Seconds until there is no room left, if it goes on as in the last step; of what grows in each step, and tells its room. */
  readonly fullIn?: number;
  /** Where the last value stands. */
  readonly cite?: Cite;
}

/** The numbers of one matter. */
export interface SeriesSection {
  readonly title: string;
  /** Whether these numbers only grow until they begin anew. */
  readonly isCounter: boolean;
  /** How many numbers were compared. */
  readonly compared: number;
  /** Those that changed, what changed most first. */
  readonly rows: readonly SeriesRow[];
  /** Rows that were left out for being too many. */
  readonly omitted: number;
}

/** What became of a case over several bundles. Plain data. */
export interface SeriesComparison {
  readonly schema: "inquest/series@1";
  /** In the order of the series: of time where all tell theirs, else as they were given. */
  readonly bundles: readonly {
    readonly name: string;
    /** Seconds since the first of them; `null` where it doesn't tell. */
    readonly seconds: number | null;
  }[];
  readonly order: "time" | "given";
  /** What changed from each bundle to the next. */
  readonly steps: readonly Comparison[];
  readonly hosts: readonly {
    readonly host: string | null;
    /** Whether the machine was started anew in each step; `null` where that isn't known. */
    readonly restarts: readonly (boolean | null)[];
    readonly sections: readonly SeriesSection[];
  }[];
  readonly cluster: readonly SeriesSection[];
}

/** A bundle of a series, read. */
export interface Stage {
  readonly name: string;
  readonly evidence: Case;
}

const MOST_ROWS = 5000;

/** Compares cases that follow each other. Hosts that have no namesake in each of them are left out. */
export function compareStages(given: readonly Stage[], rules: readonly Rule[]): SeriesComparison {
  const taken = given.map((stage) => ({ stage, take: takeOfCase(stage.evidence) }));
  const timed = ordered(taken);
  const stages = (timed ?? taken).map(({ stage }) => stage);
  const [first] = timed ?? taken;
  const last = stages.at(-1);
  return {
    schema: "inquest/series@1",
    bundles: (timed ?? taken).map(({ stage, take }) => ({
      name: stage.name,
      seconds: (first?.take && take && secondsBetween(first.take, take)) ?? null,
    })),
    order: timed ? "time" : "given",
    steps: stages.slice(1).flatMap(({ evidence }, i) => {
      const before = stages[i]?.evidence;
      return before ? [compareCases(before, evidence, rules)] : [];
    }),
    hosts: (last?.evidence.hosts ?? []).flatMap((host) => hostSeries(host, stages)),
    // Of several clusters in a bundle nobody knows which is which.
    cluster: (stages.some(({ evidence }) => evidence.clusters.length > 1) ? [] : CLUSTER_NUMBERS).flatMap(
      ({ title, of }) =>
        sectionOf(
          title,
          false,
          stages.map(({ evidence }) => of(evidence.cluster)),
          stages.slice(1).map(() => ({ seconds: undefined, isRestart: undefined })),
        ),
    ),
  };
}

interface Step {
  readonly seconds: number | undefined;
  readonly isRestart: boolean | undefined;
}

function hostSeries(host: HostEvidence, stages: readonly Stage[]): SeriesComparison["hosts"] {
  const last = stages.at(-1);
  if (!last) return [];
  const each = stages.map((stage) =>
    stage === last ? host : hostBefore(stage.evidence, last.evidence, host),
  );
  const all = each.filter((one) => one !== undefined);
  if (all.length < stages.length) return [];
  const takes = all.map(takeOfHost);
  const steps = takes.slice(1).map((to, i): Step => {
    const from = takes[i];
    if (!from || !to) return { seconds: undefined, isRestart: undefined };
    return { seconds: secondsBetween(from, to), isRestart: isRebooted(from, to) };
  });
  const goroutines = all.map(goroutineNumbers);
  const titles = [...(goroutines.at(-1)?.keys() ?? [])];
  const sections = [
    ...[...COUNTER_NUMBERS, ...HOST_NUMBERS].flatMap(({ title, isCounter, of }) =>
      sectionOf(title, isCounter, all.map(of), steps),
    ),
    ...titles.flatMap((title) =>
      sectionOf(
        title,
        false,
        goroutines.map((by) => by.get(title)),
        steps,
      ),
    ),
  ];
  return [{ host: host.name, restarts: steps.map(({ isRestart }) => isRestart ?? null), sections }];
}

function sectionOf(
  title: string,
  isCounter: boolean,
  told: readonly (ReadonlyMap<string, Counted> | undefined)[],
  steps: readonly Step[],
): SeriesSection[] {
  if (told.filter((each) => each !== undefined).length < 2) return [];
  const names = [...new Set(told.flatMap((each) => [...(each?.keys() ?? [])]))].sort();
  const rows = names.flatMap((what) => rowOf(what, isCounter, told, steps) ?? []);
  rows.sort((a, b) => b.weight - a.weight || (a.row.what < b.row.what ? -1 : 1));
  const kept = rows.slice(0, MOST_ROWS).map(({ row }) => row);
  return [{ title, isCounter, compared: names.length, rows: kept, omitted: rows.length - kept.length }];
}

function rowOf(
  what: string,
  isCounter: boolean,
  told: readonly (ReadonlyMap<string, Counted> | undefined)[],
  steps: readonly Step[],
): { row: SeriesRow; weight: number } | undefined {
  const counted = told.map((each) => each?.get(what));
  // What one lists by what there is has none of what it doesn't list.
  const values = counted.map((each, i) => each?.n ?? (told[i] === undefined || isCounter ? null : 0));
  const grown = steps.map(({ isRestart }, i) => {
    const [from, to] = [values[i], values[i + 1]];
    if (from === null || from === undefined || to === null || to === undefined) return null;
    const began = isCounter && (to < from || isRestart === true);
    return began ? null : to - from;
  });
  if (grown.every((by) => by === 0) || values.every((value) => value === values[0])) return undefined;
  const rates = steps.map(({ seconds }, i) => {
    const by = grown[i];
    return by === null || by === undefined || seconds === undefined || seconds <= 0 ? null : by / seconds;
  });
  const trend = grown.every((by) => by !== null && by > 0)
    ? "grows"
    : grown.every((by) => by !== null && by < 0)
      ? "falls"
      : "wavers";
  const [room, rate, cite] = [counted.at(-1)?.room, rates.at(-1), counted.at(-1)?.cite];
  const fullIn = trend === "grows" && room !== undefined && rate ? room / rate : undefined;
  const known = values.filter((value) => value !== null);
  return {
    row: {
      what,
      values,
      steps: grown,
      ...(rates.some((each) => each !== null) && { rates }),
      trend,
      ...(fullIn !== undefined && { fullIn }),
      ...(cite && { cite }),
    },
    weight: Math.abs(Math.log(((known.at(-1) ?? 0) + 1) / ((known[0] ?? 0) + 1))),
  };
}

/** A bundle's last take; `undefined` where it has several in no order. */
function takeOfHost(host: HostEvidence): Take | undefined {
  const takes = [...new Map([...takesOf(host).values()].map(({ take }) => [take.key, take])).values()];
  return takes.length === 1 ? takes[0] : inTime(takes, (take) => take)?.at(-1);
}

/** The first host's that tells its time. */
function takeOfCase({ hosts, cluster }: Case): Take | undefined {
  const takes = hosts.flatMap((host) => takeOfHost(host) ?? []);
  const others = [...takesOf(cluster).values()].map(({ take }) => take);
  return [...takes, ...others].find(({ clock, named }) => clock !== undefined || named !== undefined);
}

/** In the order of their times; `undefined` where one doesn't tell its own, or two are of one time. */
function ordered<T extends { readonly take: Take | undefined }>(all: readonly T[]): readonly T[] | undefined {
  const known = all.flatMap((each) => (each.take ? [{ each, take: each.take }] : []));
  if (known.length < all.length) return undefined;
  const apart = known.every(({ take }, i) =>
    known.slice(0, i).every((other) => (secondsBetween(other.take, take) ?? 0) !== 0),
  );
  return apart ? inTime(known, ({ take }) => take)?.map(({ each }) => each) : undefined;
}
