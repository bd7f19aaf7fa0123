import { describeHang } from "./hang-case.ts";

describeHang("proc/netns-teardown-stuck", {
  folder: "test/fixtures/hangs/netns-teardown",
  says: "The kernel has said 14 times that lo is still in use.",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/netns-convoy", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
