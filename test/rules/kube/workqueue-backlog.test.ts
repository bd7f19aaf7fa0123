import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { series } from "./control-plane.ts";

const RULE = "kube/workqueue-backlog";
const START = 1_705_600_000;
const METRIC = { __name__: "workqueue_depth", name: "replicaset", job: "kube-controller-manager" };
const of = (values: readonly number[], metric = METRIC) =>
  analyzeFiles({ "prometheus/depth.json": series(metric, START, values) });

describe(RULE, () => {
  it("is seen where a queue is long for minutes, each time", async () => {
    const report = await of([0, 3, 9000, 6000, 3000, 1200, 20, 0, 0, 0, 0, 0, 0, 5000, 4000, 3000, 0]);
    const finding = findingOf(report, RULE);
    expect(finding.summary).toBe("The work queue replicaset held up to 9000 items, for 4 minutes, 2 times.");
    expect(finding.subject).toMatchObject({ kind: "queue", name: "replicaset" });
    expect(finding.host).toBe(null);
  });

  it("is silent about a queue that drains at once, and about short ones", async () => {
    expect(verdictsOf(await of([0, 9000, 0, 0, 0, 9000, 0]), RULE)).toEqual([]);
    expect(verdictsOf(await of([400, 400, 500, 999, 700]), RULE)).toEqual([]);
    expect(verdictsOf(await of([Number.NaN, Number.NaN, 3]), RULE)).toEqual([]);
  });

  it("takes two series of one queue for one", async () => {
    const values = [0, 9000, 6000, 3000, 0];
    const report = await analyzeFiles({
      "a.json": series({ ...METRIC, instance: "a" }, START, values),
      "b.json": series({ ...METRIC, instance: "b" }, START + 20, values),
    });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).summary).not.toContain("times");
  });

  it("believes a single scrape, if its items wait for longer than nothing", async () => {
    const scrape = (sum: number) =>
      `# TYPE workqueue_depth gauge\nworkqueue_depth{name="endpoint"} 4000\nworkqueue_queue_duration_seconds_sum{name="endpoint"} ${sum}\nworkqueue_queue_duration_seconds_count{name="endpoint"} 10000\n`;
    expect(verdictsOf(await analyzeFiles({ "m.txt": scrape(900_000) }), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await analyzeFiles({ "m.txt": scrape(90) }), RULE)).toEqual([]);
    expect(
      verdictsOf(await analyzeFiles({ "m.txt": 'workqueue_depth{name="endpoint"} 4000\n' }), RULE),
    ).toEqual(["confirmed"]);
  });

  it("reads a table of series too", async () => {
    const rows = [0, 9000, 6000, 3000, 0].map((value, i) => `${START + 60 * i},${value}`);
    const report = await analyzeFiles({
      "workqueue_depth-data.csv": `Time,"{name=""endpoint""}"\n${rows.join("\n")}\n`,
    });
    // Of what program is not told; the name of the artifact names the metric.
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    const legend = await analyzeFiles({
      "workqueue_depth-data.csv": `"Time","endpoint"\n${rows.join("\n")}\n`,
    });
    expect(findingOf(legend, RULE).subject).toMatchObject({ name: "endpoint" });
  });
});
