import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf } from "../case.ts";
import { LOOP_LOG } from "./coredns-loop.ts";

const RULE = "dns/coredns-fatal";

describe(RULE, () => {
  it("tells the line with which it gives up, once", async () => {
    const finding = findingOf(await analyzeFiles({ "coredns.log": LOOP_LOG }), RULE);
    expect(finding.summary).toContain(
      "coredns.log has 1 line with which CoreDNS gives up: [FATAL] plugin/loop",
    );
    expect(finding.evidence).toMatchObject([{ where: { line: 5 } }]);
  });

  it("tells others than loops", async () => {
    const log = "CoreDNS-1.6.5\n[FATAL] Failed to initialize server\n";
    expect(findingOf(await analyzeFiles({ "coredns.log": log }), RULE).evidence).toMatchObject([
      { where: { line: 2 } },
    ]);
  });

  it("is silent about a log of errors, and about other programs' last words", async () => {
    const log = "CoreDNS-1.6.5\n[ERROR] plugin/errors: 2 a.b. A: no upstream host\n";
    expect((await analyzeFiles({ "coredns.log": log })).findings).toEqual([]);
    await expect(analyzeFiles({ "app.log": "[FATAL] out of memory\n" })).rejects.toMatchObject({
      code: "nothing-readable",
    });
  });
});
