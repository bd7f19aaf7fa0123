import { expect, it } from "vitest";
import { Budget } from "../../src/bundle/budget.ts";
import type { Diagnostic } from "../../src/bytes/index.ts";

const CHUNK = new Uint8Array(16 * 1024 * 1024);

/** So many chunks, all of them the same. */
const chunks = (count: number) => ({
  size: undefined,
  *stream() {
    for (let i = 0; i < count; i++) yield CHUNK;
  },
});

async function lengthOf(source: {
  stream(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}): Promise<number> {
  let length = 0;
  for await (const chunk of source.stream()) length += chunk.length;
  return length;
}

it("stops archives of archives that come to too much together, and says so of each", async () => {
  const budget = new Budget();
  const told: Diagnostic[] = [];
  const bounded = () => lengthOf(budget.bounded(chunks(512), (d) => told.push(d)));
  // Eight gibibytes each: two of them may be had of a small file.
  expect(await bounded()).toBe(8 * 2 ** 30);
  expect(await bounded()).toBe(8 * 2 ** 30);
  expect(told).toEqual([]);
  expect(await bounded()).toBe(0);
  expect(await bounded()).toBe(0);
  expect(told.map(({ code, effect }) => [code, effect])).toEqual([
    ["unpacked-limit", "partial"],
    ["unpacked-limit", "partial"],
  ]);
});

it("gives a large file more than a small one", async () => {
  const budget = new Budget();
  await lengthOf(budget.counted(chunks(64)));
  const told: Diagnostic[] = [];
  expect(await lengthOf(budget.bounded(chunks(2048), (d) => told.push(d)))).toBe(32 * 2 ** 30);
  expect(told).toEqual([]);
});

it("takes so many members of all archives together", () => {
  const budget = new Budget();
  let taken = 0;
  while (budget.takesMember()) taken++;
  expect(taken).toBe(200_000);
});
