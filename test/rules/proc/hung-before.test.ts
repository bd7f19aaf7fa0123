import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/report/index.ts";
import { analyzeFiles, verdictsOf } from "../case.ts";

const OVER = readFileSync("test/fixtures/hung-before/dmesg", "utf8");
const HUNG = readFileSync("test/fixtures/hangs/nfs/dmesg", "utf8");

const summaries = (report: Report, rule: string) =>
  report.findings.filter((one) => one.rule === rule).map(({ summary }) => summary);
const rulesOf = (report: Report) => [...new Set(report.findings.map(({ rule }) => rule))];

/** A log with reports of one task, and a last line at another time. */
const log = (
  at: readonly number[],
  end: number,
  first = "[    0.000000] Linux version 5.4.0-42-generic (b@h) #46\n",
) =>
  `${first}${at
    .map(
      (time) => `[${time}.000001] INFO: task umount:700 blocked for more than 120 seconds.
[${time}.000002]       Not tainted 5.4.0-42-generic #46
[${time}.000003] umount          D    0   700      1 0x00000080
[${time}.000004] Call Trace:
[${time}.000005]  schedule+0x42/0xb0
[${time}.000006]  rwsem_down_write_slowpath+0x24/0xa0
[${time}.000007]  down_write+0x24/0xa0
[${time}.000008]  deactivate_super+0x24/0xa0
`,
    )
    .join("")}[${end}.000000] eth0: link up\n`;

describe("proc/hung-before", () => {
  it("tells of hangs that are over that they were, and why that is known", async () => {
    const report = await analyzeFiles({ "b/dmesg": OVER });
    expect(rulesOf(report)).toEqual(["proc/hung-before"]);
    const [nfs, journal] = summaries(report, "proc/hung-before").sort();
    expect(nfs).toContain("the kernel says later: nfs: server files.lab.example OK");
    expect(journal).toContain("the log goes on for 2 days");
  });

  it("leaves alone what the log ends with", async () => {
    const report = await analyzeFiles({ "b/dmesg": HUNG });
    expect(rulesOf(report)).not.toContain("proc/hung-before");
    expect(verdictsOf(report, "proc/uninterruptible")).toEqual(["confirmed"]);
  });

  it("counts from the last report of a task, not the first", async () => {
    const report = await analyzeFiles({ "b/dmesg": log([1000, 1120, 1240, 1360], 1500) });
    expect(rulesOf(report)).toContain("proc/uninterruptible");
    expect(rulesOf(report)).not.toContain("proc/hung-before");
  });

  it("takes no silence for an end where the kernel has used up its warnings", async () => {
    const ten = Array.from({ length: 10 }, (_, i) => 1000 + 120 * i);
    expect(rulesOf(await analyzeFiles({ "b/dmesg": log(ten, 900_000) }))).toContain("proc/uninterruptible");
    const one = log([1000], 900_000);
    const left = await analyzeFiles({
      "b/dmesg": one,
      "b/sysctl.txt": "kernel.hung_task_warnings = 0\nvm.swappiness = 60\n",
    });
    expect(rulesOf(left)).toContain("proc/uninterruptible");
    const endless = await analyzeFiles({
      "b/dmesg": log(ten, 900_000),
      "b/sysctl.txt": "kernel.hung_task_warnings = -1\nvm.swappiness = 60\n",
    });
    expect(rulesOf(endless)).toEqual(["proc/hung-before"]);
  });

  it("goes by clocks where there are no uptimes, with other programs' lines too", async () => {
    const syslog = HUNG.replaceAll(/^\[.*?\] ?/gm, "Sep 19 13:28:09 node-1 kernel: ").replaceAll(
      " not responding",
      " not responding",
    );
    const later = (line: string) => `${syslog}${line}\n`;
    expect(
      rulesOf(await analyzeFiles({ "b/kern.log": later("Sep 19 13:29:00 node-1 kernel: eth0: link up") })),
    ).toContain("proc/uninterruptible");
    expect(
      rulesOf(
        await analyzeFiles({
          "b/messages": later("Sep 24 10:00:00 node-1 systemd[1]: Started Session 9 of user root."),
        }),
      ),
    ).toEqual(["proc/hung-before"]);
  });

  it("knows a boot that the log does not begin with by its clock, and says nothing of lives before", async () => {
    const rebooted = log([864_000], 90, "");
    expect(rulesOf(await analyzeFiles({ "b/dmesg": rebooted }))).toEqual(["proc/hung-before"]);
    const rotated = await analyzeFiles({
      "b/kern.log.1": log([864_000], 864_100, ""),
      "b/kern.log": "[    0.000000] Linux version 5.4.0-42-generic (b@h) #46\n[   12.000000] eth0: link up\n",
    });
    expect(rotated.findings).toEqual([]);
  });
});
