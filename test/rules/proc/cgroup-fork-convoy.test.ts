import { describeHang, filesOf, passing, withoutTasks } from "./hang-case.ts";

describeHang("proc/cgroup-fork-convoy", {
  folder: "test/fixtures/hangs/cgroup-fork",
  verdict: "likely",
  says: "5 tasks wait for it; who holds it, nothing tells",
  moment: withoutTasks(passing(filesOf("test/fixtures/hangs/cgroup-fork")), [4201, 4202]),
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/rcu", verdicts: [] },
  missing: { path: /dmesg/, verdicts: ["possible"], ask: "dmesg" },
});
