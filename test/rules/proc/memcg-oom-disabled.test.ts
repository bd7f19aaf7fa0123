import { describeHang } from "./hang-case.ts";

describeHang("proc/memcg-oom-disabled", {
  folder: "samples/memcg-oom-disabled/bundle",
  says: "hoard (",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/block", verdicts: [] },
  missing: { path: /oom_control/, verdicts: [] },
});
