import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compareSeries } from "../../src/analyze.ts";
import type { SeriesComparison, SeriesRow } from "../../src/index.ts";
import { renderSeries } from "../../src/index.ts";

type Files = Readonly<Record<string, string>>;

const root = mkdtempSync(join(tmpdir(), "series-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Bundles on disk, and what became of them. */
async function seriesOf(bundles: Readonly<Record<string, Files>>): Promise<SeriesComparison> {
  const paths = Object.entries(bundles).map(([name, files]) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name, path)), { recursive: true });
      writeFileSync(join(root, name, path), text);
    }
    return join(root, name);
  });
  const series = await compareSeries(paths);
  for (const path of paths) rmSync(path, { recursive: true, force: true });
  return series;
}

const rowOf = ({ hosts }: SeriesComparison, title: string, what: string): SeriesRow | undefined =>
  hosts[0]?.sections.find((section) => section.title === title)?.rows.find((row) => row.what === what);

const KIB = 1024;
const take = (minute: number, overflows: number, used: number, more: Files = {}): Files => ({
  date: `2026-11-22T10:${String(minute).padStart(2, "0")}:00Z\n`,
  hostname: "node-a\n",
  "netstat-s": `TcpExt:\n    ${overflows} times the listen queue of a socket overflowed\n    5 SYNs to LISTEN sockets dropped\n`,
  "df.txt": `Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/vda1         100000   ${used}     ${100_000 - used}  ${Math.ceil(used / 1000)}% /\n`,
  ...more,
});

describe("a series of bundles", () => {
  it("tells each number in every bundle, its steps and rates, in the order of time", async () => {
    const series = await seriesOf({ z: take(0, 3, 50_000), a: take(4, 43, 90_000), m: take(2, 13, 60_000) });
    expect(series.order).toBe("time");
    expect(series.bundles).toEqual([
      { name: "z", seconds: 0 },
      { name: "m", seconds: 120 },
      { name: "a", seconds: 240 },
    ]);
    expect(rowOf(series, "network counters", "ListenOverflows")).toMatchObject({
      values: [3, 13, 43],
      steps: [10, 30],
      rates: [10 / 120, 30 / 120],
      trend: "grows",
      cite: { artifact: "a/netstat-s" },
    });
    const disk = rowOf(series, "use of file systems (bytes, inodes)", "/ bytes");
    expect(disk?.values).toEqual([50_000 * KIB, 60_000 * KIB, 90_000 * KIB]);
    // 10,000 KiB are left, and 30,000 went within the last two minutes.
    expect(disk?.fullIn).toBeCloseTo(40);
    const text = renderSeries(series);
    expect(text).toContain("3 bundles, in the order of their times");
    expect(text).toContain("+ ListenOverflows: 3 → 13 → 43 (0.083, 0.25 a second)");
    expect(text).toContain("full in 40 s if it goes on");
  });

  it("keeps the order in which bundles were given that don't tell their times", async () => {
    const { date: _, ...undated } = take(0, 7, 50_000);
    const series = await seriesOf({ b: undated, a: take(1, 3, 50_000) });
    expect(series.order).toBe("given");
    expect(series.bundles.map(({ name }) => name)).toEqual(["b", "a"]);
    const row = rowOf(series, "network counters", "ListenOverflows");
    // A counter that falls began anew: nothing is less than nothing.
    expect(row).toMatchObject({ values: [7, 3], steps: [null] });
    expect(row).not.toHaveProperty("rates");
  });

  it("counts nothing over a restart of the machine", async () => {
    const boot = (digit: number): Files => ({ boot_id: `${digit}59619c0-ca40-4dc4-8542-339acd90c420\n` });
    const series = await seriesOf({
      a: take(0, 3, 50_000, boot(1)),
      b: take(1, 9, 50_000, boot(2)),
      c: take(2, 12, 50_000, boot(2)),
    });
    expect(series.hosts[0]?.restarts).toEqual([true, false]);
    expect(rowOf(series, "network counters", "ListenOverflows")).toMatchObject({
      steps: [null, 3],
      rates: [null, 0.05],
    });
    expect(renderSeries(series)).toContain("started anew between 1 and 2");
  });

  it("of one bundle again and again shows no change", async () => {
    const one = take(0, 3, 50_000);
    const series = await seriesOf({ a: one, b: one, c: one });
    expect(series.hosts[0]?.sections.flatMap(({ rows }) => rows)).toEqual([]);
    expect(series.steps.flatMap(({ findings }) => findings.changes)).toEqual([]);
  });

  it("needs two bundles", async () => {
    await expect(compareSeries([root])).rejects.toMatchObject({ code: "misuse" });
  });

  it("of the sample shows the stack that grows, and is the same in any order", async () => {
    const paths = [1, 2, 3].map((n) => `samples/goroutine-series/bundle/take-${n}`);
    const series = await compareSeries(paths);
    expect(rowOf(series, "goroutines of orders", "main.(*prices).quote.func1 [chan send]")).toMatchObject({
      values: [403, 1608, 2786],
      trend: "grows",
    });
    expect(await compareSeries(paths.toReversed())).toEqual(series);
  });
});
