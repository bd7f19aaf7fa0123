import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { MAIN, dump } from "./dump.ts";
import { VDSO, cache, heapAt, requests, table } from "./heaps.ts";
import { heap } from "./profiles.ts";

const RULE = "go/heap-growth";
const PATH = "node-a/orders/heap.pb.gz";
const compare = (now: Uint8Array, then: Uint8Array) =>
  analyzeFiles({ [`b/${PATH}`]: now }, { [`h/${PATH}`]: then });
const series = (...profiles: Uint8Array[]) =>
  analyzeFiles(Object.fromEntries(profiles.map((bytes, i) => [`b/node-a/orders/heap-${i}.pb.gz`, bytes])));
const verdicts = async (report: ReturnType<typeof analyzeFiles>) => verdictsOf(await report, RULE);

/** An hour of a process that has run for nine. */
const THEN = heapAt(540, [cache(300), table(40), requests(20, 80_000)]);
const NOW = heapAt(600, [cache(500), table(40), requests(20, 90_000)]);

describe(RULE, () => {
  it("is confirmed where a process that has long been running keeps what it allocates", async () => {
    const finding = findingOf(await compare(NOW, THEN), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.explains).toEqual(["go/heap-dominator", "go/heap-increase"]);
    expect(finding.summary).toBe(
      "main.(*cache).put (through bytes.growSlice) holds 500 MB of the 560 MB that orders has in use, 200 MB more than 60 minutes " +
        "earlier: 100% of what the heap has grown by.",
    );
    expect(finding.evidence.map((e) => e.text)).toContain(
      "of what main.(*cache).put allocated since, 100% is still in use",
    );
  });

  it("is never more than possible by one profile, and asks for another", async () => {
    const finding = findingOf(await analyzeFiles({ [`b/${PATH}`]: NOW }), RULE);
    expect(finding.verdict).toBe("possible");
    expect(finding.summary).toContain("Whether that grows, one profile can't tell.");
    expect(finding.missing[0]?.command).toContain("debug/pprof/heap");
  });

  it("is not confirmed by two profiles of which the first is of the process's first minutes", async () => {
    const young = heapAt(595, [cache(50), table(40), requests(20, 800)]);
    expect(await verdicts(compare(NOW, young))).toEqual(["possible"]);
  });

  it("is not confirmed where nothing tells for how long the process had been running", async () => {
    expect(await verdicts(compare(heap([cache(500)]), heap([cache(300)])))).toEqual(["likely"]);
  });

  it("is confirmed by a series that goes on at its pace, however young, and not by one that slows down", async () => {
    const at = (minute: number, held: number) =>
      heapAt(minute, [cache(held, 300 + 200 * minute), table(40), requests(20, 400 * minute)]);
    expect(await verdicts(series(at(1, 100), at(2, 200), at(3, 300)))).toEqual(["confirmed"]);
    expect(await verdicts(series(at(1, 100), at(2, 290), at(3, 310)))).toEqual(["possible"]);
    expect(await verdicts(series(at(1, 100), at(2, 320), at(3, 300)))).toEqual(["possible"]);
  });

  it("takes profiles that were saved together for one moment", async () => {
    const soon = (minute: number, held: number) => {
      const of = [cache(held, 300 + 200 * minute), table(40), requests(20, 400 * minute)];
      return [heapAt(minute, of), heapAt(minute + 0.05, of)];
    };
    const twice = await series(...soon(1, 100), ...soon(2, 200), ...soon(3, 300));
    expect(verdictsOf(twice, RULE)).toEqual(["confirmed"]);
    const alone = findingOf(await series(...soon(3, 300)), RULE);
    expect(alone.summary).toContain("Whether that grows, one profile can't tell.");
    const files = {
      [`b/${PATH}`]: NOW,
      "b/node-a/orders/allocs.pb.gz": heapAt(600.05, [cache(500), table(40), requests(20, 90_000)]),
    };
    expect(await verdicts(analyzeFiles(files, { [`h/${PATH}`]: THEN }))).toEqual(["confirmed"]);
  });

  it("lets a text without a time not hide that the process was young", async () => {
    const young = [cache(50), table(40), requests(20, 800)];
    const before = {
      [`h/${PATH}`]: heapAt(595, young),
      "h/node-a/orders/heap.pb": heap(young, { vdso: VDSO }),
    };
    expect(await verdicts(analyzeFiles({ [`b/${PATH}`]: NOW }, before))).toEqual(["possible"]);
  });

  it("does not take what was added in some seconds for the whole heap", async () => {
    const delta = heapAt(601, [cache(300)], { seconds: 30 });
    const files = { [`b/${PATH}`]: NOW, "b/node-a/orders/heap-30s.pb.gz": delta };
    const finding = findingOf(await analyzeFiles(files, { [`h/${PATH}`]: THEN }), RULE);
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("500 MB of the 560 MB");
  });

  it("takes a profile that is in both bundles for one", async () => {
    const now = { "b/node-a/orders/heap-0.pb.gz": THEN, "b/node-a/orders/heap-1.pb.gz": NOW };
    expect(await verdicts(analyzeFiles(now, { [`h/${PATH}`]: THEN }))).toEqual(["confirmed"]);
  });

  it("is held down by a cache that has filled while the process warmed up", async () => {
    const at = (minute: number, held: number) =>
      heapAt(minute, [cache(held, 400 + minute), table(40), requests(20, 400 * minute)]);
    const report = await series(at(1, 100), at(15, 400), at(60, 405));
    expect(verdictsOf(report, RULE)).toEqual(["possible"]);
    expect(verdictsOf(report, "go/heap-increase")).toEqual([]);
    expect(findingOf(report, RULE).evidence.map((e) => e.effect)).toContain("contradicts");
  });

  it("is likely at most where the memory is of work in progress: next to nothing of it is kept", async () => {
    const then = heapAt(540, [cache(300, 50_000), requests(20, 30_000)]);
    const busy = heapAt(600, [cache(500, 60_000), requests(20, 40_000)]);
    expect(await verdicts(compare(busy, then))).toEqual(["likely"]);
    const moment = heapAt(540, [cache(300, 59_700), requests(20, 30_000)]);
    const files = { [`b/${PATH}`]: heapAt(540.5, [cache(500, 60_000), requests(20, 30_010)]) };
    expect(await verdicts(analyzeFiles(files, { [`h/${PATH}`]: moment }))).toEqual(["likely"]);
  });

  it("takes another process of the program for a peer, which decides nothing", async () => {
    const small = heapAt(540, [cache(20), table(40), requests(20, 80_000)], { vdso: VDSO + 0x1000 });
    expect(await verdicts(compare(NOW, small))).toEqual(["possible"]);
    const elsewhere = await analyzeFiles(
      { "b/node-a/orders/heap.pb.gz": heap([cache(500)]) },
      { "h/node-b/orders/heap.pb.gz": heap([cache(20)]) },
    );
    expect(verdictsOf(elsewhere, RULE)).toEqual(["possible"]);
    expect(findingOf(elsewhere, RULE).evidence[0]?.text).toContain("in another process of the program");
  });

  it("does not take profiles of replicas in one folder for a series", async () => {
    const replica = (minute: number, held: number) =>
      heap([cache(held), requests(20, 400 * held)], { minute });
    expect(await verdicts(series(replica(540, 100), replica(541, 300), replica(542, 500)))).toEqual([
      "possible",
    ]);
  });

  it("cites goroutines that stand where the memory was allocated, of the same process alone", async () => {
    const stuck = dump([1, MAIN], [900, { state: "select", frames: ["main.wait", "main.main.func1"] }]);
    const cited = async (path: string) => {
      const report = await analyzeFiles({ [`b/${PATH}`]: NOW, [`b/node-a/${path}`]: stuck });
      return findingOf(report, RULE).evidence.some((e) =>
        e.text.includes("900 goroutines stand in main.wait [select], below main.main.func1"),
      );
    };
    expect(await cited("orders/goroutine.txt")).toBe(true);
    expect(await cited("prices/goroutine.txt")).toBe(false);
  });
});
