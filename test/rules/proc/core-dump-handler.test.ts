import { describeHang } from "./hang-case.ts";

describeHang("proc/core-dump-handler", {
  folder: "test/fixtures/hangs/core-dump",
  says: "wait for",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/block", verdicts: [] },
  missing: { path: /sysctl/, verdicts: ["confirmed"], ask: "core_pattern" },
});
