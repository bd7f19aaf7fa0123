import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "node/rcu-stall";
const LOG = readFileSync("test/fixtures/procstack/lockups/rcu-stall.log", "utf8");

describe(RULE, () => {
  it("is seen in a kernel log, with its CPUs and what they were at", async () => {
    const finding = findingOf(await analyzeFiles({ dmesg: LOG }), RULE);
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed" });
    expect(finding.summary).toContain(
      "grace period of rcu_sched did not end, held up by CPU 0. RCU's own thread got no CPU.",
    );
    expect(finding.evidence).toMatchObject([
      {
        text: expect.stringContaining("after 5902 jiffies: CPU 0; in python3 (24017) at handle_softirqs"),
        where: { line: 1 },
      },
    ]);
  });

  it("tells a CPU that was not run from one that loops", async () => {
    const idle =
      "[  1.0] rcu: INFO: rcu_sched detected stalls on CPUs/tasks:\n[  1.0] rcu: \t1-...!: (0 ticks this GP) idle=cf8/0/0x0 softirq=20/20 fqs=0\n[  1.0] NMI backtrace for cpu 1 skipped: idling at default_idle+0x1e/0x130\n";
    expect(findingOf(await analyzeFiles({ dmesg: idle }), RULE).summary).toContain("not run by a hypervisor");
    expect(findingOf(await analyzeFiles({ dmesg: LOG }), RULE).summary).not.toContain("hypervisor");
  });

  it("names tasks that block the grace period", async () => {
    const text =
      "[  1.0] rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { P123 3-... } 5251 jiffies s: 77 root: 0x8/.\n";
    expect(findingOf(await analyzeFiles({ dmesg: text }), RULE).summary).toContain(
      "held up by CPU 3 and tasks 123",
    );
  });

  it("is not a stall before the last boot, what RCU says at boot, or a soft lockup", async () => {
    for (const text of [
      `${LOG}[    0.000000] Linux version 6.1.0 (x)\n[    0.100000] rcu: Hierarchical RCU implementation.\n`,
      "[    0.100000] rcu: Hierarchical SRCU implementation.\n[    0.2] rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.\n",
      "[  1.0] watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [x:7]\n",
      "Nov 25 10:00:00 n kernel: x\nNov 25 10:00:00 n npd[7]: rcu: INFO: rcu_sched self-detected stall on CPU\n",
    ])
      expect(verdictsOf(await analyzeFiles({ "kern.log": text }), RULE)).toEqual([]);
  });

  it("says nothing where no kernel log is", async () => {
    expect(
      verdictsOf(await analyzeFiles({ "proc/7/stack": "[<0>] synchronize_rcu+0x1/0x2\n" }), RULE),
    ).toEqual([]);
  });
});
