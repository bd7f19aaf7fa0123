import { describeHang } from "./hang-case.ts";

describeHang("proc/rcu-stall-convoy", {
  folder: "test/fixtures/hangs/rcu",
  says: "waits for an RCU grace period",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/audit", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
