import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { IDLE_CONNECTION, IDLE_WORKER, MAIN, STUCK_SENDER, dump } from "./dump.ts";

const RULE = "go/goroutine-leak";
const analyzeDump = (text: string) => analyzeFiles({ "goroutine.txt": text });

describe(RULE, () => {
  it("is likely for senders that have waited for minutes, and never confirmed by one snapshot", async () => {
    const finding = findingOf(await analyzeDump(dump([1, MAIN], [3000, STUCK_SENDER])), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.explains).toEqual(["go/goroutine-pileup"]);
    expect(finding.summary).toContain(
      "3000 of 3001 goroutines in main.fetch.func1 [chan send], waiting for 12 minutes",
    );
  });

  it("is confirmed by Go's own mark", async () => {
    const leaked = { ...STUCK_SENDER, leaked: true };
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, leaked])), RULE)).toEqual(["confirmed"]);
  });

  it("is only possible where all waits are recent: that is a busy process", async () => {
    const { minutes: _, ...recent } = STUCK_SENDER;
    const finding = findingOf(await analyzeDump(dump([1, MAIN], [3000, recent])), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.evidence.some((e) => e.effect === "contradicts")).toBe(true);
  });

  it("draws nothing from missing minutes where no garbage collection has dated the dump", async () => {
    const { minutes: _, ...undated } = STUCK_SENDER;
    const finding = findingOf(await analyzeDump(dump([3000, undated])), RULE);
    expect(finding.verdict).toBe("likely");
    expect(finding.missing.map((m) => m.command).join()).toContain("debug=2");
  });

  it("is likely for old workers and only possible for old connections: both may be idle by design", async () => {
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, IDLE_WORKER])), RULE)).toEqual(["likely"]);
    const old = { ...IDLE_CONNECTION, minutes: 40 };
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [3000, old])), RULE)).toEqual(["possible"]);
  });

  it("is absent without a pile", async () => {
    expect(verdictsOf(await analyzeDump(dump([1, MAIN], [40, STUCK_SENDER])), RULE)).toEqual([]);
  });
});

describe(`${RULE} with a baseline`, () => {
  const sick = dump([1, MAIN], [3000, IDLE_WORKER]);
  const compare = (now: string, then: string, hosts: readonly [string, string] = ["node-a", "node-a"]) =>
    analyzeFiles(
      { [`b/${hosts[0]}/orders/goroutine.txt`]: now },
      { [`h/${hosts[1]}/orders/goroutine.txt`]: then },
    );

  it("is confirmed by growth of the same host", async () => {
    const grown = await compare(sick, dump([1, MAIN], [200, IDLE_WORKER]));
    expect(verdictsOf(grown, RULE)).toEqual(["confirmed"]);
    expect(findingOf(grown, RULE).evidence.map((e) => e.text)).toContain(
      "200 of 201 goroutines stood there in the baseline, the same host",
    );
  });

  it("is confirmed by far more than a peer has only where idle workers don't wait so", async () => {
    const stuck = (count: number) => dump([1, MAIN], [count, STUCK_SENDER]);
    const peer = await compare(stuck(3000), stuck(200), ["node-a", "node-b"]);
    expect(verdictsOf(peer, RULE)).toEqual(["confirmed"]);
    expect(peer.artifacts.map((a) => a.baseline)).toEqual([false, true]);
    const leader = await compare(sick, dump([1, MAIN], [200, IDLE_WORKER]), ["node-a", "node-b"]);
    expect(verdictsOf(leader, RULE)).toEqual(["likely"]);
  });

  it("takes another replica on the same host for a peer", async () => {
    const then = dump([1, MAIN], [1000, IDLE_WORKER]);
    const report = await analyzeFiles(
      { "b/node-a/orders-1/goroutine.txt": sick },
      { "h/node-a/orders-2/goroutine.txt": then },
    );
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
    expect(findingOf(report, RULE).evidence.map((e) => e.text)).toContain(
      "1000 of 1001 goroutines stood there in the baseline, a peer",
    );
    const flat = await analyzeFiles(
      { "b/node-a/orders-1/goroutine.txt": sick },
      { "h/node-a/goroutine.txt": then },
    );
    expect(verdictsOf(flat, RULE)).toEqual(["confirmed"]);
  });

  it("is likely where a peer has somewhat fewer", async () => {
    const peer = await compare(sick, dump([1, MAIN], [1000, IDLE_WORKER]), ["node-a", "node-b"]);
    expect(verdictsOf(peer, RULE)).toEqual(["likely"]);
  });

  it("is held down by a pool that was as large before", async () => {
    expect(verdictsOf(await compare(sick, dump([1, MAIN], [2900, IDLE_WORKER])), RULE)).toEqual(["possible"]);
  });

  it("does not compare with another process", async () => {
    const report = await analyzeFiles(
      { "b/node-a/orders/goroutine.txt": sick },
      { "h/node-a/orders/goroutine.txt": dump([1, MAIN]).replaceAll("/src/orders/", "/src/payments/") },
    );
    expect(verdictsOf(report, RULE)).toEqual(["likely"]);
  });

  it("does not take another program built from a file of the same name for an earlier state", async () => {
    const other = dump([1, MAIN]).replace(/(main\.go):\d+/, "$1:999");
    expect(verdictsOf(await compare(sick, other), RULE)).toEqual(["likely"]);
    const rebuilt = dump([1, MAIN], [200, IDLE_WORKER]).replace(/(main\.go):\d+/, "$1:999");
    expect(verdictsOf(await compare(sick, rebuilt), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await compare(sick, dump([1, MAIN])), RULE)).toEqual(["confirmed"]);
  });

  it("takes more connections than before for no proof of a leak", async () => {
    const now = dump([1, MAIN], [4000, IDLE_CONNECTION]);
    expect(verdictsOf(await compare(now, dump([1, MAIN], [200, IDLE_CONNECTION])), RULE)).toEqual([
      "possible",
    ]);
  });

  it("is confirmed by Go's own mark, however young they are and however many there were before", async () => {
    const leaked = { ...STUCK_SENDER, leaked: true };
    const { minutes: _, ...young } = leaked;
    const busy = await analyzeDump(dump([1, MAIN], [3000, young], [5, IDLE_WORKER]));
    expect(verdictsOf(busy, RULE)).toEqual(["confirmed"]);
    const steady = await compare(dump([1, MAIN], [3000, leaked]), dump([1, MAIN], [3000, leaked]));
    expect(verdictsOf(steady, RULE)).toEqual(["confirmed"]);
  });

  it("takes one goroutine that Go marked for no proof of a pile", async () => {
    const { minutes: _, ...recent } = STUCK_SENDER;
    const text = dump([1, MAIN], [3000, recent], [1, { ...recent, leaked: true }]);
    expect(verdictsOf(await analyzeFiles({ "goroutine.txt": text }), RULE)).toEqual(["possible"]);
  });
});
