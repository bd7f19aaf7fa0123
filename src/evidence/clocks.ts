import { memo } from "../bytes/index.ts";
import type { LogTime } from "../logs/index.ts";
import { readTime } from "../logs/index.ts";
import { zoneAhead } from "../node/index.ts";
import { lineCite } from "./agreed.ts";
import type { Cite } from "./cite.ts";
import type { HostEvidence } from "./host-evidence.ts";

/**
 * A time as an artifact has it: of UTC, as captures, profiles, objects and events do, and logs that write their zone; of a machine's own
 * zone, perhaps without a year, as syslog; or since a machine was booted, which no other artifact can be compared with.
 */
export interface Moment {
  readonly seconds: number;
  readonly clock: "utc" | "local" | "local-no-year" | "uptime";
}

/** By how much a machine's zone is ahead of UTC, and what tells. */
export interface Zone {
  readonly offset: number;
  /** As a clause: `taken as UTC+08:00 because timedatectl says so`. */
  readonly because: string;
  readonly cite: Cite;
  /** When it was so, in seconds since 1970: long before and after, summer time may have been another. */
  readonly at: number | undefined;
}

/** How far two moments are apart at the least and at the most, in seconds. */
export interface Apart {
  readonly least: number;
  readonly most: number;
  /** What stands against an exact answer, for people; absent where nothing does. */
  readonly doubt?: string;
}

/** Clocks that are kept right differ by so much without anybody noticing. */
export const CLOCK_DOUBT = 5;

const QUARTER = 900;
/** Zones of inhabited places: UTC-12 to UTC+14, in steps of quarter hours. */
const WESTERNMOST = -12 * 3600;
const EASTERNMOST = 14 * 3600;
const DAY = 86_400;
/** A line is written so long after what it tells. */
const WRITTEN = 60;

/** A line of a log as a moment; `undefined` where its time could not be read. */
export function momentOf(time: LogTime | undefined): Moment | undefined {
  if (time?.seconds === undefined) return undefined;
  const { seconds, is } = time;
  if (is === "moment") return { seconds, clock: "utc" };
  return is === "unread" ? undefined : { seconds, clock: is === "no-zone" ? "local" : "local-no-year" };
}

/** How far two moments are apart, a machine's own zone unknown or known. `undefined` where they can't be compared at all. */
export function apart(a: Moment, b: Moment, zone?: Zone): Apart | undefined {
  if (a.clock === "uptime" || b.clock === "uptime") return undefined;
  const isLocal = (moment: Moment): boolean => moment.clock !== "utc";
  const isYearless = a.clock === "local-no-year" || b.clock === "local-no-year";
  // Of two logs in local time of one machine the zones are equal, but for a change of the clocks between them.
  const offsets = isLocal(a) === isLocal(b) ? [0] : zone ? offsetsOf(zone, isLocal(a) ? b : a) : ALL_ZONES;
  const sign = isLocal(a) ? 1 : -1;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const offset of offsets) {
    const direct = Math.abs(between(a, b, isYearless) - sign * offset);
    const seconds = isYearless ? Math.min(direct, Math.abs(YEAR - direct)) : direct;
    least = Math.min(least, seconds);
    most = Math.max(most, seconds);
  }
  const doubts = [
    ...zoneDoubt(isLocal(a) !== isLocal(b), zone),
    ...(isYearless ? ["a log's clock has no year, and is taken for one of the same"] : []),
  ];
  return { least, most, ...(doubts.length > 0 && { doubt: doubts.join(", and ") }) };
}

/** Every day of a year has the place that it has in a leap year. */
const YEAR = 366 * DAY;
/** Clocks were changed to or from summer time within so long at the most. */
const SAME_SEASON = 21 * DAY;
const zoneDoubt = (differ: boolean, zone: Zone | undefined): string[] =>
  differ ? [zone ? `the log's clock has no zone; ${zone.because}` : "the log's clock has no zone"] : [];

/** The zone's offset at a moment, with summer time before and after where it is of another season. */
function offsetsOf({ offset, at }: Zone, { seconds }: Moment): number[] {
  const isSure = at !== undefined && Math.abs(at - seconds) <= SAME_SEASON;
  return isSure ? [offset] : [offset - 3600, offset, offset + 3600];
}

const ALL_ZONES = Array.from(
  { length: (EASTERNMOST - WESTERNMOST) / QUARTER + 1 },
  (_, i) => WESTERNMOST + i * QUARTER,
);

/** Seconds from one to the other, of times without a year by their places in it. */
function between(a: Moment, b: Moment, isYearless: boolean): number {
  return isYearless ? inYear(a) - inYear(b) : a.seconds - b.seconds;
}

function inYear({ seconds }: Moment): number {
  const date = new Date(seconds * 1000);
  return seconds - Date.UTC(date.getUTCFullYear(), 0, 1) / 1000 + leapless(date);
}

/** In a year without a 29 February the days behind it are as far from the year's beginning as in a leap year. */
function leapless(date: Date): number {
  const isLeap = new Date(Date.UTC(date.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
  return isLeap || date.getUTCMonth() < 2 ? 0 : DAY;
}

/**
 * Whether two moments are within so many seconds of each other: `yes` and `no` hold in every zone that the machine may be in.
 *
 * @param within seconds, to which the doubt of clocks that are kept right is added
 */
export function isAt(a: Moment, b: Moment, within: number, zone?: Zone): "yes" | "no" | "cant-tell" {
  const how = apart(a, b, zone);
  if (!how) return "cant-tell";
  if (how.least > within + CLOCK_DOUBT) return "no";
  return how.most <= within + CLOCK_DOUBT ? "yes" : "cant-tell";
}

/** Whether one moment is at or before another, in every zone that it may be of. */
export function isSurelyBefore(a: Moment, b: Moment, zone?: Zone): boolean {
  if (a.clock === "local-no-year" || b.clock === "local-no-year" || !apart(a, b, zone)) return false;
  const isLocal = a.clock === "local";
  if (isLocal === (b.clock === "local")) return a.seconds <= b.seconds;
  const offsets = zone ? offsetsOf(zone, isLocal ? b : a) : [WESTERNMOST, EASTERNMOST];
  return offsets.every((offset) =>
    isLocal ? a.seconds - offset <= b.seconds : a.seconds <= b.seconds - offset,
  );
}

/** The zone of a host's own clock, where something fixes it and nothing contradicts that. */
export const zoneOf: (host: HostEvidence) => Zone | undefined = memo((host) => {
  const found = [...statedZones(host), ...shownZones(host), ...doubleStamps(host), ...journalZones(host)];
  const [first] = found;
  return first && found.every(({ offset }) => offset === first.offset) ? first : undefined;
});

/** Whether the host says of its clock that nothing keeps it right: then it may show any time. */
export function isClockUnkept(host: HostEvidence): Cite | undefined {
  const told = host
    .models("clock")
    .flatMap(({ model, artifact }) =>
      model.synchronized
        ? [{ is: model.synchronized.value, cite: lineCite(artifact, model.synchronized) }]
        : [],
    );
  return told.some(({ is }) => is) ? undefined : told[0]?.cite;
}

/** `UTC+08:00`. */
export function zoneText(offset: number): string {
  const minutes = Math.abs(Math.round(offset / 60));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `UTC${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const zone = (offset: number, why: string, cite: Cite, at: number | undefined): Zone => ({
  offset,
  at,
  because: `taken as ${zoneText(offset)} because ${why}`,
  cite,
});

function* statedZones(host: HostEvidence): Generator<Zone> {
  for (const { model, artifact } of host.models("clock"))
    if (model.offset)
      yield zone(
        model.offset.value,
        "the machine states its zone",
        lineCite(artifact, model.offset),
        model.times.find(({ isUtc }) => isUtc)?.value,
      );
}

/** `date` and `date -u`, one right behind the other. */
function* shownZones(host: HostEvidence): Generator<Zone> {
  const shown = host.models("clock").flatMap(({ model, artifact }) =>
    model.times.map((time) => ({
      time,
      artifact,
      folder: artifact.path.slice(0, artifact.path.lastIndexOf("/")),
    })),
  );
  for (const { time, artifact, folder } of shown) {
    if (time.isUtc) continue;
    const offsets = new Set(
      shown.flatMap((other) =>
        other.time.isUtc && other.folder === folder ? (quarter(time.value - other.time.value) ?? []) : [],
      ),
    );
    const [offset] = offsets;
    if (offset !== undefined && offsets.size === 1)
      yield zone(offset, "date and date -u show it", lineCite(artifact, time), time.value - offset);
  }
}

/** A line that a program stamped with its zone, and the machine's logger without. */
function* doubleStamps(host: HostEvidence): Generator<Zone> {
  for (const { model, artifact } of host.models("component-log")) {
    for (const event of model.events) {
      for (const { text, line, time } of [event.first, event.last]) {
        const outer = readTime(text);
        const inner = readTime(INNER.exec(text)?.[1] ?? "") ?? time;
        if (outer?.seconds === undefined || inner?.seconds === undefined || inner.is !== "moment") continue;
        if (outer.is !== "no-zone" && outer.is !== "no-year") continue;
        const moments: [Moment, Moment] = [
          { seconds: outer.seconds, clock: outer.is === "no-zone" ? "local" : "local-no-year" },
          { seconds: inner.seconds, clock: "utc" },
        ];
        const offset = quarter(between(...moments, outer.is === "no-year"));
        const cite: Cite = { artifact: artifact.path, text: text.slice(0, 200), where: { line } };
        if (offset !== undefined)
          yield zone(offset, "a line of a log has UTC's time as well", cite, inner.seconds);
      }
    }
  }
}

/** What containerd, docker and others write of themselves within a line of the journal. */
const INNER = /\btime="?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))/;

/** The journal's times with a zone (`-o short-iso`) are in the machine's. */
function* journalZones(host: HostEvidence): Generator<Zone> {
  for (const { model, artifact } of host.kernelLogs) {
    const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?([+-]\d\d:?\d\d)$/.exec(model.end?.clock ?? "");
    const offset = zoneAhead(zoned?.[1]);
    if (offset === undefined) continue;
    // A collector that runs in a container writes UTC for any machine.
    if (offset === 0) continue;
    yield zone(
      offset,
      "its journal is written in that zone",
      { artifact: artifact.path, text: model.end?.clock ?? "" },
      readTime(model.end?.clock ?? "")?.seconds,
    );
  }
}

/** A difference as a zone's; `undefined` where it is none. */
function quarter(seconds: number): number | undefined {
  const offset = Math.round(seconds / QUARTER) * QUARTER;
  return Math.abs(seconds - offset) <= WRITTEN && offset >= WESTERNMOST && offset <= EASTERNMOST
    ? offset
    : undefined;
}
