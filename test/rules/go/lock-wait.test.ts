import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { delayProfile } from "./locks.ts";

const RULE = "go/lock-wait";
const ASK = ["sync.(*Mutex).Lock", "main.(*stock).reserve", "main.handle"] as const;
const RELEASE = ["sync.(*Mutex).Unlock", "main.(*stock).reserve", "main.handle"] as const;
const RECEIVE = ["runtime.chanrecv1", "main.worker"] as const;
const at = 1_700_000_000;

const verdicts = async (
  files: Readonly<Record<string, Uint8Array>>,
  before?: Readonly<Record<string, Uint8Array>>,
) => verdictsOf(await analyzeFiles(files, before), RULE);

describe(RULE, () => {
  it("is seen where a profile of a known time shows many waits that are long", async () => {
    const block = delayProfile({ seconds: 10 }, [
      [480, 1580, ...ASK],
      [30, 900, ...RECEIVE],
    ]);
    const report = await analyzeFiles({ "b/node-a/stock/block.pb": block });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).subject).toEqual({ kind: "lock", name: "main.(*stock).reserve" });
    expect(findingOf(report, RULE).summary).toBe(
      "In 10 s, 480 waits for the lock that main.(*stock).reserve asked for took 1580 s together: " +
        "158 goroutines waited all the time.",
    );
    const mutex = delayProfile({ seconds: 10 }, [[480, 1580, ...RELEASE]]);
    expect(await verdicts({ "b/node-a/stock/mutex.pb": mutex })).toEqual(["confirmed"]);
  });

  it("is not seen in a busy server, in a few long waits, or in waits for anything else", async () => {
    expect(await verdicts({ "b/m.pb": delayProfile({ seconds: 10 }, [[90_000, 8, ...ASK]]) })).toEqual([]);
    expect(await verdicts({ "b/m.pb": delayProfile({ seconds: 10 }, [[3, 1200, ...ASK]]) })).toEqual([]);
    expect(await verdicts({ "b/m.pb": delayProfile({ seconds: 10 }, [[900, 9000, ...RECEIVE]]) })).toEqual(
      [],
    );
  });

  it("draws nothing from what was counted since the process began", async () => {
    expect(await verdicts({ "b/m.pb": delayProfile({ at }, [[900_000, 90_000, ...ASK]]) })).toEqual([]);
  });

  it("is seen between two profiles of one process, in the bundle or against the baseline", async () => {
    const early = delayProfile({ at }, [[1000, 500, ...ASK]]);
    const late = delayProfile({ at: at + 60 }, [[4000, 2500, ...ASK]]);
    const both = { "b/node-a/stock/mutex-1.pb": early, "b/node-a/stock/mutex-2.pb": late };
    const report = await analyzeFiles(both);
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).summary).toContain("In 60 s, 3000 waits");
    expect(await verdicts({ "b/node-a/stock/mutex.pb": late }, { "h/node-a/stock/mutex.pb": early })).toEqual(
      ["confirmed"],
    );
    expect(await verdicts({ "b/node-a/stock/mutex.pb": late }, { "h/node-b/stock/mutex.pb": early })).toEqual(
      [],
    );
  });

  it("draws nothing from two processes, or one that was started anew", async () => {
    const first = delayProfile({ at }, [[1000, 500, ...ASK]]);
    const soon = delayProfile({ at: at + 3 }, [[4000, 2500, ...ASK]]);
    expect(await verdicts({ "b/s/mutex-1.pb": first, "b/s/mutex-2.pb": soon })).toEqual([]);
    const anew = delayProfile({ at: at + 60 }, [
      [4000, 2500, ...ASK.slice(0, 1), "main.other"],
      [10, 1, ...ASK],
    ]);
    expect(await verdicts({ "b/s/mutex-1.pb": first, "b/s/mutex-2.pb": anew })).toEqual([]);
  });
});
