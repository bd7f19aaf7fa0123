import { describe, expect, it } from "vitest";
import { analyzeFiles, findingOf, verdictsOf } from "../case.ts";
import { filesOf, passing, replaced } from "./hang-case.ts";

/** What an engineer pastes: prompts, numbered lines, addresses, and no more than the stacks that he looked at. */
const paste = (pid: number, frames: readonly string[]): string =>
  [
    `[root@node-103 ~]# cat /proc/${pid}/stack`,
    ...frames.map(
      (frame, i) => `${i + 2}[<ffffffffa00${(40_000 + 3217 * i).toString(16)}>] ${frame}+0x66/0x120`,
    ),
    "[<ffffffffffffffff>] 0xffffffffffffffff",
    "",
  ].join("\n");
const INIT = paste(291967, [
  "do_wait",
  "kernel_wait4",
  "SyS_wait4",
  "zap_pid_ns_processes",
  "do_exit",
  "get_signal",
]);
const SYNC = paste(362091, ["call_rwsem_down_read_failed", "iterate_supers", "sys_sync", "do_syscall_64"]);
const TRUNCATE = paste(362091, [
  "__ceph_do_pending_vmtruncate",
  "__ceph_setattr",
  "ceph_setattr",
  "do_truncate",
  "SyS_open",
]);
const LINKS = `$ ls -l /proc/362091/ns
${["cgroup", "ipc", "mnt", "net"].map((kind) => `lrwxrwxrwx 1 root root 0 Jun 11 10:08 ${kind}`).join("\n")}
lrwxrwxrwx 1 root root 0 Jun 11 10:08 pid -> pid:[4026536204]
lrwxrwxrwx 1 root root 0 Jun 11 10:08 user -> user:[4026531837]
`;

describe("a container that can't be killed, as it was pasted", () => {
  it("names the sync as what may keep it", async () => {
    const report = await analyzeFiles({ "paste.txt": `${INIT}\n${SYNC}` });
    expect(findingOf(report, "proc/pid-namespace-zap-hang").summary).toContain("pid 291967 → pid 362091");
    expect(verdictsOf(report, "proc/s6-sync")).toEqual(["possible"]);
  });

  it("takes no unresolved link for proof that a network namespace is gone", async () => {
    const report = await analyzeFiles({ "paste.txt": `${INIT}\n${TRUNCATE}\n${LINKS}` });
    const finding = findingOf(report, "proc/ceph-truncate-netns-gone");
    expect(finding.verdict).toBe("possible");
    expect(finding.missing.map(({ command }) => command).join("\n")).toContain("lsns -t net");
    expect(verdictsOf(report, "proc/ceph-cluster-unreachable")).toEqual(["possible"]);
  });
});

describe("what a Ceph mount's network namespace is known by", () => {
  const files = filesOf("test/fixtures/hangs/ceph-netns");
  const verdict = async (changed: Record<string, string>) => [
    ...new Set(verdictsOf(await analyzeFiles(changed), "proc/ceph-truncate-netns-gone")),
  ];

  it("rules the cause out where a process that lives holds it, or where it is the host's", async () => {
    expect(await verdict(replaced(files, "net:[4026536207]", "net:[4026535090]"))).toEqual(["ruled-out"]);
    expect(await verdict(replaced(files, "net:[4026536207]", "net:[4026531956]"))).toEqual(["ruled-out"]);
  });

  it("is not believed of a listing of a few processes", async () => {
    const few = {
      ...files,
      "b/ns.txt": (files["b/ns.txt"] ?? "")
        .split(/^(?===> )/m)
        .slice(0, 3)
        .join(""),
    };
    expect(await verdict(few)).toEqual(["likely"]);
  });
});

describe("a container that was paused", () => {
  it("is no finding, frozen as it is", async () => {
    const report = await analyzeFiles(passing(filesOf("samples/frozen-cgroup/bundle")));
    expect(report.findings).toEqual([]);
  });
});
