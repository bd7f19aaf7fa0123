import { describe, expect, it } from "vitest";
import {
  parseCgroup,
  parseCmdline,
  parseComm,
  parseNamespaces,
  parseStat,
  parseStatus,
  parseWchan,
  procPath,
} from "../../src/procstack/index.ts";
import { textOf } from "./fixtures.ts";

const POD = "0f7e5ddb-30b1-4b56-9ad5-3c8ab9c9c0a1";
const CONTAINER = "10f0451e1345f5028f636e2b09c9f8204e55a01f5f09f2e57de3c17d3f93f492";

describe("parseStatus", () => {
  it("reads a real one", () => {
    const status = parseStatus(textOf("zap-sync/proc/20952/status"));
    expect(status).toMatchObject({
      name: "sync",
      state: { letter: "D", words: "disk sleep" },
      pid: 20952,
      ppid: 20951,
      tgid: 20952,
      tracerPid: 0,
      nspid: [20952, 2],
      threads: 1,
      sigPnd: "0000000000000100",
      shdPnd: "0000000000000100",
      killPending: true,
      kernelThread: false,
      coreDumping: false,
      diagnostics: [],
    });
    expect(status.lines).toMatchObject({ name: 1, state: 3, nspid: 14 });
  });

  it("knows SIGKILL among other signals, and its absence", () => {
    expect(parseStatus("State:\tS\nPid:\t1\nShdPnd:\t0000000000014102\n").killPending).toBe(true);
    expect(parseStatus("State:\tS\nPid:\t1\nShdPnd:\t0000000000014002\nSigPnd:\t0\n").killPending).toBe(
      false,
    );
    expect(parseStatus("State:\tS\nPid:\t1\n")).not.toHaveProperty("killPending");
  });

  it("leaves out what an old kernel doesn't say, and mentions what is cut", () => {
    const old = parseStatus("Name:\tbash\nState:\tS (sleeping)\nTgid:\t7\nPid:\t7\nPPid:\t1\n");
    expect(old).not.toHaveProperty("nspid");
    expect(old).not.toHaveProperty("kernelThread");
    expect(old.diagnostics).toEqual([]);
    expect(parseStatus("Name:\tbash\nSta").diagnostics[0]?.code).toBe("status-cut");
    expect(parseStatus("").diagnostics[0]?.effect).toBe("unread");
    expect(parseStatus(String.raw`Name:	a\nb\\c`).name).toBe("a\nb\\c");
  });
});

describe("parseNamespaces", () => {
  it("reads a listing of a living and of a dying task", () => {
    const living = parseNamespaces(textOf("zap-sync/proc/20952/ns"));
    expect(living.links.get("pid")).toBe(4026532336);
    expect(living.links.get("mnt")).toBe(4026532335);
    expect(living.links.size).toBe(10);
    const dying = parseNamespaces(textOf("zap-sync/proc/20951/ns"));
    expect([...dying.links].filter(([, link]) => link !== "gone")).toEqual([
      ["pid", 4026532336],
      ["user", 4026531837],
    ]);
    expect(dying.links.get("pid_for_children")).toBe("gone");
    expect(dying.lines.get("pid")).toBe(14);
    expect(dying.diagnostics).toEqual([]);
  });

  it.each([
    ["ls quotes", "lrwxrwxrwx 1 root root 0 Nov 22 02:21 pid -> 'pid:[4026532278]'"],
    ["a dot of SELinux", "lrwxrwxrwx. 1 root root 0 Nov 22 02:21 pid -> pid:[4026532278]"],
    ["a full path", "lrwxrwxrwx 1 root root 0 Nov 22 02:21 /proc/12/ns/pid -> 'pid:[4026532278]'"],
    ["readlink", "pid:[4026532278]"],
    ["a named readlink", "/proc/12/ns/pid: pid:[4026532278]"],
    ["columns", "pid  pid:[4026532278]"],
  ])("reads %s", (_, text) => {
    expect([...parseNamespaces(text).links]).toEqual([["pid", 4026532278]]);
  });

  it("keeps a child's namespace apart from the task's own", () => {
    const { links } = parseNamespaces("l pid -> pid:[1]\nl pid_for_children -> pid:[2]\n");
    expect([...links]).toEqual([
      ["pid", 1],
      ["pid_for_children", 2],
    ]);
  });

  it("doesn't take a refusal for a namespace that is gone", () => {
    const refused = parseNamespaces(
      "ls: cannot read symbolic link '/proc/1/ns/net': Permission denied\nlrwxrwxrwx 1 root root 0 Nov 22 02:21 net\n",
    );
    expect(refused.links.size).toBe(0);
    expect(refused.diagnostics).toMatchObject([{ effect: "unread", code: "ns-refused", line: 1 }]);
  });
});

describe("parseStat", () => {
  it("splits at the last parenthesis", () => {
    const stat = parseStat(
      "12 (a) b) (\nc) D 1 12 12 0 -1 4194564 265 0 0 0 0 0 0 0 20 0 1 0 71198 4575232 623 18446744073709551615 0 0 0 0 0 0 0 6 0 1 0 0 17 1 0 0 9 0 0 0 0 0 0 0 0 0 0\n",
    );
    expect(stat).toMatchObject({
      pid: 12,
      comm: "a) b) (\nc",
      state: "D",
      ppid: 1,
      threads: 1,
      startTime: 71198,
    });
    expect(stat).toMatchObject({ exiting: true, kernelThread: false, blockIoTicks: 9, diagnostics: [] });
  });

  it("knows kernel threads and the exiting by their flags", () => {
    expect(parseStat(textOf("zap-sync/proc/36/stat"))).toMatchObject({
      comm: "kworker/u8:2+loop1",
      kernelThread: true,
    });
    expect(parseStat(textOf("zap-sync/proc/20951/stat"))).toMatchObject({
      exiting: true,
      kernelThread: false,
    });
    expect(parseStat(textOf("zap-sync/proc/20952/stat"))).toMatchObject({ exiting: false });
  });

  it("says what it misses", () => {
    expect(parseStat("12 (sh) S 1 1").diagnostics).toMatchObject([{ effect: "partial", code: "stat-cut" }]);
    expect(parseStat("12 sh S").diagnostics).toMatchObject([{ effect: "unread" }]);
  });
});

describe("parseCgroup", () => {
  it.each([
    ["v1", `4:memory:/kubepods/burstable/pod${POD}/${CONTAINER}`],
    [
      "systemd",
      `4:memory:/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD.replaceAll("-", "_")}.slice/cri-containerd-${CONTAINER}.scope`,
    ],
    ["v2", `0::/kubepods.slice/kubepods-pod${POD.replaceAll("-", "_")}.slice/crio-${CONTAINER}.scope`],
    ["containerd under systemd v1", `1:name=systemd:/kubepods-pod${POD}.slice:cri-containerd:${CONTAINER}`],
  ])("reads %s", (_, line) => {
    expect(parseCgroup(`12:pids:/\n${line}\n`)).toMatchObject({
      containerId: CONTAINER,
      podUid: POD,
      line: 2,
      diagnostics: [],
    });
  });

  it("takes the innermost container, and none where the task has left or is the host's", () => {
    const inner = "a".repeat(64);
    expect(parseCgroup(`4:memory:/docker/${CONTAINER}/docker/${inner}`).containerId).toBe(inner);
    const host = parseCgroup("4:cpu,cpuacct:/\n0::/../..\n1:name=systemd:/system.slice/docker.service\n");
    expect(host).not.toHaveProperty("containerId");
    expect(host.entries[0]).toEqual({ hierarchy: 4, controllers: ["cpu", "cpuacct"], path: "/", line: 1 });
    expect(parseCgroup("nothing").diagnostics).toMatchObject([{ effect: "unread" }]);
  });
});

describe("files of one word", () => {
  it("reads wchan", () => {
    expect(parseWchan("percpu_rwsem_wait")).toBe("percpu_rwsem_wait");
    expect(parseWchan("0")).toBeUndefined();
    expect(parseWchan("do_wait[root@node ~]# cat")).toBe("do_wait");
  });

  it("reads comm and cmdline", () => {
    expect(parseComm("a b\n")).toBe("a b");
    expect(parseComm("")).toBeUndefined();
    expect(parseCmdline("sh\0-c\0\0")).toEqual(["sh", "-c", ""]);
    expect(parseCmdline("")).toEqual([]);
    expect(parseCmdline("umount mB ")).toEqual(["umount mB"]);
  });
});

describe("procPath", () => {
  it.each([
    ["node/proc/12/stack", { file: "stack", pid: 12, tid: 12, form: "proc" }],
    ["proc/12/task/13/wchan", { file: "wchan", pid: 12, tid: 13, form: "proc" }],
    ["12/status", { file: "status", pid: 12, tid: 12, form: "pid" }],
    ["proc/12/ns/pid", { file: "ns", pid: 12, tid: 12, form: "proc" }],
    ["b/stack_12.txt", { file: "stack", pid: 12, tid: 12, form: "name" }],
    ["12.stack", { file: "stack", pid: 12, tid: 12, form: "name" }],
  ])("%s", (path, found) => {
    expect(procPath(path)).toEqual(found);
  });

  it.each([
    "proc/stack",
    "proc/12/smaps_rollup",
    "stack.txt",
    "proc/self/stack",
    "2021/goroutine-stacks.log",
  ])("not %s", (path) => {
    expect(procPath(path)).toBeUndefined();
  });
});
