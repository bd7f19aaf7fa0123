import { describe, expect, it } from "vitest";
import { nearest } from "../../src/cli/nearest.ts";

const OPTIONS = [
  "format",
  "output",
  "quiet",
  "color",
  "baseline",
  "rules",
  "only",
  "skip",
  "fail-on",
  "fail-on-audits",
];

describe("the word that was meant", () => {
  it.each([
    ["formt", "format"],
    ["fromat", "format"],
    ["colour", "color"],
    ["fail-no", "fail-on"],
    ["fail-on-audit", "fail-on-audits"],
    ["base", "baseline"],
    ["ruels", "rules"],
    ["onlly", "only"],
  ])("of %s is %s", (typed, meant) => {
    expect(nearest(typed, OPTIONS)).toBe(meant);
  });

  it.each(["", "x", "verbose", "fail", "no", "skipping-all"])("of %s is unknown", (typed) => {
    expect(nearest(typed, OPTIONS)).toBeUndefined();
  });
});
