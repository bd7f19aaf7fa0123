import { describeHang } from "./hang-case.ts";

describeHang("proc/frozen-cgroup", {
  folder: "samples/frozen-cgroup/bundle",
  says: "wait for its cgroup to be thawed",
  explains: ["proc/uninterruptible"],
  rival: { folder: "samples/stopped-init/bundle", verdicts: [] },
  missing: { path: /freezer\.txt/, verdicts: ["confirmed"], ask: "freezer.state" },
});
