import fc from "fast-check";
import { expect, test } from "vitest";
import { median } from "../../src/rules/median.ts";

test("the median is the one in the middle of the numbers in order, the upper of two", () => {
  expect(median([])).toBe(0);
  expect(median([3, 1])).toBe(3);
  expect(median([Number.NaN, 1, 2])).toBe(2);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 3 }))), (values) => {
      const sorted = Float64Array.from(values).sort();
      // Zero has no sign here.
      expect(median(values) + 0).toBe((sorted[values.length >> 1] ?? 0) + 0);
    }),
  );
});
