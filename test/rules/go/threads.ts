import type { DumpedGoroutine } from "./dump.ts";

/** A goroutine in a call that doesn't return. */
export const STUCK_CALL: DumpedGoroutine = {
  state: "syscall",
  minutes: 40,
  frames: ["syscall.Syscall6", "syscall.openat", "os.OpenFile", "main.fetch", "main.serve"],
};

/** One that was locked to its thread and waits. */
export const LOCKED: DumpedGoroutine = {
  state: "chan receive",
  minutes: 40,
  locked: true,
  frames: ["main.(*netns).run"],
  createdBy: "main.inNamespace",
};

/** A lookup through the C library. */
export const LOOKUP: DumpedGoroutine = {
  state: "syscall",
  frames: ["net._C2func_getaddrinfo", "net.cgoLookupIPCNAME.func1", "net.cgoLookupIPCNAME"],
};

/** The status file of a process. */
export const status = (pid: number, name: string, threads: number): string =>
  [
    `Name:\t${name}`,
    "State:\tS (sleeping)",
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    "PPid:\t1",
    "TracerPid:\t0",
    `Threads:\t${threads}`,
    "",
  ].join("\n");
