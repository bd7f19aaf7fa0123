import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { DumpedGoroutine } from "./dump.ts";
import { MAIN, STUCK_SENDER, dump } from "./dump.ts";
import { asks } from "./locks.ts";

const RULE = "go/mutex-deadlock";
const ORDERS = "0xc000010108";
const SHELVES = "0xc000010200";
const old = (goroutine: DumpedGoroutine): DumpedGoroutine => ({ ...goroutine, minutes: 4 });

const SHIP = asks(ORDERS, "main.(*orders).ship", "main.handle");
const TAKE = asks(SHELVES, "main.(*shelves).take", "main.(*orders).ship", "main.handle");
const WAKE = asks(ORDERS, "main.(*orders).wake", "main.(*shelves).fill", "main.main.func2");

const analyze = (...groups: readonly (readonly [count: number, goroutine: DumpedGoroutine])[]) =>
  analyzeFiles({ "b/depot/goroutine.txt": dump([1, MAIN], ...groups) });

describe(RULE, () => {
  it("is likely where the likely holders wait for each other's locks", async () => {
    const report = await analyze([149, old(SHIP)], [1, old(TAKE)], [1, old(WAKE)]);
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toBe(
      "149 goroutines wait in main.(*orders).ship [sync.Mutex.Lock]. Its likely holder is goroutine 151 in " +
        "main.(*shelves).take [sync.Mutex.Lock], who waits for one that is likely held by goroutine 152 in " +
        "main.(*orders).wake [sync.Mutex.Lock]. That one waits for the first lock: none of them can go on.",
    );
    expect(verdictsOf(report, "go/mutex-contention")).toEqual(["possible"]);
  });

  it("is not misled by a loop of the lock's type, which doesn't wait for a lock", async () => {
    const loop: DumpedGoroutine = {
      state: "IO wait",
      minutes: 30,
      frames: ["main.(*orders).listen", "main.main"],
    };
    const report = await analyze([149, old(SHIP)], [1, old(TAKE)], [1, old(WAKE)], [1, loop]);
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("is likely where one goroutine takes a lock twice", async () => {
    const reader = ["sync.runtime_SemacquireMutex", "sync.(*RWMutex).RLock", "main.(*index).get"];
    const writer = [
      "sync.runtime_SemacquireMutex",
      "sync.(*RWMutex).Lock",
      "main.(*index).put",
      "main.update",
    ];
    const waits = { state: "semacquire", minutes: 7 };
    const report = await analyze(
      [200, { ...waits, frames: [...reader, "main.handle"] }],
      [1, { ...waits, frames: [...reader, "main.(*index).list", "main.report"] }],
      [1, { ...waits, frames: writer }],
    );
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    expect(findingOf(report, RULE).summary).toContain("goroutine 202 in main.(*index).get");
  });

  it("is confirmed by Go's own mark", async () => {
    const marked = await analyze([149, { ...SHIP, leaked: true }]);
    expect(verdictsOf(marked, RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(marked, "go/mutex-contention")).toEqual(["possible"]);
  });

  it("is only possible where the waits are recent, or nothing dates them", async () => {
    expect(verdictsOf(await analyze([149, SHIP], [1, TAKE], [1, WAKE]), RULE)).toEqual(["possible"]);
    const undated = await analyzeFiles({ "b/depot/goroutine.txt": dump([149, SHIP], [1, TAKE], [1, WAKE]) });
    expect(verdictsOf(undated, RULE)).toEqual(["possible"]);
  });

  it("is only possible where the likely holder is at work, or several may hold the lock", async () => {
    const busy: DumpedGoroutine = {
      state: "IO wait",
      minutes: 4,
      frames: ["main.(*orders).print", "main.(*orders).ship"],
    };
    const atWork = findingOf(await analyze([149, old(SHIP)], [1, busy]), RULE);
    expect(atWork.verdict).toBe("possible");
    expect(atWork.evidence.some(({ effect }) => effect === "contradicts")).toBe(true);
    const several = await analyze([149, old(SHIP)], [2, old(TAKE)], [1, old(WAKE)]);
    expect(verdictsOf(several, RULE)).toEqual(["possible"]);
  });

  it("is only possible where the holder waits for another lock that is at work", async () => {
    const restock: DumpedGoroutine = { state: "sleep", frames: ["time.Sleep", "main.(*shelves).restock"] };
    expect(verdictsOf(await analyze([149, old(SHIP)], [1, old(TAKE)], [1, restock]), RULE)).toEqual([
      "possible",
    ]);
  });

  it("is no rival where goroutines wait for no lock, and only possible where nobody is past one", async () => {
    expect(verdictsOf(await analyze([300, STUCK_SENDER]), RULE)).toEqual([]);
    expect(verdictsOf(await analyze([149, old(SHIP)]), RULE)).toEqual(["possible"]);
  });
});
