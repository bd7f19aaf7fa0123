import { describeHang } from "./hang-case.ts";

describeHang("proc/block-device-stalled", {
  folder: "test/fixtures/hangs/block",
  says: "It is the journal of nvme1n1",
  explains: ["proc/uninterruptible"],
  rival: { folder: "samples/s6-sync/bundle", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
