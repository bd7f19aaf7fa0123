import fc from "fast-check";
import { expect, test } from "vitest";
import { Grouped, firstBehind } from "../../../src/rules/tcp/grouped.ts";

const row = fc.record({
  group: fc.nat(3),
  time: fc.oneof(fc.nat(5), fc.double({ min: 0, max: 5, noNaN: true })),
  keep: fc.boolean(),
});

test("what is grouped comes in the order of time, and what came at once in the order in which it stands", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
      const grouped = new Grouped(4, [
        {
          group: Int32Array.from(rows, ({ group }) => group),
          time: Float64Array.from(rows, ({ time }) => time),
          keep: Uint8Array.from(rows, ({ keep }) => Number(keep)),
        },
      ]);
      for (let group = 0; group < 4; group++) {
        const own = rows.flatMap((each, item) =>
          each.keep && each.group === group ? [{ ...each, item }] : [],
        );
        own.sort((a, b) => a.time - b.time);
        const moments = grouped.of(group);
        expect([...moments.item]).toEqual(own.map(({ item }) => item));
        expect([...moments.time]).toEqual(own.map(({ time }) => time));
        expect(firstBehind(moments, 2)).toBe(own.filter(({ time }) => time <= 2).length);
      }
    }),
  );
});
