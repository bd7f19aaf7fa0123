import type { Artifact, Content } from "../bundle/index.ts";
import type { Fact, NetstatStatistics } from "../node/index.ts";
import { PHRASES } from "../node/index.ts";
import { agreed, lineCite } from "./agreed.ts";
import type { Cite, Reading } from "./cite.ts";
import type { Placed, Take } from "./takes.ts";
import {
  areApart,
  areLooks,
  areOfOneLife,
  areOfOneMachine,
  inTime,
  isRebooted,
  secondsBetween,
} from "./takes.ts";

/** Counters as they were at one moment. */
export interface Snapshot extends Placed {
  readonly artifact: Artifact;
  readonly counters: ReadonlyMap<string, Fact<number>>;
  /** What must be the same for two snapshots to be of the same counters. */
  readonly of: string;
  /** Why a counter that isn't listed is zero; `undefined` where its absence tells nothing. */
  zero(name: string): string | undefined;
}

/** By how much a counter grew, and over how many seconds, where that is known. */
export type Growth = Reading<number> & { readonly seconds?: number };

/** What an artifact alone says of counters; when it was taken, its place among others tells. */
export type Unplaced = Omit<Snapshot, keyof Placed>;

/** A counter with where it stands. */
interface Counted {
  readonly value: number;
  readonly cite: Cite;
}

/** The kinds of artifacts that hold counters of the network stack. */
export const NETWORK_COUNTERS = ["netstat-s", "nstat", "proc-net-snmp"] as const;
/** Artifacts that hold counters. */
export type CounterKind = (typeof NETWORK_COUNTERS)[number] | "conntrack-S";

/** What an artifact of counters says; nothing for other artifacts. */
export function snapshotOf(content: Content, artifact: Artifact): Unplaced[] {
  const none = (): undefined => undefined;
  switch (content.kind) {
    case "netstat-s":
      return [netstatSnapshot(content.model, artifact)];
    case "nstat":
    case "proc-net-snmp":
      return [{ artifact, counters: content.model.counters, of: "", zero: none }];
    case "conntrack-S":
      return [{ artifact, counters: content.model.counters, of: `${content.model.cpus} CPUs`, zero: none }];
    default:
      return [];
  }
}

function netstatSnapshot(model: NetstatStatistics, artifact: Artifact): Unplaced {
  return {
    artifact,
    counters: model.counters,
    of: "",
    zero: (name) =>
      model.wholeTcpExt && PHRASES.some(([known]) => known === name)
        ? `netstat -s lists no ${name} in its TcpExt section: it is 0`
        : undefined,
  };
}

/** One of several readings of one counter, by several tools: they are asked one after the other, and the first counts least. */
export function leastOf(readings: readonly Growth[]): Growth {
  const known = readings.filter((reading) => reading.known);
  const least = known.toSorted((a, b) => a.value - b.value)[0];
  if (!least)
    return (
      readings.find((reading) => !reading.known && reading.why !== "absent") ?? {
        known: false,
        why: "absent",
      }
    );
  if (least.value === 0 && known.some(({ value }) => value > 0)) return { known: false, why: "unreadable" };
  return least;
}

/** A counter: the latest where the snapshots are of one thing, and the one value where all agree. */
export function latestOf(snapshots: readonly Snapshot[], name: string): Reading<number> {
  const having = those(snapshots, name);
  const last = inOrder(having)?.at(-1)?.at(-1);
  const known = (last ? [last] : having).flatMap((snapshot) => counted(snapshot, name));
  return agreed(known, String);
}

/**
 * By how much a counter grew among snapshots of one thing; of a machine that was started anew in between, since it was last looked
 * at for the first time.
 */
export function growthIn(snapshots: readonly Snapshot[], name: string): Growth {
  const having = those(snapshots, name);
  if (having.length < 2) return { known: false, why: "absent" };
  const lives = inOrder(having);
  if (!lives) return { known: false, why: "unreadable" };
  const last = lives.at(-1) ?? [];
  if (last.length < 2) return { known: false, why: lives.length > 1 ? "uncovered" : "absent" };
  return growth(last, name);
}

/** By how much a counter grew from an earlier bundle to this one. */
export function growthBetween(before: readonly Snapshot[], after: readonly Snapshot[], name: string): Growth {
  const earlier = those(before, name);
  const later = those(after, name);
  const first = earlier.length > 1 ? inOrder(earlier)?.at(-1) : earlier;
  const last = later.length > 1 ? inOrder(later)?.at(-1) : later;
  const [from, to] = [first?.[0], last?.at(-1)];
  if (!first || !last || !from || !to) return { known: false, why: "absent" };
  if (isNewLife(from.take, to.take)) return { known: false, why: "uncovered" };
  const all = [...first, ...last];
  if (all.some((each, i) => i > 0 && compared(all[i - 1] ?? each, each) !== "earlier"))
    return { known: false, why: "unreadable" };
  return growth(all, name);
}

const those = (snapshots: readonly Snapshot[], name: string): Snapshot[] =>
  snapshots.filter((snapshot) => counted(snapshot, name).length > 0);

/** @param series at least two, the earliest first */
function growth(series: readonly Snapshot[], name: string): Growth {
  const [first, last] = [series[0], series.at(-1)];
  const [from] = first ? counted(first, name) : [];
  const [to] = last ? counted(last, name) : [];
  if (!first || !last || !from || !to) return { known: false, why: "absent" };
  const value = to.value - from.value;
  const apart = secondsBetween(first.take, last.take);
  const seconds = apart !== undefined && apart > 0 ? apart : undefined;
  const rate = seconds === undefined ? "" : `, ${perSecond(value, seconds)}`;
  const looks = series.length > 2 ? ` in the last of ${series.length} looks` : "";
  const text = `${name} was ${from.value} in ${first.artifact.path} and is ${to.value}${looks}${rate}: ${to.cite.text}`;
  return { known: true, value, cite: { ...to.cite, text }, ...(seconds !== undefined && { seconds }) };
}

/** `0.5 a second over 40 s`. */
const perSecond = (value: number, seconds: number): string =>
  `${Number((value / seconds).toPrecision(2))} a second over ${Math.round(seconds)} s`;

function counted(snapshot: Snapshot, name: string): Counted[] {
  const { artifact, counters } = snapshot;
  const fact = counters.get(name);
  if (fact) return [{ value: fact.value, cite: lineCite(artifact, fact) }];
  const text = snapshot.zero(name);
  return text === undefined ? [] : [{ value: 0, cite: { artifact: artifact.path, text } }];
}

/**
 * The snapshots in the order in which they were taken, one list for each life of the machine; `undefined` where that can't be told or
 * they may be of several things. What they are called must differ by a moment only, and no counter may go back: those of a boot never do.
 */
function inOrder(snapshots: readonly Snapshot[]): readonly (readonly Snapshot[])[] | undefined {
  if (snapshots.length < 2) return undefined;
  const distinct = withoutCopies(snapshots);
  if (distinct.length < 2) return [distinct];
  if (!areOneThing(distinct)) return undefined;
  const timed = inTime(distinct, ({ take }) => take);
  const series = timed ?? [...distinct].sort((a, b) => total(a) - total(b));
  const lives: Snapshot[][] = [];
  for (const each of series) {
    const life = lives.at(-1);
    const last = life?.at(-1);
    const isNew = last !== undefined && timed !== undefined && isNewLife(last.take, each.take);
    if (!last || isNew) lives.push([each]);
    else if (!areOfOneMachine(last.take, each.take) && !haveCountsAlike([last, each])) return undefined;
    else if (compared(last, each) === "earlier") life?.push(each);
    else return undefined;
  }
  return lives;
}

/** Whether the counters began anew in between, or are another machine's. */
const isNewLife = (earlier: Take, later: Take): boolean =>
  isRebooted(earlier, later) === true || areOfOneLife(earlier, later) === false;

/** A copy, as of a bundle that was given twice, is no second look. */
function withoutCopies(snapshots: readonly Snapshot[]): Snapshot[] {
  const distinct: Snapshot[] = [];
  for (const each of snapshots) if (!distinct.some((other) => isCopy(other, each))) distinct.push(each);
  return distinct;
}

function isCopy(a: Snapshot, b: Snapshot): boolean {
  if (a.of !== b.of || a.counters.size !== b.counters.size || areApart(a.take, b.take)) return false;
  for (const [name, { value }] of a.counters) if (b.counters.get(name)?.value !== value) return false;
  return true;
}

/**
 * Whether all are of one thing: what they are called says so, or, where a number in their names may count looks as well as things, what
 * they hold: much that was counted long ago is the same in all, which no two machines have.
 */
function areOneThing(all: readonly Snapshot[]): boolean {
  const [first, ...others] = all;
  if (!first || areLooks(all)) return true;
  return others.every(({ unnumbered }) => unnumbered === first.unnumbered) && haveCountsAlike(all);
}

/** Whether much that was counted long ago is the same in all. */
function haveCountsAlike([first, ...others]: readonly Snapshot[]): boolean {
  if (!first) return false;
  const kept = [...first.counters].filter(
    ([name, { value }]) =>
      value >= TELLING &&
      !CONSTANTS.test(name) &&
      others.every(({ counters }) => counters.get(name)?.value === value),
  );
  return kept.length >= SAME;
}

/** Counts that two machines have alike by chance are small. */
const TELLING = 20;
const SAME = 3;
/** Settings that are listed among the counters. */
const CONSTANTS = /^(?:IpForwarding|IpDefaultTTL|Ip6?ReasmTimeout|RtoAlgorithm|RtoMin|RtoMax|MaxConn)$/;

function total({ counters }: Snapshot): number {
  let sum = 0;
  for (const { value } of counters.values()) sum += value;
  return sum;
}

/** Numbers among the counters that go up and down. */
export const GAUGES = new Set(["CurrEstab"]);

/** Whether the first snapshot can be the earlier one of the two. */
function compared(first: Snapshot, second: Snapshot): "earlier" | "unrelated" {
  if (first.of !== second.of) return "unrelated";
  for (const [name, { value }] of first.counters) {
    const [later] = counted(second, name);
    if (later && later.value < value && !GAUGES.has(name)) return "unrelated";
  }
  return "earlier";
}
