import { describe, expect, it } from "vitest";
import { quantityOf } from "../../src/kube/index.ts";

describe("a quantity", () => {
  it.each([
    ["250m", 0.25],
    ["2", 2],
    ["128Mi", 134_217_728],
    ["129M", 129_000_000],
    ["1e3", 1000],
    ["1E", 1e18],
    [".5", 0.5],
    ["1.5Gi", 1_610_612_736],
    ["-3k", -3000],
    ["0", 0],
  ])("%s is %d", (written, amount) => {
    expect(quantityOf(written)).toBeCloseTo(amount, 9);
  });

  it.each(["", "m", "1.2.3", "5 Mi", "***HIDDEN***", "1ki", "0x10", "1e"])("%j is none", (written) => {
    expect(quantityOf(written)).toBeUndefined();
  });
});
