import { expect, it } from "vitest";
import { toSource } from "../../src/bytes/index.ts";
import { readCsvSeries } from "../../src/metrics/index.ts";

it("takes no word that every object knows for a unit", async () => {
  const text = 'Time,up\n2026-01-02 03:04:05,"5 constructor"\n2026-01-02 03:05:05,6\n';
  const metrics = await readCsvSeries(toSource(new TextEncoder().encode(text)));
  expect(metrics.named("up").flatMap(({ values }) => [...values])).toEqual([6]);
});
