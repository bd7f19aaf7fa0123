import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analyze.ts";
import { openBundle } from "../../src/bundle/index.ts";
import { sourceOf } from "../../src/bytes/index.ts";
import { readPrometheusText } from "../../src/metrics/index.ts";
import {
  buildCase,
  counterTimelines,
  growthOf,
  histogramGrowth,
  lengthOf,
  timelines,
} from "../../src/evidence/index.ts";
import type { HasMetrics } from "../../src/evidence/index.ts";

const encoder = new TextEncoder();

/** Metrics of artifacts by their paths. */
async function found(files: Readonly<Record<string, string>>): Promise<HasMetrics> {
  const located = await Promise.all(
    Object.entries(files).map(async ([path, text]) => ({
      model: await readPrometheusText(sourceOf(encoder.encode(text))),
      artifact: { path, kind: "metrics", host: null, baseline: false, status: "read" as const },
    })),
  );
  // Nothing but metrics is asked for.
  return { models: () => located as never };
}
const scrape = (value: number, started = 1_705_600_000) =>
  `jobs_total ${value}\nprocess_start_time_seconds ${started}\n`;
const growths = async (files: Readonly<Record<string, string>>) =>
  timelines(await found(files), "metrics", "jobs_total").map((each) => [growthOf(each), lengthOf(each)]);

describe("time lines", () => {
  it("join scrapes of one process whose times are told by samples, by lines between them, or by the names of files", async () => {
    expect(
      await growths({
        "b.txt": "2024-01-19T03:50:00Z\n" + scrape(9),
        "a.txt": "2024-01-19T03:40:00Z\n" + scrape(4),
      }),
    ).toEqual([[5, 600]]);
    expect(
      await growths({ "b/m-20240119-035000.txt": scrape(9), "b/m-20240119-034000.txt": scrape(4) }),
    ).toEqual([[5, 600]]);
    expect(
      await growths({ "m-2024-01-19T03:50:00Z.prom": scrape(9), "m-2024-01-19T03:40:00Z.prom": scrape(4) }),
    ).toEqual([[5, 600]]);
    expect(await growths({ "1705635600.txt": scrape(4), "1705636200.txt": scrape(9) })).toEqual([[5, 600]]);
  });

  it("join nothing of which the times or the process are not told, and count on after a restart", async () => {
    expect(await growths({ "1.txt": scrape(4), "2.txt": scrape(9) })).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(await growths({ "1705635600.txt": "jobs_total 4\n", "1705636200.txt": "jobs_total 9\n" })).toEqual(
      [
        [undefined, 0],
        [undefined, 0],
      ],
    );
    expect(
      await growths({ "1705635600.txt": scrape(4), "1705636200.txt": scrape(9, 1_705_636_000) }),
    ).toEqual([
      [undefined, 0],
      [undefined, 0],
    ]);
    expect(await growths({ "m.txt": "jobs_total 4\njobs_total 9\njobs_total 12\n" })).toEqual([
      [8, undefined],
    ]);
    const at = (time: string, value: number, started?: number) =>
      `2024-01-19T${time}:00Z\n${started === undefined ? `jobs_total ${value}\n` : scrape(value, started)}`;
    expect(await growths({ "m.txt": at("03:40", 4) + at("03:50", 9) + at("04:00", 2) })).toEqual([[7, 1200]]);
    // Started at 03:55, and before the first scrape.
    const restarted = at("03:40", 4, 1_705_600_000) + at("04:00", 2, 1_705_636_500);
    expect(await growths({ "m.txt": restarted })).toEqual([[2, 1200]]);
    const replicas = at("03:40", 4, 1_705_600_000) + at("04:00", 2, 1_705_600_900);
    expect(await growths({ "m.txt": replicas })).toEqual([
      [undefined, 0],
      [undefined, 0],
    ]);
  });

  it("keep replicas apart that were scraped into one file, also by turns", async () => {
    const [a, b] = [1_705_600_000, 1_705_600_900];
    expect(await growths({ "m.txt": scrape(900, a) + scrape(70_000, b) })).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    const turns = scrape(900, a) + scrape(70_000, b) + scrape(950, a) + scrape(70_001, b);
    expect(await growths({ "m.txt": turns })).toEqual([
      [50, undefined],
      [1, undefined],
    ]);
    // Nothing names them, but what only grows became less: no restart can be told from another replica.
    const bare = "jobs_total 900\nother_total 70\njobs_total 70000\nother_total 3\n";
    expect(await growths({ "m.txt": bare })).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it("make a histogram of each replica, where one file has several", async () => {
    const buckets = (fast: number, all: number, started: number) =>
      `sync_bucket{le="1"} ${fast}\nsync_bucket{le="+Inf"} ${all}\nprocess_start_time_seconds ${started}\n`;
    const [a, b] = [1_705_600_000, 1_705_600_900];
    const text = buckets(10, 10, a) + buckets(500, 900, b) + buckets(30, 40, a) + buckets(500, 1000, b);
    const grown = histogramGrowth(await found({ "m.txt": text }), "metrics", "sync");
    expect(grown.map(({ count, quantile }) => [count, quantile(0.5)])).toEqual([
      [30, 0.75],
      [100, 1],
    ]);
  });

  it("are of no host where the control plane tells them", async () => {
    const text = `# TYPE apiserver_current_inflight_requests gauge\napiserver_current_inflight_requests 3\n`;
    const report = await analyze([{ name: "b/node-a/metrics.txt", source: sourceOf(encoder.encode(text)) }]);
    expect(report.artifacts).toMatchObject([{ kind: "metrics", host: null }]);
  });

  it("put scrapes of one process in order by the processor time that it had used, where nothing tells the time", async () => {
    const used = (value: number, seconds: number) => `${scrape(value)}process_cpu_seconds_total ${seconds}\n`;
    expect(await growths({ "1.txt": used(9, 50), "2.txt": used(4, 20) })).toEqual([[5, undefined]]);
    // The same file twice is one scrape.
    expect(await growths({ "1.txt": used(9, 50), "2.txt": used(9, 50) })).toEqual([[undefined, undefined]]);
  });
});

describe("counters of the cluster's metrics", () => {
  const metrics = (value: number, started = 1_705_600_000) =>
    `# TYPE apiserver_flowcontrol_rejected_requests_total counter\napiserver_flowcontrol_rejected_requests_total{priority_level="low",flow_schema="x",reason="queue-full"} ${value}\nprocess_start_time_seconds ${started}\n`;
  const NAME = "apiserver_flowcontrol_rejected_requests_total";
  const open = (files: Readonly<Record<string, string>>, baseline = false) =>
    openBundle(
      Object.entries(files).map(([name, text]) => ({ name, source: sourceOf(encoder.encode(text)) })),
      { baseline },
    );
  const take = (bundle: string, at: string, text: string) => ({
    [`${bundle}/date`]: `2024-01-19T${at}:00Z\n`,
    [`${bundle}/apiserver-metrics.txt`]: text,
  });

  it("grow from take to take, in whatever order these are given", async () => {
    const takes = [take("b", "03:50", metrics(700)), take("a", "03:40", metrics(100))];
    for (const [one, other] of [takes, takes.toReversed()]) {
      const { cluster } = buildCase(await open({ ...one, ...other }));
      const [only] = counterTimelines(cluster, "metrics", NAME);
      expect(only && [growthOf(only), lengthOf(only)]).toEqual([600, 600]);
    }
  });

  it("grow since the baseline of the same process, and not since a peer's", async () => {
    const now = await open(take("b", "03:50", metrics(700)));
    const of = async (before: string): Promise<unknown> => {
      const { cluster } = buildCase(now, await open(take("a", "03:40", before), true));
      expect(timelines(cluster, "metrics", NAME).map((each) => growthOf(each))).toEqual([undefined]);
      return counterTimelines(cluster, "metrics", NAME).map((each) => [growthOf(each), lengthOf(each)]);
    };
    expect(await of(metrics(100))).toEqual([[600, 600]]);
    expect(await of(metrics(100, 1_705_500_000))).toEqual([[undefined, 0]]);
  });

  it("make a symptom of a single scrape's total, against a baseline", async () => {
    const input = (files: Readonly<Record<string, string>>) =>
      Object.entries(files).map(([name, text]) => ({ name, source: sourceOf(encoder.encode(text)) }));
    const verdict = async (baseline?: string): Promise<string[]> => {
      const report = await analyze(input(take("b", "03:50", metrics(700))), {
        baseline: baseline === undefined ? undefined : input(take("a", "03:40", baseline)),
      });
      return report.findings.map(({ rule }) => rule);
    };
    expect(await verdict()).toEqual([]);
    expect(await verdict(metrics(100))).toEqual(["kube/requests-rejected"]);
    expect(await verdict(metrics(699))).toEqual([]);
    expect(await verdict(metrics(100, 1_705_500_000))).toEqual([]);
  });
});
