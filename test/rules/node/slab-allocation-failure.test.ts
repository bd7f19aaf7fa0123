import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { file, kernelLog } from "./files.ts";

const RULE = "node/slab-allocation-failure";

describe(RULE, () => {
  it("is seen in the kernel's log, with the groups and the cache", async () => {
    const log = file("test/fixtures/node/kmem-leak/node-m/dmesg");
    const finding = findingOf(await analyzeFiles({ "b/dmesg": log }), RULE);
    expect(finding.summary).toContain("3 allocations from kmalloc-192 for 3 control groups (ab12cd34ab12, ");
  });

  it("is no finding for caches of the whole node", async () => {
    const log = kernelLog(
      "SLUB: Unable to allocate memory on node -1, gfp=0x480020(GFP_ATOMIC)",
      "  cache: skbuff_head_cache, object size: 232, buffer size: 256, default order: 2, min order: 0",
    );
    expect(verdictsOf(await analyzeFiles({ "b/dmesg": log }), RULE)).toEqual([]);
  });
});
