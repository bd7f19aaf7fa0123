import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { AT_REST, FROZEN_WRITER, INIT, NFS_READER, hungLog, procFiles } from "./tasks.ts";

const RULE = "proc/frozen-filesystem";
const { killed: _, ...unkilled } = FROZEN_WRITER;

describe(RULE, () => {
  it("is confirmed where a member waits for it with a SIGKILL that it can't take", async () => {
    const report = await analyzeFiles(procFiles("b", [INIT, FROZEN_WRITER, ...AT_REST]));
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["proc/pid-namespace-zap-hang", "proc/uninterruptible"],
    });
    expect(verdictsOf(report, "proc/s6-sync")).toEqual(["ruled-out"]);
  });

  it("is confirmed by the kernel's report of the wait, and only likely without one", async () => {
    const files = procFiles("b", [INIT, unkilled]);
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual(["likely"]);
    expect(findingOf(await analyzeFiles(files), RULE).missing.map((m) => m.command)).toEqual(["dmesg"]);
    expect(verdictsOf(await analyzeFiles({ ...files, "b/dmesg": hungLog(FROZEN_WRITER) }), RULE)).toEqual([
      "confirmed",
    ]);
  });

  it("is only possible where nothing tells that the task is of the namespace", async () => {
    const files = procFiles("b", [INIT, FROZEN_WRITER], ["stack", "comm"]);
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual(["possible"]);
  });

  it("has nothing to say where the chain ends elsewhere", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, NFS_READER])), RULE)).toEqual([]);
  });

  it("has nothing to say of a writer that may wait for a moment, as for a snapshot", async () => {
    const report = await analyzeFiles(procFiles("b", [unkilled, ...AT_REST]));
    expect(report.findings).toEqual([]);
  });

  it("takes the same lock of control groups for something else", async () => {
    const fork = {
      ...FROZEN_WRITER,
      stack: ["percpu_rwsem_wait", "__percpu_down_read", "cgroup_can_fork", "copy_process"],
    };
    expect(verdictsOf(await analyzeFiles(procFiles("b", [fork, ...AT_REST])), RULE)).toEqual([]);
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, fork])), RULE)).not.toContain("confirmed");
  });
});
