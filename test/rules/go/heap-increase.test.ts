import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { VDSO, cache, heapAt, requests, table } from "./heaps.ts";
import { heap } from "./profiles.ts";

const RULE = "go/heap-increase";
const PATH = "node-a/orders/heap.pb.gz";
const compare = (now: Uint8Array, then: Uint8Array) =>
  analyzeFiles({ [`b/${PATH}`]: now }, { [`h/${PATH}`]: then });

describe(RULE, () => {
  it("names what holds more than it did in the same process, and its share of the growth", async () => {
    const now = heapAt(600, [cache(180), table(40), requests(30, 90_000)]);
    const then = heapAt(540, [cache(60), table(40), requests(20, 80_000)]);
    const finding = findingOf(await compare(now, then), RULE);
    expect(finding.summary).toBe(
      "orders has 250 MB in use, 130 MB more than 60 minutes earlier. " +
        "120 MB of them (92%) were allocated in main.(*cache).put (through bytes.growSlice).",
    );
    expect(verdictsOf(await compare(heap([cache(180)]), heap([cache(60)])), RULE)).toEqual(["confirmed"]);
  });

  it("sees it within one bundle, where the vDSO shows one process", async () => {
    const files = (vdso: number) => ({
      "b/orders/heap-1.pb.gz": heapAt(540, [cache(60), requests(20, 80_000)], { vdso }),
      "b/orders/heap-2.pb.gz": heapAt(600, [cache(180), requests(20, 90_000)]),
    });
    expect(verdictsOf(await analyzeFiles(files(VDSO)), RULE)).toEqual(["confirmed"]);
    expect(verdictsOf(await analyzeFiles(files(VDSO + 0x1000)), RULE)).toEqual([]);
  });

  it("takes a change of load, and what sampling makes, for normal", async () => {
    const then = heapAt(540, [requests(300, 80_000)]);
    expect(verdictsOf(await compare(heapAt(600, [requests(350, 90_000)]), then), RULE)).toEqual([]);
    const rare = { period: 64 * 2 ** 20 };
    const guess = heapAt(600, [requests(500, 90_000)], rare);
    expect(verdictsOf(await compare(guess, heapAt(540, [requests(300, 80_000)], rare)), RULE)).toEqual([]);
  });

  it("is silent about a process that was started anew, or whose first minutes are the measure", async () => {
    const now = heapAt(600, [cache(400), table(40), requests(30, 90_000)]);
    const before = [cache(60), table(40), requests(20, 800)];
    expect(verdictsOf(await compare(now, heapAt(540, before, { vdso: VDSO + 0x1000 })), RULE)).toEqual([]);
    expect(verdictsOf(await compare(now, heapAt(540, [...before, requests(0, 100_000)])), RULE)).toEqual([]);
    expect(verdictsOf(await compare(now, heapAt(598, before)), RULE)).toEqual([]);
  });
});
