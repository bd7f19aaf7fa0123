import type { Artifact, Content } from "../bundle/index.ts";
import type { Fact, NetstatStatistics } from "../node/index.ts";
import { PHRASES } from "../node/index.ts";
import { agreed, lineCite } from "./agreed.ts";
import type { Cite, Reading } from "./cite.ts";

/** Counters as they were at one moment. */
export interface Snapshot {
  readonly artifact: Artifact;
  readonly counters: ReadonlyMap<string, Fact<number>>;
  /** What must be the same for two snapshots to be of the same counters. */
  readonly of: string;
  /** Why a counter that isn't listed is zero; `undefined` where its absence tells nothing. */
  zero(name: string): string | undefined;
}

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
export function snapshotOf(content: Content, artifact: Artifact): Snapshot[] {
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

function netstatSnapshot(model: NetstatStatistics, artifact: Artifact): Snapshot {
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
export function leastOf(readings: readonly Reading<number>[]): Reading<number> {
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
  const last = inOrder(having)?.at(-1);
  const known = (last ? [last] : having).flatMap((snapshot) => counted(snapshot, name));
  return agreed(known, String);
}

/** By how much a counter grew among snapshots of one thing. */
export function growthIn(snapshots: readonly Snapshot[], name: string): Reading<number> {
  const having = those(snapshots, name);
  if (having.length < 2) return { known: false, why: "absent" };
  const series = inOrder(having);
  const first = series?.[0];
  const last = series?.at(-1);
  if (!first || !last) return { known: false, why: "unreadable" };
  return growth(first, last, name);
}

/** By how much a counter grew from an earlier bundle to this one. */
export function growthBetween(
  before: readonly Snapshot[],
  after: readonly Snapshot[],
  name: string,
): Reading<number> {
  const earlier = those(before, name);
  const later = those(after, name);
  const first = earlier.length > 1 ? inOrder(earlier)?.[0] : earlier[0];
  const last = later.length > 1 ? inOrder(later)?.at(-1) : later[0];
  if (!first || !last) return { known: false, why: "absent" };
  if (compared(first, last) !== "earlier") return { known: false, why: "unreadable" };
  return growth(first, last, name);
}

const those = (snapshots: readonly Snapshot[], name: string): Snapshot[] =>
  snapshots.filter((snapshot) => counted(snapshot, name).length > 0);

function growth(first: Snapshot, last: Snapshot, name: string): Reading<number> {
  const [from] = counted(first, name);
  const [to] = counted(last, name);
  if (!from || !to) return { known: false, why: "absent" };
  const text = `${name} was ${from.value} in ${first.artifact.path} and is ${to.value}: ${to.cite.text}`;
  return { known: true, value: to.value - from.value, cite: { ...to.cite, text } };
}

function counted(snapshot: Snapshot, name: string): Counted[] {
  const { artifact, counters } = snapshot;
  const fact = counters.get(name);
  if (fact) return [{ value: fact.value, cite: lineCite(artifact, fact) }];
  const text = snapshot.zero(name);
  return text === undefined ? [] : [{ value: 0, cite: { artifact: artifact.path, text } }];
}

/** Words and times by which collectors tell two looks at one thing apart. */
const MOMENT =
  /(?:^|[-_. ])(?:before|after|start|end|begin|earlier|later|\d{8}[-_T]?\d{4,6}Z?|\d{10}|\d{4}-\d\d-\d\d[-_T]\d\d[-_:]?\d\d(?:[-_:]?\d\d)?Z?)(?=$|[-_. ])/gi;

/**
 * The snapshots in the order in which they were taken; `undefined` where that can't be told or they may be of several
 * things. Their names must differ by a moment only, and no counter may go back: those of a boot never do.
 */
function inOrder(snapshots: readonly Snapshot[]): readonly Snapshot[] | undefined {
  const names = new Set(snapshots.map(({ artifact }) => withoutMoment(artifact.path)));
  if (snapshots.length < 2 || names.size > 1) return undefined;
  const series = [...snapshots].sort((a, b) => total(a) - total(b));
  const isSeries = series.every((each, i) => {
    const next = series[i + 1];
    return next === undefined || compared(each, next) === "earlier";
  });
  return isSeries ? series : undefined;
}

const withoutMoment = (path: string): string =>
  path
    .split("/")
    .map((part) => part.replace(MOMENT, ""))
    .filter((part) => part !== "")
    .join("/");

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
