import { describeHang } from "./hang-case.ts";

describeHang("proc/nfs-server-unreachable", {
  folder: "test/fixtures/hangs/nfs",
  says: "files.lab.example does not respond",
  explains: ["proc/uninterruptible"],
  rival: { folder: "samples/zap-fuse/bundle", verdicts: [] },
  missing: { path: /dmesg/, verdicts: ["likely"], ask: "dmesg" },
});
