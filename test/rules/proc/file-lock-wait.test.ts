import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, without } from "./hang-case.ts";
import { procFiles } from "./tasks.ts";

const RULE = "proc/file-lock-wait";
const FILES = filesOf("samples/xtables-lock/bundle");

const waiter = (pid: number, comm: string) => ({
  pid,
  comm,
  state: "S" as const,
  stack: ["locks_lock_inode_wait", "__do_sys_flock", "do_syscall_64"],
});

describe(RULE, () => {
  it("counts the waiters of /proc/locks and names the holder", async () => {
    const finding = findingOf(await analyzeFiles(FILES), RULE);
    expect(finding.subject).toMatchObject({ kind: "file-lock", total: 4 });
    expect(finding.summary).toMatch(/^4 processes wait for one lock on a file: .* \(11812\) holds it\.$/);
    expect(finding.missing).toEqual([]);
  });

  it("goes by stacks where the list of locks is missing, and asks for it", async () => {
    const finding = findingOf(await analyzeFiles(without(FILES, /locks$/)), RULE);
    expect(finding.subject).toMatchObject({ total: 4 });
    expect(finding.missing[0]?.command).toContain("/proc/locks");
  });

  it("takes programs of other names for waiters of other locks, and two for a moment", async () => {
    const apart = [waiter(1, "dpkg"), waiter(2, "flock"), waiter(3, "lvm"), waiter(4, "flock")];
    expect(verdictsOf(await analyzeFiles(procFiles("b", apart)), RULE)).toEqual([]);
    const together = [waiter(1, "iptables"), waiter(2, "iptables-restor"), waiter(3, "ip6tables")];
    expect(verdictsOf(await analyzeFiles(procFiles("b", together)), RULE)).toEqual(["confirmed"]);
  });

  it("is not seen in a list of locks that nobody waits for", async () => {
    const locks =
      "1: POSIX  ADVISORY  WRITE 812 08:01:1234 0 EOF\n2: FLOCK  ADVISORY  WRITE 813 08:01:99 0 EOF\n";
    expect((await analyzeFiles({ "b/proc/locks": locks })).findings).toEqual([]);
  });
});
