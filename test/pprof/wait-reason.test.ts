import { describe, expect, it } from "vitest";
import { parseGoroutineText, userFrames, waitReason } from "../../src/pprof/index.ts";
import { gunzipped } from "./fixtures.ts";

const frames = (...funcs: string[]) => funcs.map((func) => ({ func, inlined: false }));

/** How many goroutines of a dump wait for what. */
const counts = (name: string) => {
  const reasons: Record<string, number> = {};
  for (const group of parseGoroutineText(gunzipped(name)).groups) {
    const reason = waitReason(group) ?? "";
    reasons[reason] = (reasons[reason] ?? 0) + group.count;
  }
  return reasons;
};

describe("waitReason", () => {
  it.each([
    ["chan send", ["runtime.gopark", "runtime.chansend", "runtime.chansend1", "main.leak"]],
    ["chan receive", ["runtime.gopark", "runtime.chanrecv", "runtime.chanrecv2", "main.leak"]],
    ["select", ["runtime.gopark", "runtime.selectgo", "main.loop"]],
    ["select (no cases)", ["runtime.gopark", "runtime.block", "main.main"]],
    [
      "semacquire",
      [
        "runtime.gopark",
        "runtime.semacquire1",
        "sync.runtime_Semacquire",
        "sync.(*WaitGroup).Wait",
        "main.f",
      ],
    ],
    ["semacquire", ["runtime.gopark", "runtime.semacquire1", "internal/poll.runtime_Semacquire", "main.f"]],
    [
      "sync.WaitGroup.Wait",
      ["runtime.gopark", "sync.runtime_SemacquireWaitGroup", "sync.(*WaitGroup).Wait", "main.f"],
    ],
    [
      "sync.Mutex.Lock",
      ["sync.runtime_SemacquireMutex", "sync.(*Mutex).lockSlow", "sync.(*Mutex).Lock", "main.f"],
    ],
    [
      "sync.Mutex.Lock",
      ["internal/sync.runtime_SemacquireMutex", "internal/sync.(*Mutex).lockSlow", "main.f"],
    ],
    [
      "sync.Mutex.Lock",
      ["sync.runtime_SemacquireMutex", "sync.(*Mutex).Lock", "sync.(*RWMutex).Lock", "main.f"],
    ],
    ["sync.RWMutex.RLock", ["sync.runtime_SemacquireMutex", "sync.(*RWMutex).RLock", "main.f"]],
    ["sync.RWMutex.Lock", ["sync.runtime_SemacquireMutex", "sync.(*RWMutex).Lock", "main.f"]],
    ["sync.RWMutex.RLock", ["sync.runtime_SemacquireRWMutexR", "sync.(*RWMutex).RLock", "main.f"]],
    ["sync.RWMutex.Lock", ["sync.runtime_SemacquireRWMutex", "sync.(*RWMutex).Lock", "main.f"]],
    ["sync.Cond.Wait", ["runtime.gopark", "sync.runtime_notifyListWait", "sync.(*Cond).Wait", "main.f"]],
    ["IO wait", ["runtime.gopark", "runtime.netpollblock", "internal/poll.runtime_pollWait", "main.f"]],
    ["IO wait", ["internal/poll.runtime_pollWait", "internal/poll.(*FD).Read", "main.f"]],
    ["sleep", ["runtime.gopark", "time.Sleep", "main.f"]],
    ["syscall", ["syscall.Syscall", "syscall.read", "main.f"]],
    ["syscall", ["syscall.RawSyscall6", "main.f"]],
    ["syscall", ["runtime/internal/syscall.Syscall6", "syscall.RawSyscall6", "main.f"]],
    ["syscall", ["internal/runtime/syscall.Syscall6", "syscall.RawSyscall6", "main.f"]],
    ["syscall", ["runtime.cgocall", "main._Cfunc_wait"]],
    ["syscall", ["runtime.notetsleepg", "os/signal.signal_recv"]],
    [undefined, ["main.spin", "runtime.chanrecv1"]],
    [undefined, ["main.leak"]],
    [undefined, []],
  ])("is %s of the leaf frames %j", (reason, funcs) => {
    expect(waitReason({ frames: frames(...funcs) })).toBe(reason);
  });

  it.each([
    ["chan send", "chan send"],
    ["chan receive (nil chan)", "chan receive"],
    ["select (synctest)", "select"],
    ["select (no cases)", "select (no cases)"],
    ["GC worker (idle)", "GC worker (idle)"],
    ["running", "running"],
    ["semacquire", "semacquire"],
  ])("is, of the state %s, %s", (state, reason) => {
    expect(waitReason({ state, frames: frames("main.leak") })).toBe(reason);
  });

  it("tells locks apart that old versions of Go have one state for", () => {
    const state = "semacquire";
    expect(waitReason({ state, frames: frames("sync.runtime_SemacquireMutex", "main.f") })).toBe(
      "sync.Mutex.Lock",
    );
    const shared = {
      "chan send": 50,
      select: 301,
      "IO wait": 100,
      "sync.Mutex.Lock": 70,
      "sync.Cond.Wait": 20,
      sleep: 25,
      syscall: 12,
    };
    expect(counts("go119.sigquit.txt.gz")).toMatchObject({ ...shared, semacquire: 30 });
    expect(counts("go124-strip.sigquit.txt.gz")).toMatchObject({ ...shared, "sync.WaitGroup.Wait": 30 });
  });
});

describe("userFrames", () => {
  it.each([
    ["main.leak", ["runtime.gopark", "runtime.chansend", "runtime.chansend1", "main.leak", "runtime.goexit"]],
    [
      "main.accept",
      [
        "runtime.gopark",
        "internal/poll.(*FD).Accept",
        "net.(*netFD).accept",
        "net.(*TCPListener).Accept",
        "main.accept",
      ],
    ],
    [
      "net/http.(*persistConn).Read",
      ["internal/poll.(*FD).Read", "net.(*netFD).Read", "net.(*conn).Read", "net/http.(*persistConn).Read"],
    ],
    ["main.readThread", ["syscall.Syscall", "syscall.read", "syscall.Read", "main.readThread"]],
    ["os/signal.signal_recv", ["runtime.notetsleepg", "os/signal.signal_recv", "os/signal.loop"]],
    ["net.(*Resolver).goLookupIPCNAMEOrder", ["runtime.selectgo", "net.(*Resolver).goLookupIPCNAMEOrder"]],
    ["runtimes.Wait", ["runtime.gopark", "runtimes.Wait"]],
    ["runtime.bgsweep", ["runtime.gopark", "runtime.goparkunlock", "runtime.bgsweep", "runtime.goexit"]],
    ["runtime.gopark", ["runtime.gopark"]],
  ])("begin at %s", (first, funcs) => {
    const found = userFrames({ frames: frames(...funcs) });
    expect(found[0]?.func).toBe(first);
    expect(found.map(({ func }) => func)).toEqual(funcs.slice(-found.length));
  });

  it("are empty where there is no stack", () => {
    expect(userFrames({ frames: [] })).toEqual([]);
  });
});
