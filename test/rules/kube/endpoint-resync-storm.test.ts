import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { headless, putLog, series, version } from "./control-plane.ts";

const RULE = "kube/endpoint-resync-storm";
const START = Date.UTC(2024, 0, 19, 3, 40) / 1000;
const METRIC = { __name__: "workqueue_depth", name: "endpoint", job: "kube-controller-manager" };
const STORM = [1480, 1300, 1100, 1010, 600, 100];
/** Three storms, so many minutes apart. */
const queue = (apart: number, name = "endpoint") => {
  const values = Array.from({ length: 2 * apart + 10 }, () => 0);
  for (const at of [1, 1 + apart, 1 + 2 * apart]) STORM.forEach((depth, i) => (values[at + i] = depth));
  return series({ ...METRIC, name }, START, values);
};
const once = (peak: number) =>
  series(METRIC, START, [0, ...STORM.map((depth) => Math.round((depth * peak) / 1480)), 0]);

const controllerManager = (tag: string, node = "a"): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `kube-controller-manager-${node}`, namespace: "kube-system", uid: node },
    spec: { nodeName: node, containers: [{ name: "c", image: `k8s.gcr.io/kube-controller-manager:${tag}` }] },
  });

describe(RULE, () => {
  it("is confirmed by the labels, an affected version and the writes", async () => {
    const report = await analyzeFiles({
      "log.txt": putLog(START, 300, 1500, 1500),
      "all.json": headless(1500),
    });
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.subject).toMatchObject({ kind: "controller", name: "endpoint-controller" });
    expect(finding.explains).toEqual(["kube/endpoint-write-storm"]);
  });

  it("is confirmed by the labels, an affected version and the queue, and names the period", async () => {
    const report = await analyzeFiles({
      "depth.json": queue(16 * 60 + 24),
      "all.json": headless(1500),
      "version.txt": version("v1.17.3"),
    });
    expect(findingOf(report, RULE).verdict).toBe("confirmed");
    expect(findingOf(report, RULE).summary).toContain("every 16.4 hours");
  });

  it("explains the queue and the writes in one finding", async () => {
    const report = await analyzeFiles({
      "depth.json": once(1480),
      "log.txt": putLog(START, 300, 1500, 1500),
      "all.json": headless(1500),
    });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).explains).toEqual(["kube/endpoint-write-storm", "kube/workqueue-backlog"]);
  });

  it("is ruled out by a version that ignores the label, which writes it all the same", async () => {
    const verdict = async (told: Readonly<Record<string, string>>) =>
      verdictsOf(await analyzeFiles({ "depth.json": queue(984), "all.json": headless(1500), ...told }), RULE);
    for (const fixed of ["v1.17.13", "v1.18.10", "v1.19.3", "v1.22.4", "v1.15.3"])
      expect(await verdict({ "kcm.json": controllerManager(fixed) }), fixed).toEqual(["ruled-out"]);
    for (const fixed of ["v1.22.4", "v1.21.0", "v1.15.3"])
      expect(await verdict({ "version.txt": version(fixed) }), fixed).toEqual(["ruled-out"]);
    // In an upgrade the controller manager is still of the release before the API server's.
    for (const fixed of ["v1.17.13", "v1.18.10", "v1.19.3", "v1.20.4"])
      expect(await verdict({ "version.txt": version(fixed) }), fixed).toEqual(["possible"]);
    // Two of them, of which one has the fault.
    const both = { "a.json": controllerManager("v1.17.13"), "b.json": controllerManager("v1.17.3", "b") };
    expect(await verdict(both)).toEqual(["likely"]);
    expect(await verdict({})).toEqual(["likely"]);
  });

  it("is likely at most without a version, and by one that a vendor built", async () => {
    const files = { "depth.json": once(1480), "all.json": headless(1500) };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual(["likely"]);
    expect(
      verdictsOf(await analyzeFiles({ ...files, "version.txt": version("v1.17.9-eks-4c6976") }), RULE),
    ).toEqual(["likely"]);
  });

  it("is ruled out where Services carry the label too, or Endpoints don't", async () => {
    for (const objects of [headless(1500, { serviceToo: true }), headless(1500, { labelled: false })]) {
      const report = await analyzeFiles({
        "depth.json": once(1480),
        "all.json": objects,
        "version.txt": version("v1.17.3"),
      });
      expect(verdictsOf(report, RULE)).toEqual(["ruled-out"]);
    }
  });

  it("is not confirmed by a busy deploy that fills the queue", async () => {
    const report = await analyzeFiles({
      "depth.json": once(1480),
      "log.txt": putLog(START - 120, 300, 4500, 300),
      "all.json": headless(6000),
    });
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
  });

  it("takes no log for one of that time whose zone isn't known", async () => {
    const against = async (log: string) => {
      const files = { "depth.json": once(1480), "log.txt": log, "all.json": headless(6000) };
      return findingOf(await analyzeFiles(files), RULE).evidence.filter(
        ({ effect, text }) => effect === "contradicts" && text.includes("different Endpoints were written"),
      ).length;
    };
    const log = putLog(START - 120, 300, 4500, 300);
    expect(await against(log)).toBe(1);
    expect(await against(log.replace(/Z stderr/g, " stderr"))).toBe(0);
    // One that is longer than any zone is wide covers it in each.
    const long = putLog(START - 20 * 3600, 2, 2 * 60 * 40, 300);
    expect(await against(long.replace(/Z stderr/g, " stderr"))).toBe(1);
  });

  it("is possible without the objects, and asks for them", async () => {
    const report = await analyzeFiles({ "depth.json": once(1480), "version.txt": version("v1.17.3") });
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command)).toContain(
      "kubectl get services,endpoints -A -o yaml",
    );
  });

  it("is not about other queues, nor where nothing is backed up", async () => {
    expect(
      verdictsOf(
        await analyzeFiles({
          "depth.json": queue(984, "job"),
          "all.json": headless(1500),
          "version.txt": version("v1.17.3"),
        }),
        RULE,
      ),
    ).toEqual([]);
    expect(
      verdictsOf(await analyzeFiles({ "all.json": headless(1500), "version.txt": version("v1.17.3") }), RULE),
    ).toEqual([]);
  });
});
