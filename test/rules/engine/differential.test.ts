import { describe, expect, it } from "vitest";
import { decidingOf, differentialOf, unexplainedOf } from "../../../src/rules/engine/differential.ts";
import type { Evaluated } from "../../../src/rules/engine/evaluate-cause.ts";
import type { Verdict } from "../../../src/rules/index.ts";

const evaluated = (
  rule: string,
  verdict: Verdict,
  more: { score?: number; asks?: readonly (readonly [command: string, telling: number])[] } = {},
): Evaluated => ({
  finding: {
    rule,
    kind: "cause",
    verdict,
    host: null,
    subject: { kind: "listener" },
    title: "",
    summary: "",
    evidence: [],
    missing: [],
    remedy: [],
    references: [],
    explains: [],
    weight: 1,
  },
  score: more.score ?? 0,
  open: (more.asks ?? []).map(([command, telling]) => ({ ask: { text: command, command }, telling })),
});

describe("the differential of a symptom", () => {
  it("has the surest first, and of equally sure ones that for which more speaks", () => {
    const all = [
      evaluated("a/out", "ruled-out", { score: 9 }),
      evaluated("b/weak", "possible", { score: -2 }),
      evaluated("c/strong", "possible", { score: 1 }),
      evaluated("d/likely", "likely"),
    ];
    const rules = differentialOf(all).map(({ rule }) => rule);
    expect(rules).toEqual(["d/likely", "c/strong", "b/weak", "a/out"]);
  });

  it("asks for the cheapest artifact that could decide between the two that lead", () => {
    const all = [
      evaluated("a/first", "likely", {
        asks: [
          ["tcpdump -w x", 3],
          ["ss -lnt", 1],
        ],
      }),
      evaluated("b/second", "possible", { asks: [["sysctl x", 2]] }),
      evaluated("c/third", "possible", { score: -1, asks: [["uname -r", 3]] }),
    ];
    const between = ["a/first", "b/second"];
    expect(decidingOf(all)).toEqual({ text: "sysctl x", command: "sysctl x", between });
  });

  it("asks for nothing once a cause is confirmed, or where no question is left", () => {
    const open = evaluated("b/second", "possible", { asks: [["sysctl x", 2]] });
    expect(decidingOf([evaluated("a/first", "confirmed"), open])).toBeUndefined();
    expect(decidingOf([evaluated("a/first", "likely")])).toBeUndefined();
    expect(decidingOf([evaluated("a/out", "ruled-out", { asks: [["uname -r", 3]] })])).toBeUndefined();
  });

  it("tells what its likely causes leave unexplained, where each says how much it explains", () => {
    const share = (n: number) => ({ n, total: 10 });
    const confirmed = { rule: "a/one", verdict: "confirmed" } as const;
    const likely = { rule: "b/two", verdict: "likely" } as const;
    const possible = { rule: "c/three", verdict: "possible", share: share(9) } as const;
    const one = { ...confirmed, share: share(6) };
    expect(unexplainedOf([one, possible])).toEqual({ n: 4, total: 10 });
    expect(unexplainedOf([one, { ...likely, share: share(3) }])).toEqual({ n: 1, total: 10 });
    expect(unexplainedOf([one, { ...likely, share: share(8) }])).toBeUndefined();
    expect(unexplainedOf([one, likely])).toBeUndefined();
    expect(unexplainedOf([possible])).toBeUndefined();
  });
});
