import { groupBy } from "../bytes/index.ts";
import type { Artifact } from "../bundle/index.ts";
import type { Cite, HostEvidence } from "../evidence/index.ts";
import type { ComponentLog, LogEvent, LogRun, LoggedLine, SignatureId } from "../logs/index.ts";
import { secondsBetween } from "../logs/index.ts";
import {
  type Advice,
  type Missing,
  type Sighting,
  type Subject,
  type Symptom,
  defineSymptom,
} from "./engine/index.ts";
import { type InEvents, eventSightings } from "./event-lines.ts";
import type { Fix } from "./fixes/index.ts";
import { count, span } from "./words.ts";

/** What a log says of one thing. */
export interface LogSighting {
  readonly artifact: Artifact;
  readonly log: ComponentLog;
  /** The events that say so. */
  readonly events: readonly LogEvent[];
  /** Lines in all. */
  readonly count: number;
  /** Those of the longest run: over the years that a log may cover every machine has its bad moments. */
  readonly run: LogRun;
  /** From the run's first line to its last, where their times can be compared. */
  readonly seconds: number | undefined;
  /** The very last line. */
  readonly last: LoggedLine;
  /** The greatest of the signature's amount. */
  readonly most: number | undefined;
  /** Fields of the last line. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A symptom that a log shows by itself: which lines it takes, and how many. */
interface LogSymptom {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly fixes?: readonly Fix[];
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  readonly missing?: readonly Missing[];
  /** Any of these. */
  readonly signatures: readonly SignatureId[];
  /** The field that names what it is about; of the node when absent. */
  readonly each?: { readonly field: string; readonly kind: string };
  /**
   * What a healthy machine writes now and then is less: so many lines in a row, over so many seconds, with an amount so great. Where the
   * lines have no times to compare, so many more of them.
   */
  readonly least: { readonly lines: number; readonly seconds?: number; readonly amount?: number | undefined };
  /** Whether the lines themselves say why. */
  readonly namesItsCause?: true;
  /** What is known of one case beyond what the rule says of all. */
  readonly advice?: (seen: LogSighting) => Advice | undefined;
  /** Whether it must go on to the log's end: what has passed is no symptom. */
  readonly lasts?: true;
  /** How it is found in events of the cluster too, where no log of the node tells. */
  readonly inEvents?: InEvents;
  /** One paragraph, to stand before how many lines there are. */
  readonly says: (seen: LogSighting) => string;
}

/** How much there must be: the least that no healthy machine writes. */
export type LeastSeen = LogSymptom["least"];

/** Lines without times stand for seconds as if there were no more than one in so many. */
const SECONDS_A_LINE = 5;
/** A log that goes on for so long after the last line shows that it has passed. */
const PASSED_AFTER = 120;

/** Makes a symptom of lines in the logs of components. Of several logs with the same lines, as a unit's and the whole journal, one counts. */
export function defineLogSymptom(symptom: LogSymptom): Symptom<LogSighting> {
  const { signatures, each, least, lasts, says, missing, namesItsCause, inEvents, advice, ...text } = symptom;
  const more = { ...(missing && { missing }), ...(namesItsCause && { namesItsCause }) };
  return defineSymptom<LogSighting>({
    ...text,
    *detect(host) {
      const all = logSightings(host, signatures, each?.field);
      for (const [name, seen] of all) {
        if (!isEnough(seen, least) || (lasts && hasPassed(seen))) continue;
        const subject = each ? { kind: each.kind, name } : ofNode(host);
        yield { ...toldOf(seen, says(seen)), subject, ...more, advice: advice?.(seen) };
      }
    },
    *detectInCluster(cluster) {
      if (!inEvents) return;
      for (const { node, name, seen } of eventSightings(cluster, signatures, inEvents, each?.field)) {
        if (!isEnough(seen, { ...least, amount: undefined })) continue;
        const subject = each ? { kind: each.kind, name } : { kind: "node", name: node ?? "of unknown name" };
        yield { ...toldOf(seen, says(seen), "event"), subject, ...more, node, isEcho: true };
      }
    },
  });
}

/** What is about the node as a whole. */
export const ofNode = ({ name }: HostEvidence): Subject => ({ kind: "node", name: name ?? "this node" });

/** What a sighting is reported with, its subject aside. */
export function toldOf(
  seen: LogSighting,
  says: string,
  unit: "line" | "event" = "line",
): Omit<Sighting<LogSighting>, "subject"> {
  return {
    summary: `${says} ${seen.artifact.path} says so in ${count(seen.run.count, unit)}${lengthOf(seen)}.${passedText(seen)}`,
    evidence: citesOf(seen),
    data: seen,
    weight: seen.count,
    ...passedOf(seen),
  };
}

/** What the logs of a host say with some signatures, by a field's value. */
export function logSightings(
  host: HostEvidence,
  signatures: readonly SignatureId[],
  field?: string,
): Map<string, LogSighting> {
  const wanted: ReadonlySet<string> = new Set(signatures);
  const found = new Map<string, LogSighting>();
  for (const { model, artifact } of host.models("component-log")) {
    const events = model.events.filter(({ signature }) => wanted.has(signature));
    const named = field === undefined ? events : events.filter(({ fields }) => fields[field] !== undefined);
    for (const [name, group] of groupBy(named, ({ fields }) =>
      field === undefined ? "" : (fields[field] ?? ""),
    )) {
      const seen = sightingOf(artifact, model, group);
      const other = found.get(name);
      if (seen && (!other || seen.count > other.count)) found.set(name, seen);
    }
  }
  return found;
}

function sightingOf(
  artifact: Artifact,
  log: ComponentLog,
  events: readonly LogEvent[],
): LogSighting | undefined {
  const [longest] = [...events].sort((a, b) => b.run.count - a.run.count);
  const [latest] = events.map(({ last }) => last).sort((a, b) => b.line - a.line);
  if (!longest || !latest) return undefined;
  const { run } = longest;
  const amounts = events.flatMap(({ most }) => (most ? [most.value] : []));
  return {
    artifact,
    log,
    events,
    count: events.reduce((sum, event) => sum + event.count, 0),
    run,
    seconds: secondsBetween(run.first.time, run.last.time),
    last: latest,
    most: amounts.length > 0 ? Math.max(...amounts) : undefined,
    fields: run.last.fields,
  };
}

/** Whether there is as much of it as must be. */
export function isEnough({ run, seconds, most }: LogSighting, least: LeastSeen): boolean {
  if (run.count < least.lines) return false;
  if (least.amount !== undefined && !(most !== undefined && most >= least.amount)) return false;
  if (least.seconds === undefined) return true;
  return seconds === undefined ? run.count * SECONDS_A_LINE >= least.seconds : seconds >= least.seconds;
}

/** Seconds for which the log goes on after the last line; `undefined` where it doesn't tell. */
export const secondsSince = ({ last, log }: LogSighting): number | undefined =>
  secondsBetween(last.time, log.to);

function hasPassed(seen: LogSighting): boolean {
  const after = secondsSince(seen);
  return after !== undefined && after > PASSED_AFTER;
}

/** What is written now and then may be written again within so many seconds. */
const LONG_AGO = 3600;

/** ` It has passed: the log goes on for 2 days without another one.`; empty where it was not long before, or the log doesn't tell. */
function passedText(seen: LogSighting): string {
  const after = secondsSince(seen);
  return after !== undefined && after > LONG_AGO
    ? ` It has passed: the log goes on for ${lasting(after)} without another one.`
    : "";
}

/** The same for the title of what is told. */
function passedOf(seen: LogSighting): { readonly when?: string } {
  const after = secondsSince(seen);
  return after !== undefined && after > LONG_AGO ? { when: `${lasting(after)} before the log ends` } : {};
}

/** Its first and its last line, and the one with the greatest amount. */
export function citesOf({ artifact, events, run: { first, last } }: LogSighting): Cite[] {
  const [most] = events
    .flatMap((event) => event.most ?? [])
    .sort((a, b) => b.value - a.value)
    .map(({ line }) => line);
  const lines = new Map([first, ...(most ? [most] : []), last].map((line) => [line.line, line]));
  return [...lines.values()].map(({ text, line }) => ({ artifact: artifact.path, text, where: { line } }));
}

/** `, over 12 minutes, and in 3 at other times`. */
function lengthOf({ seconds, count, run }: LogSighting): string {
  const length = seconds === undefined || seconds < 2 ? "" : `, over ${lasting(seconds)}`;
  const others = count - run.count;
  return others > 0 ? `${length}, and in ${others} others` : length;
}

/** A length of time in words. */
export const lasting = (seconds: number): string => span(BigInt(Math.round(seconds)) * 1_000_000_000n);

/** Who wrote the lines: `kubelet and kube-proxy`. */
export function writersOf({ events }: LogSighting): string {
  const names = new Set(
    events.map(({ component }) => (component === "other" ? undefined : component) ?? "a program"),
  );
  return [...names].sort().join(" and ");
}
