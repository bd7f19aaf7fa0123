import fc from "fast-check";
import { expect, it } from "vitest";
import { compareBytes } from "../../src/pprof/weigh.ts";

it("orders texts as their UTF-8 bytes are ordered", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
    { numRuns: 2000 },
  );
});
