import { describeHang, filesOf, replaced, without } from "./hang-case.ts";

describeHang("proc/fanotify-listener-stuck", {
  folder: "test/fixtures/hangs/fanotify",
  says: "python3 (16139), which has a fanotify group open, is stopped",
  explains: ["proc/uninterruptible"],
  moment: replaced(
    without(filesOf("test/fixtures/hangs/fanotify"), /tasks-2/),
    "T (stopped)",
    "S (sleeping)",
  ),
  rival: { folder: "samples/zap-fuse/bundle", verdicts: [] },
  missing: { path: /fd\.txt/, verdicts: ["confirmed"], ask: "grep fanotify" },
});
