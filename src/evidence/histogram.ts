import { formatSelector } from "../metrics/index.ts";
import type { HasMetrics, Sample } from "./timelines.ts";
import { counterTimelines, growthOf, lengthOf } from "./timelines.ts";

/** What a histogram counted from one scrape to another. */
export interface HistogramGrowth {
  /** Without `le`. */
  readonly labels: ReadonlyMap<string, string>;
  /** Observations between the scrapes. */
  readonly count: number;
  /** Seconds between them; `undefined` where they don't tell their times. */
  readonly length: number | undefined;
  /** The last sample of its last bucket, for citation. */
  readonly last: Sample;
  /**
   * The value below which a share of the observations lies, interpolated as Prometheus' `histogram_quantile` does; the bound of the last bucket but one where it lies
   * above that.
   */
  readonly quantile: (share: number) => number;
}

/** How every histogram of a name grew; those of which there is a single scrape are left out. */
export function histogramGrowth(
  of: HasMetrics,
  kind: "metrics" | "node-metrics",
  name: string,
): readonly HistogramGrowth[] {
  const drafts = new Map<
    string,
    {
      labels: Map<string, string>;
      buckets: [bound: number, grown: number][];
      length: number | undefined;
      last: Sample;
    }
  >();
  for (const timeline of counterTimelines(of, kind, `${name}_bucket`)) {
    const bound = Number((timeline.labels.get("le") ?? "").replace("+Inf", "Infinity"));
    const grown = growthOf(timeline);
    const last = timeline.samples.at(-1);
    if (Number.isNaN(bound) || timeline.labels.get("le") === undefined || grown === undefined || !last)
      continue;
    const labels = new Map([...timeline.labels].filter(([key]) => key !== "le"));
    // Two processes that nothing tells apart but their artifacts are not one, nor two in one artifact.
    const key = `${formatSelector(name, labels)} ${timeline.process} ${last.artifact.path}`;
    let draft = drafts.get(key);
    if (!draft) drafts.set(key, (draft = { labels, buckets: [], length: lengthOf(timeline), last }));
    draft.buckets.push([bound, grown]);
  }
  return [...drafts.values()].flatMap(({ labels, buckets, length, last }) => {
    buckets.sort(([a], [b]) => a - b);
    const [bound, count] = buckets.at(-1) ?? [];
    if (bound !== Number.POSITIVE_INFINITY || count === undefined || count <= 0) return [];
    return [{ labels, count, length, last, quantile: (share: number) => quantileOf(buckets, share * count) }];
  });
}

function quantileOf(buckets: readonly (readonly [bound: number, grown: number])[], rank: number): number {
  let [lower, below] = [0, 0];
  for (const [bound, grown] of buckets) {
    if (grown >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return lower;
      return grown === below ? bound : lower + ((bound - lower) * (rank - below)) / (grown - below);
    }
    lower = bound;
    below = grown;
  }
  return lower;
}
