import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { histogram, scrapes } from "./scrapes.ts";

const RULE = "kube/etcd-slow-sync";
const sync = (fast: number, slow: number) =>
  histogram("etcd_disk_wal_fsync_duration_seconds", {
    "0.008": fast,
    "0.016": fast,
    "0.064": fast + slow,
    "+Inf": fast + slow,
  });
const of = (text: string) => analyzeFiles({ "etcd/metrics.txt": text });

describe(RULE, () => {
  it("is seen where syncs became slow between two scrapes", async () => {
    const finding = findingOf(await of(scrapes([0, sync(50_000, 0)], [20, sync(51_000, 100)])), RULE);
    expect(finding.summary).toBe(
      "Of etcd's syncs to disk the slowest hundredth of 1100 syncs took 58.7 ms or longer, half of them 4.4 ms.",
    );
    expect(finding.subject).toMatchObject({ kind: "member", name: "etcd/metrics.txt" });
  });

  it("is silent about what was before the first scrape, about few syncs, and about fast ones", async () => {
    expect(verdictsOf(await of(scrapes([0, sync(50_000, 9000)], [20, sync(52_000, 9000)])), RULE)).toEqual(
      [],
    );
    expect(verdictsOf(await of(scrapes([0, sync(50_000, 0)], [20, sync(50_100, 50)])), RULE)).toEqual([]);
    expect(verdictsOf(await of(scrapes([0, sync(50_000, 0)], [20, sync(52_000, 1)])), RULE)).toEqual([]);
    expect(verdictsOf(await of(scrapes([0, sync(50_000, 9000)])), RULE)).toEqual([]);
  });

  it("joins scrapes of one process that were saved in two files", async () => {
    const report = await analyzeFiles({
      "etcd/1.txt": scrapes([0, sync(50_000, 0)]),
      "etcd/2.txt": scrapes([20, sync(51_000, 100)]),
    });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    const restarted = scrapes([20, sync(51_000, 100)]).replace("1705600000", "1705600999");
    expect(
      verdictsOf(
        await analyzeFiles({ "etcd/1.txt": scrapes([0, sync(50_000, 0)]), "etcd/2.txt": restarted }),
        RULE,
      ),
    ).toEqual([]);
  });
});
