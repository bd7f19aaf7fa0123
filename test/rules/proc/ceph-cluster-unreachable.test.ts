import { describeHang } from "./hang-case.ts";

describeHang("proc/ceph-cluster-unreachable", {
  folder: "test/fixtures/hangs/ceph",
  says: "The kernel can't reach 10.4.0.12:6789",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/ceph-netns", verdicts: ["possible"] },
  missing: { path: /dmesg/, verdicts: ["likely"], ask: "dmesg" },
});
