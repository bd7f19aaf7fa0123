import { describeHang } from "./hang-case.ts";

describeHang("proc/usermode-helper-stuck", {
  folder: "test/fixtures/hangs/usermode-helper",
  says: "modprobe (7711), which loads a module for the kernel, is stuck itself",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/block", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
