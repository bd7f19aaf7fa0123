import { describe, expect, it } from "vitest";
import {
  goroutineSnapshot,
  parseGoroutineText,
  profileSnapshot,
  renderSeries,
  series,
  type Snapshot,
} from "../../src/pprof/index.ts";
import { bytesOf } from "./fixtures.ts";
import { readProfile } from "./view-goldens.ts";

const snapshot = (time: bigint, values: Record<string, number>): Snapshot => ({
  time,
  type: "inuse_space",
  unit: "count",
  stacks: Object.entries(values).map(([name, value]) => ({ frames: name.split(";"), value: BigInt(value) })),
});

describe("series", () => {
  it("orders snapshots by time and stacks by growth, and says how each went", () => {
    const view = series([
      snapshot(3n, { "leak;main": 900, pool: 50, "once;main": 5, cache: 10 }),
      snapshot(1n, { "leak;main": 100, pool: 50, gone: 30, cache: 20 }),
      snapshot(2n, { "leak;main": 500, pool: 50, gone: 10, cache: 5 }),
    ]);
    expect(view?.times).toEqual([1n, 2n, 3n]);
    expect(view?.totals).toEqual([200n, 565n, 965n]);
    expect(view?.rows.map(({ frames, values, growth, trend }) => [frames[0], values, growth, trend])).toEqual(
      [
        ["leak", [100n, 500n, 900n], 800n, "grows"],
        ["once", [0n, 0n, 5n], 5n, "grows"],
        ["pool", [50n, 50n, 50n], 0n, "steady"],
        ["cache", [20n, 5n, 10n], -10n, "varies"],
        ["gone", [30n, 10n, 0n], -30n, "shrinks"],
      ],
    );
  });

  it("keeps the order given where a time is missing", () => {
    const view = series([snapshot(3n, { a: 3 }), snapshot(0n, { a: 1 }), snapshot(1n, { a: 2 })]);
    expect(view?.rows[0]?.values).toEqual([3n, 1n, 2n]);
  });

  it("is none of different things, nor of nothing", () => {
    expect(series([])).toBeUndefined();
    expect(series([snapshot(1n, {}), { ...snapshot(2n, {}), type: "goroutine" }])).toBeUndefined();
  });

  it("joins a profile and a dump of one process", () => {
    const text = (id: number) => `goroutine ${id} [chan receive]:\nmain.worker()\n\t/src/main.go:5 +0x1f\n\n`;
    const dump = (count: number) =>
      goroutineSnapshot(
        parseGoroutineText(bytesOf(Array.from({ length: count }, (_, i) => text(i + 1)).join(""))),
      );
    const view = series([dump(2), dump(5)]);
    expect(view?.rows.map(({ frames, values }) => [frames, values])).toEqual([[["main.worker"], [2n, 5n]]]);
    const profile = profileSnapshot(readProfile("goroutine"));
    expect(profile && series([profile, dump(1)])?.totals[1]).toBe(1n);
  });

  it("is told as text: what changed, by whom", () => {
    const view = series([
      snapshot(0n, { "runtime.gopark;main.leak;main.main": 100 }),
      snapshot(0n, { "runtime.gopark;main.leak;main.main": 350 }),
    ]);
    expect(view && renderSeries(view)).toBe(
      [
        "Type: inuse_space",
        "Snapshots: no time, no time",
        "Total: 100 → 350",
        "",
        "+250 (grows): 100 → 350",
        "    main.leak",
        "    main.main",
        "",
        "0 stacks did not change",
        "",
      ].join("\n"),
    );
  });
});
