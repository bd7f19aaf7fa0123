import { expect, it } from "vitest";
import { joinTasks, renderStacks, stacksView } from "../../src/procstack/index.ts";
import { partOf } from "../../src/procstack/task-part.ts";

it("keeps a name with a line feed in its line", () => {
  const part = partOf(
    "stat",
    [
      { text: "7 (a", number: 1 },
      { text: "b) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0", number: 2 },
    ],
    { pid: 7, tid: 7 },
  );
  const view = stacksView({ tasks: joinTasks([{ part, path: "proc/7/stat" }]), logs: [], userStacks: [] });
  const lines = [...renderStacks(view)];
  expect(lines.join("\n").split("\n")).toEqual(lines);
});

it("breaks lines where the terminal ends, at words", () => {
  const part = partOf("stack", [{ text: "[<0>] do_signal_stop+0x1/0x2", number: 1 }], { pid: 7, tid: 7 });
  const path = `proc/${"x".repeat(30)}/stack`;
  const view = stacksView({ tasks: joinTasks([{ part, path }]), logs: [], userStacks: [] });
  const [wide, narrow] = [100, 40].map((width) => [...renderStacks(view, width)]);
  expect(narrow?.length).toBeGreaterThan(wide?.length ?? 0);
  expect(narrow?.every((line) => line.length <= 40 || !line.trim().includes(" "))).toBe(true);
});
