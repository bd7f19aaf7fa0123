import type { Artifact, Located, ModelOf } from "../bundle/index.ts";
import { memo } from "../bytes/index.ts";
import type { Metrics, Series } from "../metrics/index.ts";
import { formatSelector } from "../metrics/index.ts";
import type { Cite } from "./cite.ts";

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
  /** In the order of time: told by the samples, or by their order in one artifact. */
  readonly samples: readonly Sample[];
}

/** Where metrics are found: of the cluster or of a host. */
export interface HasMetrics {
  models<Kind extends keyof ModelOf>(kind: Kind): readonly Located<ModelOf[Kind]>[];
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
 * Every series of a metric. Scrapes of one process, by the time of its start, are joined in the order of their times, which the samples tell or
 * the names of their files; those that don't tell them are not joined. Answers to queries and tables name the process in their labels.
 */
export function timelines(
  of: HasMetrics,
  kind: "metrics" | "node-metrics",
  name: string,
): readonly Timeline[] {
  const byName = KEPT(of);
  const key = `${kind} ${name}`;
  let known = byName.get(key);
  if (!known) byName.set(key, (known = joined(of.models(kind), name)));
  return known;
}

const KEPT = memo<HasMetrics, Map<string, readonly Timeline[]>>(() => new Map());

function joined(located: readonly Located<Metrics>[], name: string): Timeline[] {
  const drafts = new Map<string, { name: string; labels: ReadonlyMap<string, string>; samples: Sample[] }>();
  for (const [i, { model, artifact }] of located.entries()) {
    const process = processOf(model);
    // Of several scrapes in one file the name tells the time of one at most.
    const saved = model.form === "text" && model.scrapes === 1 ? timeInName(artifact.path) : Number.NaN;
    const named = model.named(name);
    const unnamed = nameIn(artifact.path, name) ? unnamedOf(model) : [];
    for (const series of named.length > 0 ? named : unnamed) {
      // NaN is in order with nothing.
      const isTimed = saved > 0 || series.times.every((time) => time > 0);
      const own = model.form === "text" ? (isTimed && process !== undefined ? String(process) : `#${i}`) : "";
      const key = `${own} ${formatSelector(
        name,
        [...series.labels].sort(([a], [b]) => (a < b ? -1 : 1)),
      )}`;
      let draft = drafts.get(key);
      if (!draft) drafts.set(key, (draft = { name, labels: series.labels, samples: [] }));
      draft.samples.push(...samplesOf(series, artifact, saved));
    }
  }
  for (const { samples } of drafts.values())
    if (samples.every(({ time }) => time > 0)) samples.sort((a, b) => a.time - b.time);
  return [...drafts.values()];
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

function processOf(model: Metrics): number | undefined {
  const [series, another] = model.named("process_start_time_seconds");
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
