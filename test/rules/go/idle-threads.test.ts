import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { IDLE_CONNECTION, MAIN, dump } from "./dump.ts";
import { profile, threadcreate } from "./profiles.ts";
import { STUCK_CALL, status } from "./threads.ts";

const RULE = "go/idle-threads";
const analyzeWith = (text: string | Uint8Array) =>
  analyzeFiles({
    "b/node-a/orders/threadcreate.pb.gz": threadcreate(1412),
    ...(text !== "" && { "b/node-a/orders/goroutine": text }),
  });

describe(RULE, () => {
  it("is likely where hardly any goroutine keeps a thread", async () => {
    const finding = findingOf(
      await analyzeWith(dump([1, MAIN], [3, STUCK_CALL], [90, IDLE_CONNECTION])),
      RULE,
    );
    expect(finding.verdict).toBe("likely");
    expect(finding.summary).toContain("Goroutines keep 3 of the 1412 threads of orders");
  });

  it("needs no profile of threads where the kernel counts them", async () => {
    const report = await analyzeFiles({
      "b/node-a/orders/goroutine.txt": dump([1, MAIN], [3, STUCK_CALL]),
      "b/node-a/proc/7/status": status(7, "orders", 1400),
    });
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("is open where a profile has enough goroutines that may be locked to a thread: it doesn't tell", async () => {
    const goroutines = (count: number) =>
      profile({ types: ["goroutine/count"], samples: [[["runtime.gopark", "main.run"], count]] });
    expect(verdictsOf(await analyzeWith(goroutines(1300)), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await analyzeWith(goroutines(130)), RULE)).toEqual(["likely"]);
  });

  it("is ruled out where calls keep the threads", async () => {
    expect(verdictsOf(await analyzeWith(dump([1400, STUCK_CALL])), RULE)).toEqual(["ruled-out"]);
  });

  it("is possible where no goroutines were collected, and asks for them", async () => {
    const finding = findingOf(await analyzeWith(""), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.missing[0]?.command).toContain("goroutine?debug=2");
  });
});
