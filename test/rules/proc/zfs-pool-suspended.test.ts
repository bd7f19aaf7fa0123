import { describeHang } from "./hang-case.ts";

describeHang("proc/zfs-pool-suspended", {
  folder: "test/fixtures/hangs/zfs",
  says: "ZFS has suspended containers",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/block", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
