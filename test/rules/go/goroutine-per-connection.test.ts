import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { list } from "./socket-lists.ts";
import { IDLE_CONNECTION, IDLE_WORKER, MAIN, STUCK_SENDER, dump } from "./dump.ts";

const RULE = "go/goroutine-per-connection";
/** A process whose dump and sockets were collected. */
const server = (text: string, sockets: string) =>
  analyzeFiles({
    "n/hostname": "n\n",
    "n/pprof/77/goroutine.txt": text,
    "n/proc/77/comm": "orders\n",
    "n/proc/77/status": "Name:\torders\nState:\tS (sleeping)\nTgid:\t77\nPid:\t77\nPPid:\t1\n",
    "n/ss-tanp.txt": sockets,
  });
const analyzeDump = (text: string) => analyzeFiles({ "goroutine.txt": text });

describe(RULE, () => {
  it("is likely where a server's goroutines read from their peers", async () => {
    const report = await analyzeDump(dump([1, MAIN], [3000, IDLE_CONNECTION]));
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    expect(verdictsOf(report, "go/goroutine-leak")).toEqual(["possible"]);
  });

  it("is confirmed where the process has as many connections", async () => {
    const finding = findingOf(
      await server(dump([1, MAIN], [3000, IDLE_CONNECTION]), list({ ESTAB: 2900 })),
      RULE,
    );
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("2900 established connections of the process");
  });

  it("is only possible where it has far fewer, and a list of few sockets doesn't tell", async () => {
    const text = dump([1, MAIN], [3000, IDLE_CONNECTION]);
    expect(verdictsOf(await server(text, list({ ESTAB: 40 })), RULE)).toEqual(["possible"]);
    expect(verdictsOf(await server(text, list({ ESTAB: 40 }, { listeners: 0 })), RULE)).toEqual(["likely"]);
    // Another program's connections, and another's of the same pid in a pod's own list.
    expect(verdictsOf(await server(text, list({ ESTAB: 2900 }, { pid: 78 })), RULE)).toEqual(["likely"]);
    expect(verdictsOf(await server(text, list({ ESTAB: 2900 }, { comm: "nginx" })), RULE)).toEqual([
      "likely",
    ]);
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
