import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { IDLE_CONNECTION, IDLE_WORKER, MAIN, STUCK_SENDER, dump } from "./dump.ts";

const RULE = "go/goroutine-per-connection";
const analyzeDump = (text: string) => analyzeFiles({ "goroutine.txt": text });

describe(RULE, () => {
  it("is likely where a server's goroutines read from their peers", async () => {
    const report = await analyzeDump(dump([1, MAIN], [3000, IDLE_CONNECTION]));
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    expect(verdictsOf(report, "go/goroutine-leak")).toEqual(["possible"]);
  });

  it("is only possible where the wait for input shows no connection", async () => {
    const pipe = {
      ...IDLE_CONNECTION,
      frames: ["internal/poll.runtime_pollWait", "os.(*File).Read", "main.follow"],
    };
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, pipe])), RULE)).toEqual(["possible"]);
  });

  it("is ruled out, with the reason, where they wait for each other", async () => {
    const finding = findingOf(await analyzeDump(dump([1, MAIN], [3000, STUCK_SENDER])), RULE);
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain("3000 goroutines wait in chan send");
  });

  it("stays possible for a select, which HTTP/2 connections stand in too", async () => {
    const select = { ...IDLE_WORKER, state: "select" };
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, select])), RULE)).toEqual(["possible"]);
  });

  it("is absent without a pile", async () => {
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [50, IDLE_CONNECTION])), RULE)).toEqual([]);
  });
});
