import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures/procstack");

function stacks(args: string[], input?: string) {
  const bin = join(ROOT, "bin/inquest.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "stacks", ...args], {
    cwd: FIXTURES,
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

/** The commands of the page, each with what it says that they print. */
const examples = [
  ...readFileSync(join(ROOT, "docs/stacks.md"), "utf8").matchAll(
    /```sh\ninquest stacks (.+)\n```\n\n```text\n([^]*?)```/g,
  ),
].map(([, command = "", output = ""]) => ({ command, output }));

describe("docs/stacks.md", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(3);
  });

  it.each(examples)("inquest stacks $command prints what it says", ({ command, output }) => {
    expect(stacks(command.split(" "))).toEqual({ status: 0, stdout: output, stderr: "" });
  });

  it("keeps its lines within a terminal of 100 columns", () => {
    const lines = examples.flatMap(({ output }) => output.split("\n"));
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});

describe("inquest stacks", () => {
  it("prints JSON, host by host", () => {
    const { status, stdout } = stacks(["--format", "json", "zap-sync"]);
    expect(status).toBe(0);
    const { hosts } = JSON.parse(stdout) as {
      hosts: { host: string | null; of: number; chains: { root: string }[] }[];
    };
    expect(hosts).toMatchObject([
      { of: 11, count: 11, chains: [{ root: "kworker/u8:2+loop1 (36)" }], cycles: [] },
    ]);
  });

  it("reads standard input", () => {
    const text = "$ cat /proc/7/stack\n[<0>] n_tty_read+0x1/0x2\n[<0>] tty_read+0x1/0x2\n";
    const { status, stdout } = stacks(["-"], text);
    expect(status).toBe(0);
    expect(stdout).toContain("1 × ?  pid 7  -:2\n  waits for input from its terminal");
  });

  it.each([
    [["--pid", "20952"], "1 of 11 tasks", "sync (20952)"],
    [["--pid", "20952", "--pid", "36"], "2 of 11 tasks", "36"],
    [["--comm", "jbd2"], "2 of 11 tasks", "jbd2/loop1-8"],
    [["--state", "D"], "of 11 tasks: 4 D; 4 stuck", "umount"],
    [["--blocked"], "5 of 11 tasks", "zap_pid_ns_processes"],
  ])("chooses by %s", (args, heading, name) => {
    const { stdout, stderr } = stacks([...args, "zap-sync"]);
    expect(stderr).toBe("");
    expect(stdout.split("\n")[0]).toContain(heading);
    expect(stdout).toContain(name);
  });

  it("says what went wrong", () => {
    expect(stacks(["none"])).toMatchObject({ status: 2, stdout: "" });
    expect(stacks(["--pid", "x", "waits"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--pid needs"),
    });
    expect(stacks(["--state", "Q", "waits"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--state needs"),
    });
    expect(stacks(["README.md"])).toMatchObject({ status: 2, stderr: expect.stringContaining("no stack") });
    expect(stacks([])).toMatchObject({ status: 2, stderr: expect.stringContaining("path is missing") });
  });

  it("tells what could not be read", () => {
    const { status, stdout, stderr } = stacks(
      ["-"],
      "==> /proc/7/stack <==\ncat: Permission denied\n==> /proc/8/stack <==\n[<0>] ep_poll+0x1/0x2\n",
    );
    expect(status).toBe(0);
    expect(stdout).toContain("(no stack)");
    expect(stderr).toContain("in part");
  });
});

describe("inquest stacks of a kernel log", () => {
  it("shows what it says of CPUs", () => {
    const { stdout } = stacks(["lockups"]);
    expect(stdout).toContain(
      "  soft lockup of CPU 6 for up to 22 s, in kubelet (1663) at smp_call_function_many, 2 times",
    );
    expect(stdout).toContain("  RCU stall of CPU 0, in python3 (24017) at handle_softirqs");
    const text =
      "sysrq: Show backtrace of all active CPUs\nNMI backtrace for cpu 1\nCPU: 1 UID: 0 PID: 33 Comm: a b Not tainted 6.18.44 #1 PREEMPT\nRIP: 0010:csd_lock_wait+0x1/0x2\n";
    expect(stacks(["-"], text).stdout).toContain("  backtrace of CPU 1, in a b (33) at csd_lock_wait  -:2");
  });
});
