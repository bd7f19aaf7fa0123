import { describeHang, filesOf, passing, withoutTasks } from "./hang-case.ts";

describeHang("proc/ceph-truncate-netns-gone", {
  folder: "test/fixtures/hangs/ceph-netns",
  says: "Behind it: envoy (30110)",
  explains: ["proc/pid-namespace-zap-hang", "proc/uninterruptible"],
  moment: withoutTasks(passing(filesOf("test/fixtures/hangs/ceph-netns")), [30110]),
  rival: { folder: "test/fixtures/hangs/ceph", verdicts: [] },
  missing: { path: /dmesg|ns\.txt/, verdicts: ["possible"], ask: "lsns" },
});
