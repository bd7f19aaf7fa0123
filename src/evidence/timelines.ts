import type { Artifact, Located, ModelOf } from "../bundle/index.ts";
import { groupBy, memo } from "../bytes/index.ts";
import type { Metrics, Series } from "../metrics/index.ts";
import { formatSelector } from "../metrics/index.ts";
import type { Cite } from "./cite.ts";
import { processAt } from "./scraped-process.ts";
import type { HasArtifacts } from "./takes.ts";
import { takesOf } from "./takes.ts";

/** One sample, and where it stands. */
export interface Sample {
  /** Seconds since 1970; NaN where nothing tells. */
  readonly time: number;
  readonly value: number;
  readonly artifact: Artifact;
  readonly line: number;
}

/** What is known of one series over time, from one artifact or several that are of one process. */
export interface Timeline {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Tells series with the same labels apart that are of different processes, or may be; empty where the labels do. */
  readonly process: string;
  /** In the order of time: told by the samples, or by their order in one artifact. */
  readonly samples: readonly Sample[];
}

/** Where metrics are found: of the cluster or of a host. */
export interface HasMetrics extends Partial<HasArtifacts> {
  models<Kind extends keyof ModelOf>(kind: Kind): readonly Located<ModelOf[Kind]>[];
  /** The same at another time, or a peer. */
  readonly baseline?: HasMetrics | undefined;
}

/** Where a query or a table leaves out the metric's name, the artifact's own name tells it. */
const nameIn = (path: string, name: string): boolean => path.slice(path.lastIndexOf("/") + 1).includes(name);

/** `metrics-2024-01-19T03:40:00Z.txt`, `20240119_034000.prom`, `1705635600.txt`. */
const DATE_IN_NAME =
  /(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)[T_ .-]?([0-2]\d)[:.-]?([0-5]\d)(?:[:.-]?([0-5]\d))?(?!\d)/;
const SECONDS_IN_NAME = /(?<!\d)(1[4-9]\d{8})(?!\d)/;

/** When a scrape was saved, in seconds since 1970, by the name of its file: in whatever zone, which is the same for all. */
function timeInName(path: string): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [, year, month, day, hour, minute, second] = (DATE_IN_NAME.exec(name) ?? []).map(Number);
  if (year !== undefined && month !== undefined)
    return Date.UTC(year, month - 1, day, hour, minute, second || 0) / 1000;
  return Number(SECONDS_IN_NAME.exec(name)?.[1] ?? Number.NaN);
}

/**
 * Every series of a metric. Scrapes of one process, by the time of its start, are joined in the order of their times, which the samples tell, the names of
 * their files or folders, or the clock of the take that they are of; else in the order of the processor time that the process had used, which never becomes
 * less. What tells none of these is not joined, nor are replicas that were scraped into one file. Answers to queries and tables name the process in their labels.
 */
export function timelines(
  of: HasMetrics,
  kind: "metrics" | "node-metrics",
  name: string,
): readonly Timeline[] {
  return known(of, `${kind} ${name}`, () => joined(scrapesOf(of, kind), name));
}

/**
 * The same for a counter, beginning in the bundle that the case is compared with where that has an earlier scrape of the same process. Of another process,
 * as of a healthy peer, there is nothing to count from.
 */
export function counterTimelines(
  of: HasMetrics,
  kind: "metrics" | "node-metrics",
  name: string,
): readonly Timeline[] {
  const { baseline } = of;
  if (!baseline) return timelines(of, kind, name);
  return known(of, `counter ${kind} ${name}`, () =>
    joined([...scrapesOf(baseline, kind), ...scrapesOf(of, kind)], name).filter(
      ({ samples }) => samples.at(-1)?.artifact.baseline === false,
    ),
  );
}

const KEPT = memo<HasMetrics, Map<string, readonly Timeline[]>>(() => new Map());

function known(of: HasMetrics, key: string, make: () => readonly Timeline[]): readonly Timeline[] {
  const kept = KEPT(of);
  let found = kept.get(key);
  if (!found) kept.set(key, (found = make()));
  return found;
}

/** What was scraped, with what tells the order. */
interface Scrape extends Located<Metrics> {
  /** When it was saved, in seconds since 1970; NaN where nothing tells. */
  readonly saved: number;
  /** When its process was started, where the text names one. */
  readonly process: number | undefined;
  /** Seconds of processor time that it had used. */
  readonly used: number | undefined;
}

function scrapesOf(of: HasMetrics, kind: "metrics" | "node-metrics"): readonly Scrape[] {
  const places = hasArtifacts(of) ? takesOf(of) : undefined;
  const copies = new Set<string>();
  return of.models(kind).flatMap(({ model, artifact }) => {
    // Of several scrapes in one file, what stands outside tells the time of one at most.
    const isOne = model.form === "text" && model.scrapes === 1;
    const take = places?.get(artifact)?.take;
    const named = isOne ? timeInName(artifact.path) : Number.NaN;
    const saved = named > 0 || !isOne ? named : (take?.clock ?? take?.named ?? Number.NaN);
    const process = processOf(model);
    const used = isOne ? onlyValue(model, "process_cpu_seconds_total") : undefined;
    // A file that was given twice is no second scrape.
    const copy = `${process} ${used}`;
    if (process !== undefined && used !== undefined && copies.has(copy)) return [];
    copies.add(copy);
    return [{ model, artifact, saved, process, used }];
  });
}

const hasArtifacts = (of: HasMetrics): of is HasMetrics & HasArtifacts => of.artifacts !== undefined;

interface Draft extends Pick<Timeline, "name" | "labels" | "process"> {
  readonly samples: (Sample & { readonly used?: number })[];
}

function joined(scrapes: readonly Scrape[], name: string): Timeline[] {
  const drafts = new Map<string, Draft>();
  for (const [i, { model, artifact, saved, used }] of scrapes.entries()) {
    const processOfLine = processAt(model);
    const named = model.named(name);
    const unnamed = nameIn(artifact.path, name) ? unnamedOf(model) : [];
    for (const series of named.length > 0 ? named : unnamed) {
      // NaN is in order with nothing.
      const isOrdered = saved > 0 || used !== undefined || series.times.every((time) => time > 0);
      const selector = formatSelector(
        name,
        [...series.labels].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      let [last, draft]: [string | undefined, Draft | undefined] = [undefined, undefined];
      for (const sample of samplesOf(series, artifact, saved)) {
        const process = model.form === "text" ? processOfLine(sample.line) : undefined;
        const own = process ? (isOrdered && process.isKnown ? process.id : `#${i} ${process.id}`) : "";
        if (!draft || own !== last) {
          const key = `${own} ${selector}`;
          draft = drafts.get(key);
          if (!draft) drafts.set(key, (draft = { name, labels: series.labels, process: own, samples: [] }));
          last = own;
        }
        draft.samples.push(used === undefined ? sample : { ...sample, used });
      }
    }
  }
  return [...drafts.values()].flatMap((draft) => inTimeOf(draft));
}

/** The samples in their order; where that isn't known of several artifacts, each by itself. */
function inTimeOf({ samples, ...about }: Draft): Timeline[] {
  if (samples.every(({ time }) => time > 0)) samples.sort((a, b) => a.time - b.time);
  else if (samples.every(({ used }) => used !== undefined))
    samples.sort((a, b) => (a.used ?? 0) - (b.used ?? 0));
  else
    return [...groupBy(samples, ({ artifact }) => artifact)].map(([, own]) => ({
      ...about,
      samples: own,
    }));
  return [{ ...about, samples }];
}

/** Series without the metric's name. The heading of a column may be a single word: then it is a legend, and no other metric. */
function unnamedOf(model: Metrics): readonly Series[] {
  if (model.form === "text") return [];
  const headings = model.form === "csv" ? model.names.filter((name) => /^[a-z][a-z0-9_-]*$/i.test(name)) : [];
  const legends = headings.flatMap((name) =>
    model
      .named(name)
      .filter(({ labels }) => labels.size === 0)
      .map((series) => ({ ...series, labels: new Map([["legend", name]]) })),
  );
  return [...model.named(""), ...legends];
}

const processOf = (model: Metrics): number | undefined => onlyValue(model, "process_start_time_seconds");

function onlyValue(model: Metrics, name: string): number | undefined {
  const [series, another] = model.named(name);
  return another === undefined ? series?.values[0] : undefined;
}

function* samplesOf({ times, values, lines }: Series, artifact: Artifact, saved: number): Generator<Sample> {
  for (let at = 0; at < values.length; at++)
    yield { time: times[at] || saved, value: values[at] ?? Number.NaN, artifact, line: lines[at] ?? 0 };
}

/** How much a counter grew from the first sample to the last, over restarts too; `undefined` where there are not two. */
export function growthOf({ samples }: Timeline): number | undefined {
  if (samples.length < 2) return undefined;
  let grown = 0;
  for (let at = 1; at < samples.length; at++) {
    const [before, now] = [samples[at - 1]?.value ?? 0, samples[at]?.value ?? 0];
    const more = now >= before ? now - before : now;
    if (!Number.isNaN(more)) grown += more;
  }
  return grown;
}

/** Seconds from the first sample to the last; `undefined` where they don't tell their times. */
export function lengthOf({ samples }: Timeline): number | undefined {
  const length = (samples.at(-1)?.time ?? Number.NaN) - (samples[0]?.time ?? Number.NaN);
  return Number.isNaN(length) ? undefined : length;
}

/** A citation of a sample. */
export const sampleCite = ({ artifact, line }: Sample, text: string): Cite => ({
  artifact: artifact.path,
  text,
  where: { line },
});
