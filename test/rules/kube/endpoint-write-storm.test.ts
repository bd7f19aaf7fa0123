import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { headless, putLog } from "./control-plane.ts";

const RULE = "kube/endpoint-write-storm";
const START = Date.UTC(2024, 0, 19, 3, 40) / 1000;

describe(RULE, () => {
  it("is seen where most Endpoints are written in one go", async () => {
    const report = await analyzeFiles({
      "log.txt": putLog(START, 300, 1400, 1400),
      "all.json": headless(1500),
    });
    expect(findingOf(report, RULE).summary).toBe(
      "kube-controller-manager/v1.17.3 wrote Endpoints 1400 times within 5 minutes, 1400 different ones of 1500.",
    );
  });

  it("is silent about a busy deploy that writes a part of them again and again", async () => {
    const log = putLog(START, 300, 3000, 200);
    expect(verdictsOf(await analyzeFiles({ "log.txt": log, "all.json": headless(1500) }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles({ "log.txt": log }), RULE)).toEqual([]);
  });

  it("is silent about as many writes over days", async () => {
    const lines = putLog(START, 1, 1400, 1400).split("\n");
    const sparse = lines.map((line, i) =>
      line.replace(/^\S+/, new Date((START + i * 300) * 1000).toISOString()),
    );
    expect(
      verdictsOf(await analyzeFiles({ "log.txt": sparse.join("\n"), "all.json": headless(1500) }), RULE),
    ).toEqual([]);
  });

  it("wants very many where nobody knows how many there are", async () => {
    expect(verdictsOf(await analyzeFiles({ "log.txt": putLog(START, 300, 900, 900) }), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles({ "log.txt": putLog(START, 300, 1200, 1200) }), RULE)).toEqual([
      "confirmed",
    ]);
  });
});
