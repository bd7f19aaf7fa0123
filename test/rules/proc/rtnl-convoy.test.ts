import { describeHang } from "./hang-case.ts";

describeHang("proc/rtnl-convoy", {
  folder: "test/fixtures/hangs/rtnl",
  says: "4 tasks wait for it; ip (6005) holds it, in ena_down",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/netns-convoy", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
