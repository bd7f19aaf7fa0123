import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { Scrape } from "./scrapes.ts";
import { scrapes } from "./scrapes.ts";

const RULE = "kube/etcd-leader-changes";
const changes = (n: number) => ({ etcd_server_has_leader: 1, etcd_server_leader_changes_seen_total: n });
const of = (...all: readonly Scrape[]) =>
  analyzeFiles({ "etcd/metrics.txt": `# TYPE etcd_server_has_leader gauge\n${scrapes(...all)}` });

describe(RULE, () => {
  it("is seen where the leader changes again and again", async () => {
    const finding = findingOf(await of([0, changes(4)], [30, changes(11)]), RULE);
    expect(finding.summary).toBe("Etcd has seen 7 changes of its leader within 30 minutes.");
  });

  it("counts over a restart", async () => {
    expect(findingOf(await of([0, changes(4)], [10, changes(2)], [20, changes(5)]), RULE).summary).toContain(
      "5 changes",
    );
  });

  it("is silent about totals, upgrades, and what happens now and then", async () => {
    expect(verdictsOf(await of([0, changes(400)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, changes(4)], [30, changes(6)]), RULE)).toEqual([]);
    expect(verdictsOf(await of([0, changes(4)], [1440, changes(8)]), RULE)).toEqual([]);
  });
});
