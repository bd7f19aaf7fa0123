import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import type { DumpedGoroutine } from "./dump.ts";
import { IDLE_WORKER, MAIN, STUCK_SENDER, dump } from "./dump.ts";
import { asks, delayProfile } from "./locks.ts";
import { goroutineProfile } from "./made-profiles.ts";

const RULE = "go/mutex-contention";
const RESERVE = "main.(*stock).reserve";
const WAITER = asks("0xc000016ee0", RESERVE, "main.handle");
const HOLDER: DumpedGoroutine = {
  state: "sleep",
  frames: ["time.Sleep", "main.(*stock).journal", RESERVE, "main.handle"],
};
const QUEUE = dump([1, MAIN], [300, WAITER], [1, HOLDER]);
const MUTEX = delayProfile({ seconds: 10 }, [[440, 9.2, "sync.(*Mutex).Unlock", RESERVE, "main.handle"]]);

const analyze = (goroutines: string, more: Readonly<Record<string, Uint8Array>> = {}) =>
  analyzeFiles({ "b/stock/goroutine.txt": goroutines, ...more });

describe(RULE, () => {
  it("is confirmed by the queue for one lock and a profile of its waits", async () => {
    const finding = findingOf(await analyze(QUEUE, { "b/stock/mutex.pb": MUTEX }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toBe(
      "300 goroutines wait in main.(*stock).reserve for one lock at 0xc000016ee0. A candidate for holding it is " +
        "goroutine 302, in main.(*stock).journal [sleep].",
    );
    expect(finding.evidence.map(({ text }) => text)).toContain(
      "440 waits in 10 s, 92% of the time somebody waited, for the lock released in main.(*stock).reserve",
    );
  });

  it("is likely by the queue alone, and asks for the profile", async () => {
    const finding = findingOf(await analyze(QUEUE), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map(({ command }) => command).join()).toContain("mutex?seconds=30");
    expect(finding.explains).toEqual(["go/goroutine-pileup"]);
  });

  it.each([
    ["1.8", "semacquire", ["sync.runtime_Semacquire(0xc820354f54)", "sync.(*Mutex).Lock(0xc820354f50)"]],
    [
      "1.13",
      "semacquire",
      ["sync.runtime_SemacquireMutex(0xc4207f6204, 0x0)", "sync.(*Mutex).Lock(0xc4207f6200)"],
    ],
    [
      "1.19",
      "semacquire",
      [
        "sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)",
        "sync.(*Mutex).lockSlow(0xc0000b8210)",
        "sync.(*Mutex).Lock(...)",
      ],
    ],
    [
      "1.24",
      "sync.Mutex.Lock",
      [
        "internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)",
        "internal/sync.(*Mutex).lockSlow(0xc000084550)",
        "internal/sync.(*Mutex).Lock(...)",
        "sync.(*Mutex).Lock(...)",
      ],
    ],
  ])("is seen in dumps of Go %s", async (_, state, calls) => {
    const frames = [...calls, `${RESERVE}(0xc000084540)`].map(
      (call) => `${call}\n\t/go/src/some.go:1 +0x2\n`,
    );
    const text = Array.from(
      { length: 200 },
      (_, id) => `goroutine ${id + 1} [${state}]:\n${frames.join("")}\n`,
    );
    const report = await analyzeFiles({ "goroutine.txt": text.join("") });
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("is only possible where all have waited for minutes: then nothing shows that the lock is handed on", async () => {
    const old = { ...WAITER, minutes: 12 };
    expect(verdictsOf(await analyze(dump([1, MAIN], [300, old], [1, HOLDER])), RULE)).toEqual(["possible"]);
  });

  it("is only possible where no address tells that it is one lock, or where it is many", async () => {
    const frames = ["sync.runtime_SemacquireMutex", "sync.(*Mutex).lockSlow", "sync.(*Mutex).Lock", RESERVE];
    const proto = await analyzeFiles({ "b/stock/goroutine.pb": goroutineProfile(0, [[1200, ...frames]]) });
    expect(verdictsOf(proto, RULE)).toEqual(["possible"]);
    const each = Array.from({ length: 300 }, (_, i) => [1, asks(`0xc0000${16_000 + i}`, RESERVE)] as const);
    expect(verdictsOf(await analyze(dump([1, MAIN], ...each)), RULE)).toEqual(["possible"]);
  });

  it("says that readers stand behind a writer", async () => {
    const lock = (method: string, ...frames: readonly string[]): DumpedGoroutine => ({
      state: "semacquire",
      frames: ["sync.runtime_SemacquireMutex", `sync.(*RWMutex).${method}`, ...frames],
    });
    const slow: DumpedGoroutine = {
      state: "sleep",
      frames: ["time.Sleep", "main.(*index).scan", "main.report"],
    };
    const report = await analyze(
      dump(
        [1, MAIN],
        [200, lock("RLock", "main.(*index).get")],
        [1, lock("Lock", "main.(*index).put")],
        [1, slow],
      ),
    );
    const finding = findingOf(report, RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.summary).toBe(
      "200 goroutines wait in main.(*index).get for one lock. They want to read, behind a writer that waits in " +
        "main.(*index).put. A candidate for holding it is goroutine 203, in main.(*index).scan [sleep].",
    );
  });

  it("is no rival where goroutines wait for something else", async () => {
    expect(verdictsOf(await analyze(dump([1, MAIN], [300, STUCK_SENDER])), RULE)).toEqual([]);
    expect(verdictsOf(await analyze(dump([1, MAIN], [1300, IDLE_WORKER])), RULE)).toEqual([]);
    const group = {
      state: "semacquire",
      frames: ["sync.runtime_Semacquire", "sync.(*WaitGroup).Wait", "main.join"],
    };
    expect(verdictsOf(await analyze(dump([1, MAIN], [300, group])), RULE)).toEqual([]);
  });

  it("takes no profile of another process, and none since the process began", async () => {
    expect(verdictsOf(await analyze(QUEUE, { "b/other/mutex.pb": MUTEX }), RULE)).toEqual(["likely"]);
    const lifetime = delayProfile({ at: 1_700_000_000 }, [[90_000, 9000, "sync.(*Mutex).Unlock", RESERVE]]);
    expect(verdictsOf(await analyze(QUEUE, { "b/stock/mutex.pb": lifetime }), RULE)).toEqual(["likely"]);
  });

  it("explains waits that only a profile shows, confirmed where a dump shows the queue", async () => {
    const block = {
      "b/stock/block.pb": delayProfile({ seconds: 10 }, [[480, 1580, "sync.(*Mutex).Lock", RESERVE]]),
    };
    const alone = await analyzeFiles(block);
    expect(verdictsOf(alone, RULE)).toEqual(["likely"]);
    expect(findingOf(alone, RULE).explains).toEqual(["go/lock-wait"]);
    const few = await analyze(dump([1, MAIN], [40, WAITER], [1, HOLDER]), block);
    expect(verdictsOf(few, RULE)).toEqual(["confirmed"]);
  });

  it("keeps a pile in a lock from being called a leak", async () => {
    const old = { ...WAITER, minutes: 12 };
    const report = await analyze(dump([1, MAIN], [300, old]));
    expect(verdictsOf(report, "go/goroutine-leak")).toEqual(["possible"]);
    const grown = await analyzeFiles(
      { "b/node-a/stock/goroutine.txt": dump([1, MAIN], [300, old]) },
      { "h/node-a/stock/goroutine.txt": dump([1, MAIN], [20, old]) },
    );
    expect(verdictsOf(grown, "go/goroutine-leak")).toEqual(["likely"]);
  });
});
