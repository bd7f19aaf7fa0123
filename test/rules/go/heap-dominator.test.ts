import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { cache, requests, table } from "./heaps.ts";
import type { HeldBy } from "./profiles.ts";
import { heap, profile } from "./profiles.ts";

const RULE = "go/heap-dominator";
const analyzeHeap = (...held: HeldBy[]) => analyzeFiles({ "b/node-a/orders/heap.pb.gz": heap(held) });

describe(RULE, () => {
  it("names the program's own function, what it allocates through, and its share", async () => {
    const finding = findingOf(await analyzeHeap(cache(300, 310), table(40), requests(20, 9000)), RULE);
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed", subject: { name: "orders" } });
    expect(finding.summary).toBe(
      "300 MB of the 360 MB that orders has in use (83%) were allocated in main.(*cache).put (through bytes.growSlice): 19200 objects.",
    );
  });

  it("counts the parts of decoded objects for the objects", async () => {
    const type = "k8s.io/api/apps/v1.(*ReplicaSet).Unmarshal";
    const parts = ["core/v1.(*PodSpec)", "core/v1.(*Container)", "meta/v1.(*ObjectMeta)"].map(
      (part): HeldBy => [
        [`k8s.io/api/${part}.Unmarshal`, type, "k8s.io/apiserver/pkg/storage/etcd3.decode"],
        90,
        90,
      ],
    );
    expect(findingOf(await analyzeHeap(...parts, table(100)), RULE).summary).toContain(
      `(73%) were allocated in ${type}`,
    );
  });

  it("takes a small heap, and one that many hold, for normal: some function always holds most", async () => {
    expect(verdictsOf(await analyzeHeap(cache(200), table(10)), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeHeap(cache(300), table(250), requests(200, 200)), RULE)).toEqual([]);
  });

  it("says nothing of code without symbols, nor of a profile that was cut", async () => {
    expect(verdictsOf(await analyzeHeap([[""], 900, 900]), RULE)).toEqual([]);
    const cut = heap([cache(900), table(10)]).subarray(0, -20);
    expect(verdictsOf(await analyzeFiles({ "b/heap.pb.gz": cut }), RULE)).toEqual([]);
  });

  it("reads what jemalloc and tcmalloc write", async () => {
    const bytes = profile({
      types: ["objects/count", "space/bytes"],
      samples: [[["je_malloc", "operator new", "envoy::Cache::insert"], 100, 400 * 2 ** 20]],
    });
    expect(findingOf(await analyzeFiles({ "b/heap.pb": bytes }), RULE).summary).toContain(
      "envoy::Cache::insert",
    );
  });
});
