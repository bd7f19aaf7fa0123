import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { describeHang } from "./hang-case.ts";

describeHang("proc/memory-map-held", {
  folder: "test/fixtures/hangs/memory-map",
  says: "ps (8101), pgrep (8133), node_exporter (8190), ps (8230) wait for the memory map",
  explains: ["proc/uninterruptible"],
  rival: { folder: "test/fixtures/hangs/nfs", verdicts: [] },
  missing: { path: /dmesg/, verdicts: [] },
});

describe("a function m_start", () => {
  const report = (down: string) => {
    const stack = `[<0>] rwsem_down_read_slowpath+0x1/0x2\n[<0>] ${down}+0x1/0x2\n[<0>] m_start+0x1/0x2\n[<0>] seq_read_iter+0x1/0x2\n[<0>] vfs_read+0x1/0x2\n`;
    const task = (pid: number) =>
      `==> /proc/${pid}/status <==\nName:\tkubelet\nState:\tD (disk sleep)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n\n==> /proc/${pid}/stack <==\n${stack}`;
    return analyzeFiles({ "b/tasks.txt": [7, 8, 9].map(task).join("\n") });
  };

  it("is of the list of mounts as well, which no process's memory map holds up", async () => {
    const mounts = await report("down_read");
    expect(findingOf(mounts, "proc/uninterruptible").summary).toContain("the list of mounts");
    expect(verdictsOf(mounts, "proc/memory-map-held")).toEqual([]);
    expect(verdictsOf(await report("down_read_killable"), "proc/memory-map-held")).toEqual(["confirmed"]);
  });
});
