import { describeHang } from "./hang-case.ts";

describeHang("proc/audit-backlog", {
  folder: "test/fixtures/hangs/audit",
  says: "wait for room in the audit backlog",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/rcu", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
