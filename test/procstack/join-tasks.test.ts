import { expect, it } from "vitest";
import { joinTasks } from "../../src/procstack/join-tasks.ts";

it("joins very many parts of one task in passable time", () => {
  const parts = Array.from({ length: 40_000 }, (_, i) => ({
    path: "stacks.txt",
    part: { tid: 7, comm: "a", line: i + 1, diagnostics: [] },
  }));
  const started = performance.now();
  expect(joinTasks(parts)).toMatchObject([{ tid: 7, comm: "a", cites: { comm: { line: 1 } } }]);
  expect(performance.now() - started).toBeLessThan(4000);
});
