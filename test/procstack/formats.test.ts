import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/bytes/index.ts";
import { blockingChains, procFormats, rootOf } from "../../src/procstack/index.ts";
import { bytesOf, evidenceOf, kindsOf, textOf } from "./fixtures.ts";

const STACK =
  "[<0>] do_wait+0x53/0x120\n[<0>] kernel_wait4+0x9c/0x140\n[<0>] entry_SYSCALL_64_after_hwframe+0x76/0x7e\n";
const STAT = "7 (sh) S 1 7 7 0 -1 4194304 117 0 0 0 0 0 0 0 20 0 1 0 71299 2990080 379\n";

describe("recognising", () => {
  it.each([
    ["proc/7/stack", STACK, "proc-stack"],
    ["anything.txt", STACK, "proc-stack"],
    ["x.log", textOf("zap-sync/proc/36/status"), "proc-status"],
    ["x.log", textOf("zap-sync/proc/20951/ns"), "proc-ns"],
    ["x.log", "pid:[4026531836]\n", "proc-ns"],
    ["x.log", "4:memory:/\n0::/\n", "proc-cgroup"],
    ["x.log", STAT, "proc-stat"],
    ["x.log", textOf("zap-sync/dmesg"), "kernel-log"],
    ["proc/7/comm", "anything at all\n", "proc-comm"],
    ["7/wchan", "0", "proc-wchan"],
    ["proc/7/cmdline", "sh\0-c\0", "proc-cmdline"],
    ["proc/7/stack", "", "proc-stack"],
    ["proc/7/cmdline", "", "proc-cmdline"],
    ["proc/7/stack", "cat: /proc/7/stack: Permission denied\n", "proc-stack"],
    ["7/stack", "cat: /proc/7/stack: Permission denied\n", ""],
    ["blank.txt", "\n\n", ""],
    ["stack_7.txt", STACK, "proc-stack"],
    ["stack_7.txt", "", ""],
    ["comm", "sh\n", ""],
    ["notes/wchan", "do_wait\n", ""],
    ["stacks.txt", `== 7\n${STACK}== 8\n${STACK}`, "proc-files"],
    ["stacks.txt", `== 7 ==\n${STACK}`, "proc-files"],
    ["allprocstat.txt", STAT + STAT.replace("7 (", "8 ("), "proc-files"],
    ["terminal.txt", textOf("texts/terminal.txt"), "proc-files"],
  ])("%s", (path, text, kind) => {
    expect(kindsOf(path, text)).toEqual(kind === "" ? [] : [kind]);
  });

  it.each([
    ["goroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d\n"],
    [
      "goroutine profile: total 3\n3 @ 0x430abc 0x441e6d\n#\t0x441e6d\tsync.runtime_SemacquireMutex+0x3c\t/usr/lib/go/src/runtime/sema.go:71\n",
    ],
    ['{"kind":"EventList","items":[{"message":"INFO: task x:1 blocked for more than 120 seconds."}]}'],
    ["Jun 10 16:09:15 node kubelet[12]: I0610 16:09:15.1 1 kubelet.go:1] fine\n".repeat(3)],
    ["net.ipv4.tcp_tw_recycle = 1\nkernel.hung_task_timeout_secs = 120\n"],
    [
      "The function do_wait+0x1/0x2 is where\nmany tasks\nsit\nall\nday\nlong\n, so that\nit is\nno\nsign\nof\nanything\n",
    ],
    ["Name: web\nNamespace: default\nStatus: Running\n"],
    ["12:30:/foo bar\nhello"],
  ])("leaves other texts alone: %s", (text) => {
    expect(kindsOf("a/b.txt", text)).toEqual([]);
  });

  it("never takes bytes for text", () => {
    const noise = new Uint8Array(4096).map((_, i) => (i * 7919) >> 3);
    expect(kindsOf("a/b", noise)).toEqual([]);
  });
});

const decode = async (path: string, text: string) => {
  const { parts } = await evidenceOf([{ path, bytes: bytesOf(text) }]);
  return parts.map(({ part }) => part);
};

describe("decoding", () => {
  it("takes ids from the path, or from the content that knows better", async () => {
    expect(await decode("n/proc/7/task/9/stack", STACK)).toMatchObject([{ pid: 7, tid: 9 }]);
    expect(await decode("status.txt", textOf("zap-sync/proc/36/status"))).toMatchObject([
      { pid: 36, tid: 36 },
    ]);
    expect(await decode("some.txt", STAT)).toMatchObject([{ pid: 7, tid: 7, stat: { comm: "sh" } }]);
    expect((await decode("bare.txt", STACK))[0]).not.toHaveProperty("tid");
  });

  it("says that an empty stack could not be read", async () => {
    const [part] = await decode("proc/7/stack", "");
    expect(part?.diagnostics).toEqual([
      { effect: "unread", code: "stack-empty", message: "0 bytes: the kernel did not let it be read" },
    ]);
    const [cmdline] = await decode("proc/7/cmdline", "");
    expect(cmdline).toMatchObject({ pid: 7, cmdline: [], diagnostics: [] });
    const [wchan] = await decode("proc/7/wchan", "0");
    expect(wchan).toMatchObject({ wchan: false, diagnostics: [] });
  });

  it("stops at its limit", async () => {
    const format = procFormats.find((one) => one.kind === "proc-comm");
    const endless = { size: undefined, stream: () => [new Uint8Array(65 * 1024 * 1024)] };
    const model = await format?.decode(endless, "proc/1/comm");
    expect(model?.diagnostics).toMatchObject([{ effect: "partial", code: "text-limit" }]);
  });
});

const tids = async (text: string) => {
  const { parts } = await evidenceOf([{ path: "all.txt", bytes: bytesOf(text) }]);
  return parts.map(({ part }) => [part.tid, part.comm, part.stack?.frames.length]);
};

const linkLine = (pid: number, inode: number) =>
  `lrwxrwxrwx 1 root root 0 Nov 22 02:21 /proc/${pid}/ns/pid -> 'pid:[${inode}]'\n`;

describe("texts about several tasks", () => {
  it.each([
    ["==", `== 7\n${STACK}== 8\n${STACK}`],
    ["tail", `==> /proc/7/stack <==\n${STACK}\n==> /proc/8/stack <==\n${STACK}`],
    ["a bare path", `/proc/7/stack\n${STACK}\n/proc/8/stack:\n${STACK}`],
    [
      "grep",
      STACK.replaceAll("[<0>]", "/proc/7/stack:[<0>]") + STACK.replaceAll("[<0>]", "/proc/8/stack:[<0>]"),
    ],
    ["set -x", `+ cat /proc/7/stack\n${STACK}+ cat /proc/8/stack\n${STACK}`],
    ["a prompt", `root@n:~# cat /proc/7/stack\n${STACK}root@n:~# sudo cat /proc/8/stack\n${STACK}`],
    ["words", `Process 7:\n${STACK}\nProcess 8:\n${STACK}`],
    ["rulers", `--- 7 ---\n${STACK}--- 8 ---\n${STACK}`],
  ])("cuts at %s", async (_, text) => {
    expect(await tids(text)).toEqual([
      [7, undefined, 3],
      [8, undefined, 3],
    ]);
  });

  it("cuts at prompts in a listing with numbered lines", async () => {
    const listing = `[root@n cgroup]# cat /proc/7/stack\n${STACK}[root@n cgroup]# cat /proc/8/stack\n${STACK}`;
    const lines = listing.trimEnd().split("\n");
    expect(await tids(lines.map((line, index) => `${index + 1}${line}`).join("\n"))).toEqual([
      [7, undefined, 3],
      [8, undefined, 3],
    ]);
  });

  it("reads names from headers", async () => {
    expect(await tids(`PID: 7 COMM: sh\n${STACK}8 (my app)\n${STACK}`)).toEqual([
      [7, "sh", 3],
      [8, "my app", 3],
    ]);
    expect(await tids(STACK.replaceAll("[<0>]", "(stress)  7  9 [<0>]"))).toEqual([[9, "stress", 3]]);
  });

  it("cuts stacks that nothing separates", async () => {
    const { parts } = await evidenceOf([{ path: "all.txt", bytes: bytesOf(STACK + STACK) }]);
    expect(parts.map(({ part }) => part.stack?.frames.map((frame) => frame.line))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("doesn't take the members of a status file for headers", async () => {
    const text = `==> /proc/36/status <==\n${textOf("zap-sync/proc/36/status")}\n==> /proc/36/stack <==\n${STACK}`;
    const { parts } = await evidenceOf([{ path: "all.txt", bytes: bytesOf(text) }]);
    expect(parts.map(({ part }) => [part.tid, part.status?.name, part.stack?.frames[0]?.symbol])).toEqual([
      [36, "kworker/u8:2+loop1", undefined],
      [36, undefined, "do_wait"],
    ]);
  });

  it("makes of links that name their tasks one listing each", async () => {
    const { tasks } = await evidenceOf([{ path: "ns.txt", bytes: bytesOf(linkLine(7, 1) + linkLine(8, 2)) }]);
    expect(tasks.map((task) => [task.tid, task.pidNamespace])).toEqual([
      [7, 1],
      [8, 2],
    ]);
  });

  it("reads the terminal of the engineer who found the first case", async () => {
    const { tasks } = await evidenceOf([
      { path: "terminal.txt", bytes: bytesOf(textOf("texts/terminal.txt")) },
    ]);
    expect(tasks.map(({ tid, comm, wchan, pidNamespace }) => [tid, comm, wchan, pidNamespace])).toEqual([
      [291967, undefined, "do_wait", 4026532278],
      [362091, "s6-sync", undefined, 4026532278],
    ]);
    expect(tasks[0]?.cites.pidNamespace).toEqual({ path: "terminal.txt", line: 28 });
    const [chain] = blockingChains(tasks, []);
    expect(chain?.members).toMatchObject([{ membership: "ns-inode", task: { comm: "s6-sync" } }]);
    const root = chain && rootOf(chain);
    expect(root).toMatchObject({
      task: { tid: 362091 },
      site: { id: "s-umount", frame: { symbol: "iterate_supers" } },
    });
    expect(root?.missing).toMatch(/no task in the evidence holds one/);
  });
});

it("decodes through sources that only stream", async () => {
  const bytes = bytesOf(STACK);
  const source = { size: undefined, stream: () => [bytes.subarray(0, 10), bytes.subarray(10)] };
  const format = procFormats.find((one) => one.kind === "proc-stack");
  const model = await format?.decode(source, "proc/7/stack");
  expect(model).toEqual(await format?.decode(sourceOf(bytes), "proc/7/stack"));
});
