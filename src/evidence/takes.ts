import type { Artifact } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { PathMoment } from "./path-moment.ts";
import { pathMoment, unpacked } from "./path-moment.ts";

/** Artifacts that were collected together, at one time: one of several looks at the same host or cluster. */
export interface Take {
  /** What all artifacts of the take have alike. */
  readonly key: string;
  /** Seconds since 1970 by what the take says itself: its `date`. */
  readonly clock: number | undefined;
  /** Whether the zone of `clock` is known; else it is the host's own, whichever that is. */
  readonly isZoned: boolean;
  /** Seconds that the machine had run. */
  readonly uptime: number | undefined;
  /** Another one after each start of the machine. */
  readonly bootId: string | undefined;
  /** Seconds since 1970 by the names of its folders and files, in whatever zone. */
  readonly named: number | undefined;
  /** Where the words and numbers of its names put it: `before` and `after`, `take-1` and `take-2`. */
  readonly rank: number | undefined;
  /** The names without these: ranks of others are no order. */
  readonly ranked: string;
  /** Whether they are the bundle's name, which whoever gives a bundle twice makes up. */
  readonly isOfBundle: boolean;
  /** What was given: the path's first folder, empty for files that were given by themselves. */
  readonly bundle: string;
  /** The bundle's name without the time, the word or the round in it. */
  readonly bundleName: string;
  /** Whether the bundle's name has any of these. */
  readonly isBundleTimed: boolean;
  /** The host that it is of by its name; `null` where nothing tells, and for what is of the cluster. */
  readonly host: string | null;
}

/** An artifact's place among the looks at what it is of. */
export interface Placed {
  readonly take: Take;
  /** What is alike in two takes may be the same thing. */
  readonly thing: string;
  /** `thing` without a number that may count looks or things: see {@link PathMoment}. */
  readonly unnumbered: string;
  readonly number: number | undefined;
  readonly isInName: boolean;
}

/** What has artifacts of one host, or of the cluster. */
export interface HasArtifacts {
  readonly artifacts: readonly Artifact[];
  /** What of the case tells the time of takes and is not of it, as of a host that isn't named. */
  readonly clocks?: readonly Artifact[];
}

/** The takes of a host's or the cluster's artifacts. */
export const takesOf: (of: HasArtifacts) => ReadonlyMap<Artifact, Placed> = memo((of) => {
  const roots = bundleRoots([...of.artifacts, ...(of.clocks ?? [])]);
  const read = (artifact: Artifact): PathMoment =>
    pathMoment(artifact.path, roots.get(bundleOf(artifact.path)) ?? 0);
  const told = clocksByTake(of, read);
  const takes = new Map<string, Take>();
  return new Map(
    of.artifacts.map((artifact) => {
      const moment = read(artifact);
      const key = `${moment.take}\0${moment.time ?? ""}`;
      let take = takes.get(key);
      if (!take) takes.set(key, (take = takeOf(moment, artifact, told)));
      const { thing, unnumbered, number, isInName } = moment;
      return [artifact, { take, thing, unnumbered, number, isInName }] as const;
    }),
  );
});

function takeOf(moment: PathMoment, { path, host }: Artifact, told: ReadonlyMap<string, Told>): Take {
  // What a bundle's own `date` says is of all of it, but for what says that it is of another time.
  const clock = told.get(moment.take);
  const bundle = bundleOf(path);
  return {
    key: moment.take,
    clock: clock?.clock,
    isZoned: clock?.isZoned === true,
    uptime: clock?.uptime,
    bootId: clock?.bootId,
    named: moment.time,
    rank: moment.rank ?? numberIn(bundle),
    ranked: moment.rank === undefined ? unpacked(bundle).replace(LAST_NUMBER, "#") : "",
    isOfBundle: moment.rank === undefined || moment.isOfBundle,
    bundle,
    bundleName: moment.bundleName,
    isBundleTimed: moment.isBundleTimed,
    host,
  };
}

/** One of more digits is a case's or a ticket's, and counts nothing. */
const LAST_NUMBER = /(?<!\d)\d{1,2}(?=\D*$)/;

/** `case-2.tar.gz` beside `case-1.tar.gz`. */
function numberIn(bundle: string): number | undefined {
  const number = LAST_NUMBER.exec(unpacked(bundle))?.[0];
  return number === undefined ? undefined : Number(number);
}

interface Told {
  clock?: number;
  isZoned?: boolean;
  uptime?: number;
  bootId?: string;
}

function clocksByTake(
  { artifacts, clocks = [] }: HasArtifacts,
  read: (artifact: Artifact) => PathMoment,
): ReadonlyMap<string, Told> {
  const byTake = new Map<string, Told>();
  for (const [i, artifact] of [...artifacts, ...clocks].entries()) {
    const { content } = artifact;
    const isOwn = i < artifacts.length;
    if (content?.kind !== "clock" && content?.kind !== "sysctl") continue;
    const { take } = read(artifact);
    const known = byTake.get(take) ?? {};
    byTake.set(take, known);
    if (content.kind === "sysctl") {
      const bootId = content.model.values.get("kernel.random.boot_id")?.value;
      if (bootId !== undefined && isOwn) known.bootId ??= bootId;
      continue;
    }
    const { time, uptime, bootId, bootTime } = content.model;
    if (time && known.clock === undefined) Object.assign(known, { clock: time.value, isZoned: time.isUtc });
    // How long it has run, another machine doesn't tell.
    if (!isOwn) continue;
    if (uptime) known.uptime ??= uptime.value;
    if (time && uptime === undefined && bootTime) known.uptime ??= time.value - bootTime.value;
    if (bootId) known.bootId ??= bootId.value;
  }
  return byTake;
}

/** What was given: a path's first folder; of a file that was given by itself, nothing. */
const bundleOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "");

/** How many folders wrap each bundle: its own name, and the one folder that all in it lies in, however that is called. */
function bundleRoots(artifacts: readonly Artifact[]): ReadonlyMap<string, number> {
  const roots = new Map<string, string | undefined>();
  for (const { path } of artifacts) {
    const bundle = bundleOf(path);
    if (bundle === "") continue;
    const [, folder, ...below] = path.split("/");
    const root = below.length > 0 ? folder : undefined;
    roots.set(bundle, roots.has(bundle) && roots.get(bundle) !== root ? undefined : root);
  }
  return new Map([...roots].map(([bundle, root]) => [bundle, isOwnName(bundle, root) ? 2 : 1] as const));
}

/** An archive's one folder is mostly called as the archive. */
const isOwnName = (bundle: string, root: string | undefined): boolean =>
  root !== undefined && root !== bundle && bundle.startsWith(`${root}.`);

/** Whether the machine was started anew between two takes; `undefined` where they don't tell. */
export function isRebooted(earlier: Take, later: Take): boolean | undefined {
  if (earlier.bootId !== undefined && later.bootId !== undefined) return earlier.bootId !== later.bootId;
  if (earlier.uptime !== undefined && later.uptime !== undefined) {
    if (later.uptime < earlier.uptime) return true;
    if (earlier.clock === undefined || later.clock === undefined) return undefined;
    // Minutes are all that `uptime` tells.
    return later.uptime - earlier.uptime < later.clock - earlier.clock - 120;
  }
  return undefined;
}

/**
 * Whether two takes are of one life of one machine; `undefined` where they don't tell. The time at which it was booted is the same in both:
 * neither a machine that was started anew nor another one of the same name has that.
 */
export function areOfOneLife(one: Take, other: Take): boolean | undefined {
  if (one.bootId !== undefined && other.bootId !== undefined) return one.bootId === other.bootId;
  const [booted, otherBooted] = [bootTimeOf(one), bootTimeOf(other)];
  if (booted === undefined || otherBooted === undefined || one.isZoned !== other.isZoned) return undefined;
  // Minutes are all that `uptime` tells.
  return Math.abs(booted - otherBooted) <= 120;
}

const bootTimeOf = ({ clock, uptime }: Take): number | undefined =>
  clock === undefined || uptime === undefined ? undefined : clock - uptime;

/**
 * Whether two takes are of one machine for all that is known: of one bundle, of one boot, of bundles whose names differ by a time, a word or a round only,
 * or of bundles that name the same host. Those of two cases, by the long numbers in their names, may be of two machines that have one name.
 */
export function areOfOneMachine(one: Take, other: Take): boolean {
  if (one.bundle === other.bundle || areOfOneLife(one, other) === true) return true;
  if (one.isBundleTimed && other.isBundleTimed && one.bundleName === other.bundleName) return true;
  if (one.host === null || one.host !== other.host) return false;
  return caseNumber(one) === caseNumber(other);
}

const caseNumber = ({ bundleName }: Take): string => (bundleName.match(/\d{3,}/g) ?? []).join(" ");

/** Seconds from one take to another, negative where the other is the earlier; `undefined` where they don't tell. */
export function secondsBetween(one: Take, other: Take): number | undefined {
  if (one.clock !== undefined && other.clock !== undefined && one.isZoned === other.isZoned)
    return other.clock - one.clock;
  if (one.named !== undefined && other.named !== undefined) return other.named - one.named;
  const isOneBoot = one.bootId !== undefined && one.bootId === other.bootId;
  return isOneBoot && one.uptime !== undefined && other.uptime !== undefined
    ? other.uptime - one.uptime
    : undefined;
}

/**
 * The order of two takes: negative where the first is the earlier, by their times, else by the words and numbers of their names;
 * `undefined` where nothing tells.
 */
export function orderOf(one: Take, other: Take): number | undefined {
  const apart = secondsBetween(one, other);
  if (apart !== undefined && apart !== 0) return -apart;
  if (one.rank === undefined || other.rank === undefined || one.ranked !== other.ranked) return undefined;
  return one.rank === other.rank ? undefined : one.rank - other.rank;
}

/** Things with their takes in the order of time; `undefined` where the order of two next to each other isn't known. */
export function inTime<T>(all: readonly T[], takeOf: (each: T) => Take): readonly T[] | undefined {
  const sorted = [...all].sort((a, b) => orderOf(takeOf(a), takeOf(b)) ?? 0);
  const isKnown = sorted.every((each, i) => {
    const next = sorted[i + 1];
    return next === undefined || (orderOf(takeOf(each), takeOf(next)) ?? 0) < 0;
  });
  return isKnown ? sorted : undefined;
}

/**
 * Whether two takes say themselves that they are of two moments, by their times or by words inside of one bundle; what a bundle is called
 * doesn't say so, for it may have been given twice.
 */
export function areApart(one: Take, other: Take): boolean {
  const seconds = secondsBetween(one, other);
  if (seconds !== undefined) return seconds !== 0;
  return !one.isOfBundle && !other.isOfBundle && one.key !== other.key;
}

/** Of more, a collector makes names that say which they are. */
const MOST_LOOKS = 256;

/**
 * Whether things of one kind are the same one, looked at several times: where they lie says so; or each take is a folder that has but one of the kind,
 * and the takes say themselves that they are of different times.
 */
export function areLooks(all: readonly Placed[]): boolean {
  const [first, ...others] = all;
  if (!first || others.every(({ thing }) => thing === first.thing)) return true;
  if (all.length > MOST_LOOKS || all.some(({ isInName }) => isInName)) return false;
  return all.every(({ take }, i) => all.slice(0, i).every((other) => areApart(other.take, take)));
}
