import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { headless, putLog, version } from "../kube/control-plane.ts";

/** When the storms of the story began, by its own table: 16 hours and 20 or 30 minutes apart. */
const STORMS = ["19T03:40", "19T20:10", "20T12:30", "21T05:00", "21T21:20"].map(
  (at) => Date.parse(`2022-01-${at}:00Z`) / 1000,
);
/** So many writes, as many as Endpoints. */
const COUNT = 12_954;
const FIRST = Date.parse("2022-01-19T00:00:00Z") / 1000;
const LAST = Date.parse("2022-01-22T00:00:00Z") / 1000;
/** Queue depth every five minutes, as CSV; a storm is worked off in some twelve minutes. */
const depth = (storms: readonly number[], name = "endpoint") => {
  const rows = ["time,metric,name,value"];
  for (let time = FIRST; time <= LAST; time += 300) {
    const storm = storms.find((start) => time >= start && time < start + 900);
    const value = storm === undefined ? 0 : Math.round(COUNT * (1 - (time - storm) / 900));
    rows.push(`${new Date(time * 1000).toISOString()},workqueue_depth,${name},${value}`);
  }
  return `${rows.join("\n")}\n`;
};
const prometheus = (storms: readonly number[], name = "endpoint") =>
  JSON.stringify({
    status: "success",
    data: {
      resultType: "matrix",
      result: [
        {
          metric: { __name__: "workqueue_depth", name, job: "kube-controller-manager" },
          values: depth(storms)
            .trim()
            .split("\n")
            .slice(1)
            .map((row) => {
              const [at = "", , , value = ""] = row.split(",");
              return [Date.parse(at) / 1000, value];
            }),
        },
      ],
    },
  });
const bundle = (count: number) => ({
  "cluster/version.txt": version("v1.17.3"),
  "cluster/services-endpoints.json": headless(count),
  "cluster/depth.json": prometheus(STORMS),
  "cluster/apiserver.log": putLog(STORMS[0] ?? 0, Math.ceil(count / 12), count, count),
});
/** A smaller cluster does for what its size has no part in. */
const whole = bundle(1200);
const RULE = "kube/endpoint-resync-storm";
const without = (name: keyof typeof whole) =>
  Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
const verdicts = async (files: Record<string, string>) => verdictsOf(await analyzeFiles(files), RULE);

describe("504 after deploys, every sixteen hours (D1)", () => {
  it("is confirmed, with the number of writes and the period", async () => {
    const finding = findingOf(await analyzeFiles(bundle(COUNT)), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("12954 of 12954 Endpoints objects carry the label");
    expect(finding.summary).toMatch(/every 16\.[345] hours/);
    expect(finding.evidence.map(({ text }) => text).join("\n")).toContain(
      "12954 different Endpoints were written",
    );
    expect(finding.explains).toEqual(["kube/endpoint-write-storm", "kube/workqueue-backlog"]);
  });

  it("is confirmed by the queue or the log alone, beside labels and version", async () => {
    expect(await verdicts(without("cluster/depth.json"))).toEqual(["confirmed"]);
    expect(await verdicts(without("cluster/apiserver.log"))).toEqual(["confirmed"]);
  });

  it("is likely without a version, possible without objects", async () => {
    const { "cluster/version.txt": _, ...rest } = whole;
    const agentless = { ...rest, "cluster/apiserver.log": "" };
    expect(await verdicts(agentless)).not.toContain("ruled-out");
    const objectless = await verdicts(without("cluster/services-endpoints.json"));
    expect(objectless).not.toContain("confirmed");
    expect(objectless.length).toBeGreaterThan(0);
  });

  it("is ruled out in the clouds' clusters of 1.22, which write the label all the same", async () => {
    const files = {
      ...without("cluster/apiserver.log"),
      "cluster/version.txt": version("v1.22.5"),
    };
    expect(await verdicts(files)).toEqual(["ruled-out"]);
  });

  it("is nothing of another queue, or of one that is worked off at once", async () => {
    const other = {
      "v.txt": version("v1.17.3"),
      "o.json": headless(2000),
      "d.json": prometheus(STORMS, "deployment"),
    };
    expect(await verdicts(other)).toEqual([]);
    expect(await verdicts({ ...other, "d.json": prometheus([]) })).toEqual([]);
  });

  it("reads the queue as a table of values, too", async () => {
    const { "cluster/depth.json": _, "cluster/apiserver.log": _log, ...rest } = whole;
    const wide = depth(STORMS)
      .replace("time,metric,name,value", 'Time,"{__name__=""workqueue_depth"", name=""endpoint""}"')
      .replaceAll("workqueue_depth,endpoint,", "");
    for (const table of [depth(STORMS), wide])
      expect(await verdicts({ ...rest, "cluster/exported.csv": table })).toEqual(["confirmed"]);
  });
});
