import { describeHang, filesOf, withoutTasks } from "./hang-case.ts";

describeHang("proc/netns-creation-convoy", {
  folder: "test/fixtures/hangs/netns-convoy",
  says: "kworker/u16:3 (55) is at work under that lock",
  explains: ["proc/uninterruptible"],
  // Four that wait are a moment of a busy node.
  moment: withoutTasks(filesOf("test/fixtures/hangs/netns-convoy"), [9311, 9344]),
  rival: { folder: "test/fixtures/hangs/netns-teardown", verdicts: [] },
  missing: { path: /comm/, verdicts: ["confirmed"], ask: "dmesg" },
});
