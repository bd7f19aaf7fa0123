import { expect, it } from "vitest";
import { analyzeFiles, verdictsOf } from "../case.ts";
import { describeHang, filesOf, replaced } from "./hang-case.ts";

describeHang("proc/usermode-helper-stuck", {
  folder: "test/fixtures/hangs/usermode-helper",
  says: "modprobe (7711), which loads a module for the kernel, is stuck itself",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/block", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});

it("is not of programs that the kernel starts for something else", async () => {
  const files = filesOf("test/fixtures/hangs/usermode-helper");
  const key = replaced(
    replaced(files, "__request_module", "call_sbin_request_key"),
    "get_fs_type",
    "request_key",
  );
  const report = await analyzeFiles(key);
  expect(verdictsOf(report, "proc/usermode-helper-stuck")).toEqual([]);
  expect(verdictsOf(report, "proc/uninterruptible")).not.toEqual([]);
});
