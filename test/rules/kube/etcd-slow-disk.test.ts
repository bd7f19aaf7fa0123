import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "kube/etcd-slow-disk";
const FOLDER = "test/fixtures/logs";
const SLOW = readFileSync(`${FOLDER}/kube-etcd-slow-disk/etcd.log`, "utf8");
const NO_SYNC = readFileSync(`${FOLDER}/kube-etcd-slow/etcd.log`, "utf8");

describe(RULE, () => {
  it("is likely where syncs took seconds", async () => {
    const finding = findingOf(await analyzeFiles({ "etcd.log": SLOW }), RULE);
    expect(finding).toMatchObject({ verdict: "likely", explains: ["kube/etcd-slow"] });
    expect(finding.summary).toBe("Etcd waited up to 3 seconds for its disk to make the log durable.");
  });

  it("stays possible where no sync is told of, or one", async () => {
    expect(verdictsOf(await analyzeFiles({ "etcd.log": NO_SYNC }), RULE)).toEqual(["possible"]);
    const lines = SLOW.split("\n");
    const one = [...lines.slice(0, 120), lines[121], ""].join("\n");
    expect(verdictsOf(await analyzeFiles({ "etcd.log": one }), RULE)).toEqual(["possible"]);
  });

  it("is no finding of its own where etcd is not slow, and without its log", async () => {
    const syncs = SLOW.split("\n").slice(120).join("\n");
    expect(verdictsOf(await analyzeFiles({ "etcd.log": syncs }), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeFiles({ hostname: "node-a\n" }), RULE)).toEqual([]);
  });
});
