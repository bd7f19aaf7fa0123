import { describeHang } from "./hang-case.ts";

describeHang("proc/smb-server-unreachable", {
  folder: "test/fixtures/hangs/smb",
  says: "files.lab.example has not responded",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/nfs", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
