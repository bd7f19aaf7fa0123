import { describeHang } from "./hang-case.ts";

describeHang("proc/memory-map-held", {
  folder: "test/fixtures/hangs/memory-map",
  says: "ps (8101), pgrep (8133), node_exporter (8190), ps (8230) wait for the memory map",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/nfs", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});
