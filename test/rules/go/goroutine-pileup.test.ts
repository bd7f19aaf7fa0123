import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { IDLE_CONNECTION, IDLE_WORKER, MAIN, STUCK_SENDER, dump } from "./dump.ts";

const RULE = "go/goroutine-pileup";
const verdicts = async (text: string) => verdictsOf(await analyzeFiles({ "goroutine.txt": text }), RULE);

describe(RULE, () => {
  it("sees thousands in one stack, whatever they do, and says what and where", async () => {
    const report = await analyzeFiles({ "goroutine.txt": dump([1, MAIN], [4000, IDLE_CONNECTION]) });
    const finding = findingOf(report, RULE);
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed" });
    expect(finding.summary).toContain("4000 of 4001 goroutines (100%)");
    expect(finding.summary).toContain("created by net/http.(*Server).Serve");
  });

  it("sees a hundred where no healthy process keeps goroutines", async () => {
    expect(await verdicts(dump([1, MAIN], [120, STUCK_SENDER]))).toEqual(["confirmed"]);
  });

  it("takes the connections and workers of a small server for normal", async () => {
    expect(await verdicts(dump([1, MAIN], [250, IDLE_CONNECTION], [200, IDLE_WORKER]))).toEqual([]);
    expect(await verdicts(dump([1, MAIN], [90, STUCK_SENDER]))).toEqual([]);
  });

  it("makes one finding of one stack in two snapshots", async () => {
    const text = dump([1, MAIN], [1500, STUCK_SENDER]);
    const report = await analyzeFiles({ "b/a.txt": text, "b/b.txt": dump([1, MAIN], [2500, STUCK_SENDER]) });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).evidence.map((e) => e.artifact)).toEqual(["b/b.txt", "b/a.txt"]);
  });

  it("joins what debug=1 shows of a stack without its wait to what other forms show", async () => {
    const text = dump([1, MAIN], [1500, IDLE_WORKER]);
    const short =
      "goroutine profile: total 1502\n1502 @ 0x43a2f6 0x4062a5\n#\t0x4062a4\tmain.worker+0x44\t/src/orders/main.go:12\n";
    const report = await analyzeFiles({ "b/a.txt": short, "b/b.txt": text });
    expect(verdictsOf(report, RULE)).toEqual(["confirmed"]);
    expect(findingOf(report, RULE).subject["count"]).toBeUndefined();
    expect(findingOf(report, RULE).summary).toContain("main.worker [chan receive], waiting for 25 minutes");
    expect(verdictsOf(report, "go/goroutine-leak")).toEqual(["possible"]);
    expect(
      verdictsOf(await analyzeFiles({ "b/a.txt": short, "c/b.txt": text }), "go/goroutine-leak"),
    ).toEqual(["possible", "possible"]);
  });
});
