import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, evidenceOf, kindsOf } from "./fixtures.ts";

/** An init that waits for its namespace, as a 5.4 kernel shows it, and a sync. */
const INIT = [
  "[<0>] do_wait+0x156/0x2f0",
  "[<0>] kernel_wait4+0x8d/0x140",
  "[<0>] zap_pid_ns_processes+0x119/0x1f0",
  "[<0>] do_exit+0x6f3/0xb00",
  "[<0>] entry_SYSCALL_64_after_hwframe+0x44/0xa9",
];
const SYNC = [
  "[<0>] super_lock+0x9d/0xf0",
  "[<0>] iterate_supers+0x5c/0xe0",
  "[<0>] ksys_sync+0x40/0xb0",
  "[<0>] entry_SYSCALL_64_after_hwframe+0x44/0xa9",
];
/** The same as a 3.10 kernel shows it, with the end marker. */
const OLD_SYNC = [
  "[<ffffffffa0ae9918>] call_rwsem_down_read_failed+0x18/0x30",
  "[<ffffffffa0235da2>] iterate_supers+0xa2/0x110",
  "[<ffffffffa0269ba4>] sys_sync+0x44/0xb0",
  "[<ffffffffa0c00081>] system_call_fastpath+0x16/0x1b",
  "[<ffffffffffffffff>] 0xffffffffffffffff",
];

async function sitesOf(lines: readonly string[], path = "notes.txt"): Promise<unknown[]> {
  const { tasks } = await evidenceOf([{ path, bytes: bytesOf(`${lines.join("\n")}\n`) }]);
  return tasks.map(({ tid, site }) => [tid, site?.id]);
}

const BOTH = [
  [1, "zap-pid-ns"],
  [45, "s-umount"],
];

/** Ways to say whose stack follows, or whose each line is. */
const HEADERS: Readonly<Record<string, (pid: number, comm: string, stack: readonly string[]) => string[]>> = {
  "a prompt": (pid, _, stack) => [`root@node:~# cat /proc/${pid}/stack`, ...stack],
  "a prompt of bash": (pid, _, stack) => [`[root@wc-0-103 cgroup]# cat /proc/${pid}/stack`, ...stack],
  sudo: (pid, _, stack) => [`$ sudo cat /proc/${pid}/stack | head -50`, ...stack],
  kubectl: (pid, _, stack) => [`$ kubectl exec -it x -- cat /proc/${pid}/stack`, ...stack],
  "set -x": (pid, _, stack) => [`+ cat /proc/${pid}/stack`, ...stack],
  "a folder in the prompt": (pid, _, stack) => [`root@node:/proc/${pid}# cat stack`, ...stack],
  "a folder's name in the prompt": (pid, _, stack) => [`[root@node ${pid}]# cat stack`, ...stack],
  tail: (pid, _, stack) => [`==> /proc/${pid}/stack <==`, ...stack, ""],
  "a heading": (pid, _, stack) => [`== /proc/${pid}`, ...stack],
  "a heading of the file": (pid, _, stack) => [`=== /proc/${pid}/stack ===`, ...stack],
  "a folder's path": (pid, _, stack) => [`/proc/${pid}:`, ...stack, ""],
  "a thread's path": (pid, _, stack) => [`## /proc/${pid}/task/${pid}/stack`, ...stack],
  "a number": (pid, _, stack) => [String(pid), ...stack],
  "a row of ps": (pid, comm, stack) => [`${pid}\tDs\t${comm}`, ...stack],
  words: (pid, comm, stack) => [`PID: ${pid} COMM: ${comm}`, ...stack],
  "the name in parentheses": (pid, comm, stack) => [`PID ${pid} (${comm}), state D`, ...stack],
  "TID of a tool": (pid, _, stack) => [`TID ${pid}:`, ...stack],
  "grep -r": (pid, _, stack) => stack.map((line) => `/proc/${pid}/stack:${line}`),
  psn: (pid, comm, stack) => stack.map((line) => `(${comm})  ${pid}  ${pid} ${line}`),
};

/** What a listing does to all lines of a text. */
const CLOTHES: Readonly<Record<string, (lines: readonly string[]) => string[]>> = {
  nothing: (lines) => [...lines],
  "numbers that touch": (lines) => lines.map((line, at) => `${at + 1}${line}`),
  "numbers of nl": (lines) => lines.map((line, at) => `${String(at + 1).padStart(6)}\t${line}`),
  "numbers with colons": (lines) => lines.map((line, at) => `${at + 1}: ${line}`),
  "a mail": (lines) => lines.map((line) => `> ${line}`),
  "a mail in a mail": (lines) => lines.map((line) => `>> ${line}`),
  HTML: (lines) => [
    "<pre><code>",
    ...lines.map((line) => line.replaceAll("<", "&lt;").replaceAll(">", "&gt;")),
    "</code></pre>",
  ],
  Markdown: (lines) => ["Here:", "", "```console", ...lines, "```"],
  "carriage returns": (lines) => lines.map((line) => `${line}\r`),
};

const dressed = (cloth: string, lines: readonly string[]): string[] => CLOTHES[cloth]?.(lines) ?? [];
const headed = (header: string): string[] => [
  ...(HEADERS[header]?.(1, "sh", INIT) ?? []),
  ...(HEADERS[header]?.(45, "sync", SYNC) ?? []),
];

describe("stacks pasted together", () => {
  it.each(Object.keys(HEADERS))("are told apart by %s", async (header) => {
    expect(await sitesOf(headed(header))).toEqual(BOTH);
  });

  // A line's own path or columns stand at its beginning, and a lone number is none behind another one.
  const AT_FRONT = new Set(["grep -r", "psn", "a number", "a row of ps", "a folder's path"]);
  const inClothes = Object.keys(HEADERS).filter((header) => !AT_FRONT.has(header));

  it.each(Object.keys(CLOTHES))("are read in the clothes of %s", async (cloth) => {
    for (const header of ["a prompt", "a prompt of bash"])
      expect(await sitesOf(dressed(cloth, headed(header)))).toEqual(BOTH);
  });

  it("are read however they are headed and dressed", async () => {
    const commands = inClothes.filter((header) => /prompt|sudo|kubectl/.test(header));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...commands),
        fc.constantFrom(...Object.keys(CLOTHES)),
        async (header, cloth) => {
          expect(await sitesOf(dressed(cloth, headed(header))), `${header}, ${cloth}`).toEqual(BOTH);
        },
      ),
      { numRuns: 80 },
    );
  });

  it("end where an entry frame is followed by another, without anything between", async () => {
    expect(await sitesOf([...INIT, ...SYNC])).toEqual([
      [undefined, "zap-pid-ns"],
      [undefined, "s-umount"],
    ]);
    expect(await sitesOf([...OLD_SYNC, ...INIT, ...OLD_SYNC])).toHaveLength(3);
    // The last line of the first was not pasted whole.
    expect(
      await sitesOf([...SYNC.slice(0, -1), "[<0>] entry_SYSCALL_64_after_", "prose", ...INIT]),
    ).toHaveLength(2);
  });

  it("of one command with several paths are in the order of the paths", async () => {
    expect(await sitesOf(["$ cat /proc/1/stack /proc/45/stack", ...INIT, ...SYNC])).toEqual(BOTH);
    // One of them printed nothing: nobody knows which.
    const unknown = await sitesOf(["$ cat /proc/1/stack /proc/45/stack /proc/46/stack", ...INIT, ...SYNC]);
    expect(unknown.map((one) => (one as unknown[])[0])).toEqual([undefined, undefined]);
    // What a pattern shows is not that of the command before.
    expect(await sitesOf(["$ cat /proc/45/stack", "$ cat /proc/*/stack", ...INIT])).toEqual([
      [45, undefined],
      [undefined, "zap-pid-ns"],
    ]);
  });

  it("have listings of namespaces between them", async () => {
    const listing = [
      "1dr-x--x--x 2 root root 0 6 11 10:08 .",
      "2lrwxrwxrwx 1 root root 0 6 11 10:08 mnt",
      "3lrwxrwxrwx 1 root root 0 6 11 10:08 net",
      "4lrwxrwxrwx 1 root root 0 6 11 10:08 pid -> pid:[4026536204]",
      "5lrwxrwxrwx 1 root root 0 6 11 10:08 user -> user:[4026531837]",
    ];
    expect(kindsOf("ns.txt", listing.join("\n"))).toEqual(["proc-ns"]);
    const text = [
      ...dressed("numbers that touch", INIT),
      "",
      "prose",
      "",
      ...listing,
      "",
      ...dressed("numbers that touch", SYNC),
    ];
    const { tasks } = await evidenceOf([{ path: "a.txt", bytes: bytesOf(text.join("\n")) }]);
    expect(
      tasks.map(({ site, namespaces }) => [site?.id, namespaces?.get("net"), namespaces?.get("pid")]),
    ).toEqual([
      ["zap-pid-ns", undefined, undefined],
      [undefined, "gone", 4026536204],
      ["s-umount", undefined, undefined],
    ]);
  });

  it("are no part of what merely speaks of a pid", async () => {
    expect(kindsOf("a.txt", "PID 7 was killed\n== /proc/7\nand then nothing\n")).toEqual([]);
    expect(await sitesOf(["see /proc/1/stack and /proc/45/stack", ...SYNC])).toEqual([
      [undefined, "s-umount"],
    ]);
  });
});

describe("stacks of all threads of a process, shown by one pattern", () => {
  it("are of that process, whichever thread each is of", async () => {
    const shown = ["$ cat /proc/6601/stack", "$ sudo cat /proc/6601/task/*/stack", ...SYNC, ...INIT];
    const { tasks } = await evidenceOf([{ path: "notes.txt", bytes: bytesOf(`${shown.join("\n")}\n`) }]);
    const told = tasks.filter(({ stack }) => (stack?.frames.length ?? 0) > 0);
    expect(told.map(({ pid, tid, site }) => [pid, tid, site?.id])).toEqual([
      [6601, undefined, "s-umount"],
      [6601, undefined, "zap-pid-ns"],
    ]);
  });
});
