import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { AT_REST, FROZEN_WRITER, INIT, SYNCER, UMOUNT, procFiles } from "./tasks.ts";

const RULE = "proc/s6-sync";

describe(RULE, () => {
  it("is confirmed where the member is s6-sync inside sync(2)", async () => {
    const report = await analyzeFiles(procFiles("b", [INIT, SYNCER, UMOUNT, ...AT_REST]));
    expect(findingOf(report, RULE)).toMatchObject({
      verdict: "confirmed",
      explains: ["proc/pid-namespace-zap-hang"],
    });
    expect(findingOf(report, "proc/pid-namespace-zap-hang").summary).toContain(
      "entrypoint.sh (500) → s6-sync (501) → umount (300)",
    );
  });

  it("knows the call on older kernels", async () => {
    const old = {
      ...SYNCER,
      stack: ["call_rwsem_down_read_failed", "iterate_supers", "sys_sync", "system_call_fastpath"],
    };
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, old])), RULE)).toEqual(["confirmed"]);
  });

  it("is ruled out by the name of another program that syncs", async () => {
    const finding = findingOf(
      await analyzeFiles(procFiles("b", [INIT, { ...SYNCER, comm: "sync" }, UMOUNT])),
      RULE,
    );
    expect(finding.verdict).toBe("ruled-out");
    expect(finding.summary).toContain("the task in sync(2) is called sync");
  });

  it("is ruled out where no member syncs", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, FROZEN_WRITER])), RULE)).toEqual([
      "ruled-out",
    ]);
  });

  it("is only possible for a task of which nothing tells that it is of the namespace", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, SYNCER], ["stack", "comm"])), RULE)).toEqual([
      "possible",
    ]);
  });

  it("can't tell from unreadable stacks", async () => {
    const { stack: _, ...unread } = SYNCER;
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, unread])), RULE)).toEqual(["possible"]);
  });

  it("is not ruled out by somebody else's sync, nor by members of which none is stuck", async () => {
    const other = procFiles("b", [INIT, { ...SYNCER, comm: "sync" }], ["stack", "comm"]);
    expect(verdictsOf(await analyzeFiles(other), RULE)).toEqual(["possible"]);
    const idle = { ...FROZEN_WRITER, stack: ["do_nanosleep", "hrtimer_nanosleep", "__x64_sys_nanosleep"] };
    expect(verdictsOf(await analyzeFiles(procFiles("b", [INIT, { ...idle, state: "S" }])), RULE)).toEqual([
      "possible",
    ]);
  });
});
