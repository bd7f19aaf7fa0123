import { describe, expect, it } from "vitest";
import { firstOf } from "../../src/bytes/index.ts";

describe("the first of some names", () => {
  it("counts those that it doesn't name", () => {
    expect(firstOf([], 2)).toBe("");
    expect(firstOf(["a", "b"], 2)).toBe("a, b");
    expect(firstOf(["a", "b", "c"], 2)).toBe("a, b and 1 more");
    expect(firstOf([80, 443, 8080, 9090], 2, "others")).toBe("80, 443 and 2 others");
  });
});
