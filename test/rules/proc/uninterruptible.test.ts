import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf as fixture } from "../../procstack/fixtures.ts";
import { AT_REST, INIT, NFS_READER, UMOUNT, hungLog, procFiles } from "./tasks.ts";

const RULE = "proc/uninterruptible";
const { killed: _, ...READER } = NFS_READER;
const BLOCKED = { ...READER, nspid: [501], namespace: 4026531836 };

describe(RULE, () => {
  it("is seen where the kernel reported the task as hung, and says what to do", async () => {
    const files = { ...procFiles("b", [BLOCKED, ...AT_REST]), "b/dmesg": hungLog(BLOCKED) };
    const finding = findingOf(await analyzeFiles(files), RULE);
    expect(finding).toMatchObject({ kind: "symptom", subject: { kind: "nfs-wait", name: "nfs" } });
    expect(finding.summary).toBe(
      "reader (501) waits for an answer of the NFS server, in rpc_wait_bit_killable (nfs). The kernel reported reader (501) as hung.",
    );
    expect(finding.remedy[0]).toContain("umount -f");
  });

  it("is seen where the task was killed, or a container's end waits for it", async () => {
    expect(verdictsOf(await analyzeFiles(procFiles("b", [NFS_READER])), RULE)).toEqual(["confirmed"]);
    const awaited = findingOf(await analyzeFiles(procFiles("b", [INIT, READER])), RULE);
    expect(awaited.summary).toContain("The end of a pid namespace waits for reader (501).");
  });

  it("is seen in a kernel log alone", async () => {
    const finding = findingOf(await analyzeFiles({ "dmesg.txt": hungLog(BLOCKED) }), RULE);
    expect(finding.summary).toContain("reader (501) waited for an answer of the NFS server");
    expect(finding.title).toBe("tasks are stuck in the kernel (when the log was written)");
    expect(finding.missing[0]?.command).toContain("/proc/[0-9]*/stack");
  });

  it("is seen where two readings that are apart show one place, but for places where busy programs are", async () => {
    const twice = (task: typeof BLOCKED) => ({
      ...procFiles("b/before", [task]),
      ...procFiles("b/after", [task]),
    });
    expect(verdictsOf(await analyzeFiles(twice(BLOCKED)), RULE)).toEqual(["confirmed"]);
    const fsync = { ...BLOCKED, stack: ["jbd2_log_wait_commit", "ext4_sync_file", "do_fsync"] };
    expect((await analyzeFiles(twice(fsync))).findings).toEqual([]);
  });

  it("follows a lock to its holder", async () => {
    const sync = {
      ...UMOUNT,
      pid: 301,
      comm: "sync",
      stack: ["super_lock", "__iterate_supers", "ksys_sync"],
    };
    const files = { ...procFiles("b", [sync, UMOUNT]), "b/dmesg": hungLog(sync) };
    expect(findingOf(await analyzeFiles(files), RULE).summary).toContain(
      "The chain: sync (301) → umount (300)",
    );
  });

  it("is not seen where a task is there for a moment, as far as is known", async () => {
    expect((await analyzeFiles(procFiles("b", [BLOCKED, UMOUNT, ...AT_REST]))).findings).toEqual([]);
  });

  it("is not seen of idle kernel threads, of races between two reads, of unreadable stacks, of the reader itself", async () => {
    const tasks = [
      ...AT_REST,
      { pid: 90, comm: "cat", state: "R", stack: ["proc_pid_stack", "proc_single_show", "vfs_read"] },
      { pid: 91, comm: "python3", state: "D" },
      { pid: 92, comm: "bash", state: "S", stack: ["wait_woken", "n_tty_read", "tty_read"] },
      { pid: 93, comm: "nginx", state: "D", stack: ["ep_poll", "do_epoll_wait"] },
    ] as const;
    expect((await analyzeFiles(procFiles("b", tasks))).findings).toEqual([]);
  });

  it("is not seen of a log from before the last boot", async () => {
    const log = `${hungLog(BLOCKED)}[    0.000000] Linux version 6.1.0 (x@y) #1 SMP\n`;
    expect(verdictsOf(await analyzeFiles({ ...procFiles("b", [BLOCKED]), "b/dmesg": log }), RULE)).toEqual(
      [],
    );
  });

  it("keeps to the task that was reported: another of its number is another", async () => {
    const files = { ...procFiles("b", [{ ...BLOCKED, comm: "nginx" }]), "b/dmesg": hungLog(BLOCKED) };
    expect(verdictsOf(await analyzeFiles(files), RULE)).toEqual([]);
  });

  it("is seen in real files of a FUSE reader that was killed", async () => {
    const files = Object.fromEntries(fixture("fuse").map(({ path, bytes }) => [path, bytes]));
    expect(findingOf(await analyzeFiles(files), RULE).subject).toMatchObject({ name: "fuse" });
  });

  it("takes folders of two pods for no two readings of one task", async () => {
    const stack =
      "[<0>] request_wait_answer+0x1/0x2 [fuse]\n[<0>] fuse_simple_request+0x1/0x2 [fuse]\n[<0>] fuse_statfs+0x1/0x2 [fuse]\n";
    const verdicts = async (one: string, other: string) =>
      verdictsOf(
        await analyzeFiles({ [`b/${one}/proc/7/stack`]: stack, [`b/${other}/proc/7/stack`]: stack }),
        RULE,
      );
    expect(await verdicts("stacks-1", "stacks-2")).toEqual(["confirmed"]);
    expect(await verdicts("pod-1", "pod-2")).toEqual([]);
    expect(await verdicts("web-1", "web-2")).toEqual([]);
  });
});
