import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blockingChains, zappedInits, parseKernelLog, type Task } from "../../src/procstack/index.ts";
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
  const stuck = (length: number, name: string, first: number, at: string): string =>
    Array.from(
      { length },
      (_, n) =>
        `[ 9.0] task:${name}${n} state:D stack:0 pid:${n + first} ppid:1 flags:0x0\n[ 9.0] Call Trace:\n[ 9.0]  ${at}+0x1/0x2\n`,
    ).join("");

  it("has a bounded number of chains, and counts the rest; an init of another namespace is no guess", () => {
    const logs = [parseKernelLog(stuck(3000, "w", 10, "zap_pid_ns_processes"))];
    const tasks: Task[] = [];
    const chains = blockingChains(tasks, logs);
    expect(chains).toHaveLength(1000);
    expect(zappedInits(tasks, logs)).toBe(3000);
    for (const { members } of chains) expect(members).toEqual([]);
  });

  it("has a bounded number of guesses, and says of which namespaces none was made", () => {
    const log = stuck(300, "w", 10, "zap_pid_ns_processes") + stuck(3000, "v", 5000, "rpc_wait_bit_killable");
    const chains = blockingChains([], [parseKernelLog(log)]);
    expect(chains).toHaveLength(300);
    for (const [at, { members, unguessed }] of chains.entries()) {
      expect(members.map(({ task }) => task.tid)).toEqual(
        at < 100 ? Array.from({ length: 100 }, (_, n) => 5000 + n) : [],
      );
      expect(unguessed).toBe(at < 100 ? undefined : true);
    }
  });
});
