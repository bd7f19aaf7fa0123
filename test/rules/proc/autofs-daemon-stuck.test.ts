import { describeHang, filesOf, replaced, without } from "./hang-case.ts";

describeHang("proc/autofs-daemon-stuck", {
  folder: "test/fixtures/hangs/autofs",
  says: "python3 (16184), which mounts them, is stopped. Automount points: /net/home",
  explains: ["proc/uninterruptible"],
  moment: replaced(without(filesOf("test/fixtures/hangs/autofs"), /tasks-2/), "T (stopped)", "S (sleeping)"),
  rival: { folder: "test/fixtures/hangs/nfs", verdicts: [] },
  missing: { path: /mounts/, verdicts: ["confirmed"], ask: "/proc/mounts" },
});
