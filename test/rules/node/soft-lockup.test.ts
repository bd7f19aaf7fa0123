import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";

const RULE = "node/soft-lockup";
const LOG = readFileSync("test/fixtures/procstack/lockups/soft-lockup.log", "utf8");

const report = (at: string, trace = "") =>
  `[  1.0] watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [x:7]\n[  1.0] RIP: 0010:${at}+0x1/0x2\n[  1.0] Call Trace:\n${trace}`;

describe(RULE, () => {
  it("is seen in a kernel log, with CPUs, times and functions", async () => {
    const finding = findingOf(await analyzeFiles({ "node-a/var/log/kern.log": LOG }), RULE);
    expect(finding).toMatchObject({ kind: "symptom", verdict: "confirmed" });
    expect(finding.summary).toMatch(/^The kernel reported 3 times that CPUs 6, 34 .* up to 23 s\./);
    expect(finding.summary).toContain("In smp_call_function_many (2 times): it waits for other CPUs");
    expect(finding.evidence.map(({ where }) => where)).toEqual([{ line: 1 }, { line: 13 }, { line: 15 }]);
    expect(finding.references[0]).toContain("65142");
  });

  it.each([
    ["nf_nat_l4proto_unique_tuple", "", "free port"],
    ["estimation_timer", "", "IPVS"],
    ["memcg_stat_show", "", "cgroup's statistics"],
    ["native_safe_halt", "", "most likely was not run at all"],
    ["nobody_knows", "", "In nobody_knows."],
    // A caller tells what a function that can be anything's is about; a frame that need not be one does not.
    [
      "_find_next_bit",
      "[  1.0]  memcg_sum_events+0x1/0x2\n",
      "In memcg_sum_events: someone reads a cgroup's",
    ],
    ["_find_next_bit", "[  1.0]  ? memcg_sum_events+0x1/0x2\n", "In _find_next_bit."],
  ])("names what %s means", async (at, trace, words) => {
    expect(findingOf(await analyzeFiles({ dmesg: report(at, trace) }), RULE).summary).toContain(words);
  });

  it("counts what dmesg and the journal both have once", async () => {
    const journal = LOG.replaceAll("Aug 25", "Nov 25");
    const finding = findingOf(await analyzeFiles({ "a/kern.log": LOG, "a/journal.txt": journal }), RULE);
    expect(finding.summary).toContain("reported 3 times");
  });

  it("is not what another program quotes, what was before the last boot, or another complaint", async () => {
    for (const text of [
      "Nov 25 10:00:00 n kernel: Linux version 5.4.0\nNov 25 10:00:00 n npd[7]: BUG: soft lockup - CPU#1 stuck for 67s! [a:2]\n",
      `${report("x")}[    0.000000] Linux version 5.4.0 (x)\n[    1.000000] usb 1-1: new device\n`,
      "[  1.0] BUG: workqueue lockup - pool cpus=0 flags=0x4 nice=0 stuck for 197s!\n",
      "[  1.0] NMI watchdog: Watchdog detected hard LOCKUP on cpu 3\n",
      "[  1.0] NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.\n",
    ])
      expect(verdictsOf(await analyzeFiles({ "kern.log": text }), RULE)).toEqual([]);
  });

  it("is no virtual machine that was paused, but a CPU that stays stuck", async () => {
    const stuck = (seconds: number, cpu = 1) =>
      `[ ${5000 + seconds}.0] watchdog: BUG: soft lockup - CPU#${cpu} stuck for ${seconds}s! [java:77]\n`;
    const on = async (...lines: string[]) => verdictsOf(await analyzeFiles({ dmesg: lines.join("") }), RULE);
    expect(await on(stuck(41_823), stuck(41_823, 0))).toEqual([]);
    expect(await on(stuck(301), stuck(327), stuck(353))).toEqual(["confirmed"]);
    expect(await on(stuck(26), stuck(41_823, 0))).toEqual(["confirmed"]);
  });

  it("says when it was long ago", async () => {
    const finding = findingOf(
      await analyzeFiles({ dmesg: `${report("x")}[864001.000000] eth0: link up\n` }),
      RULE,
    );
    expect(finding.summary).toContain("The last was 10 days before the log ends.");
    expect(finding.title).toMatch(/ \(10 days before the log ends\)$/);
  });

  it("says nothing where no kernel log is", async () => {
    expect(verdictsOf(await analyzeFiles({ "proc/7/stack": "[<0>] ep_poll+0x1/0x2\n" }), RULE)).toEqual([]);
  });
});
