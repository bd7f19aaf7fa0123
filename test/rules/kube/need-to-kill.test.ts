import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { ago, deleted, eventAbout, listed, pod, witness } from "./objects.ts";

const RULE = "kube/need-to-kill";
const STUCK = pod("web", { metadata: deleted(54_000) });
const KILLS = {
  reason: "Killing",
  message: "Killing container with id docker://main:Need to kill Pod",
  type: "Normal",
};
const judge = async (...items: readonly object[]) =>
  verdictsOf(await analyzeFiles({ "c/all.yaml": listed(...items, witness) }), RULE);

describe(RULE, () => {
  it("is confirmed by hundreds of kills in hours", async () => {
    const report = await analyzeFiles({
      "c/all.yaml": listed(STUCK, eventAbout("web", { ...KILLS, count: 735, first: 54_000 })),
    });
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["kube/pod-terminating"],
    });
    expect(findingOf(report, RULE).summary).toContain("735 times in 14 hours");
  });

  it("knows the words of newer kubelets", async () => {
    const event = eventAbout("web", { ...KILLS, message: "Stopping container main", count: 90, first: 9000 });
    expect(await judge(STUCK, event)).toEqual(["confirmed"]);
  });

  it("is likely by fewer of them, and possible by one, which each deletion has", async () => {
    expect(await judge(STUCK, eventAbout("web", { ...KILLS, count: 20, first: 1200 }))).toEqual(["likely"]);
    expect(await judge(STUCK, eventAbout("web", { ...KILLS, count: 1 }))).toEqual(["possible"]);
  });

  it("takes no kill for another reason", async () => {
    const message = "Container main failed liveness probe, will be restarted";
    expect(await judge(STUCK, eventAbout("web", { ...KILLS, message, count: 300, first: 9000 }))).toEqual([
      "possible",
    ]);
    expect(await judge(pod("web"), eventAbout("web", { ...KILLS, count: 735, first: 54_000 }))).toEqual([]);
  });

  it("is not said of a pod whose containers have ended, and of which no kills are told", async () => {
    const ended = pod("web", {
      metadata: { ...deleted(7200), finalizers: ["example.com/x"] },
      status: { containerStatuses: [{ name: "main", state: { terminated: { finishedAt: ago(7210) } } }] },
    });
    expect(await judge(ended)).toEqual(["possible"]);
    expect(
      findingOf(await analyzeFiles({ "c/all.yaml": listed(ended, witness) }), RULE).evidence,
    ).toMatchObject([{ effect: "contradicts" }]);
  });

  it("asks for events where there are none", async () => {
    const finding = findingOf(await analyzeFiles({ "c/all.yaml": listed(STUCK, witness) }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command).join()).toContain(
      "kubectl -n NAMESPACE describe pod POD",
    );
  });
});
