import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blockingChains, parseKernelLog, type Task } from "../../src/procstack/index.ts";
import { scanKernelLog } from "../../src/procstack/kernel-log.ts";

const FOLDER = "test/fixtures/procstack";
const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
  /dmesg|kern|journal|\.log/.test(name),
);

describe("a kernel log that is read in steps", () => {
  it.each(files)("%s is the same whatever the steps", (name) => {
    const bytes = readFileSync(`${FOLDER}/${name}`);
    const whole = parseKernelLog(new TextDecoder().decode(bytes), name);
    for (const length of [977, 65_536]) {
      const scan = scanKernelLog(name);
      for (let at = 0; at < bytes.length; at += length) scan.take(bytes.subarray(at, at + length));
      expect(scan.finish()).toEqual(whole);
    }
  });
});

describe("a host where everything is stuck", () => {
  it("has a bounded number of chains, each with a bounded number of guesses", () => {
    const log = Array.from(
      { length: 3000 },
      (_, n) =>
        `[ 9.0] task:w${n} state:D stack:0 pid:${n + 10} ppid:1 flags:0x0\n[ 9.0] Call Trace:\n[ 9.0]  zap_pid_ns_processes+0x1/0x2\n`,
    ).join("");
    const tasks: Task[] = [];
    const chains = blockingChains(tasks, [parseKernelLog(log)]);
    expect(chains).toHaveLength(100);
    for (const { members } of chains) expect(members).toHaveLength(100);
  });
});
