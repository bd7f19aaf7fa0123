import type { Frame, GoroutineGroup } from "./goroutine-set.ts";
import { isPlumbing } from "./user-frames.ts";

/** What a goroutine waits for, by the function of Go's that waits, in the words of the runtime's states. */
const BY_FUNC: ReadonlyMap<string, string> = new Map([
  ["runtime.chansend", "chan send"],
  ["runtime.chansend1", "chan send"],
  ["runtime.chanrecv", "chan receive"],
  ["runtime.chanrecv1", "chan receive"],
  ["runtime.chanrecv2", "chan receive"],
  ["runtime.selectgo", "select"],
  ["runtime.block", "select (no cases)"],
  ["runtime.netpollblock", "IO wait"],
  ["internal/poll.runtime_pollWait", "IO wait"],
  ["time.Sleep", "sleep"],
  ["sync.runtime_notifyListWait", "sync.Cond.Wait"],
  ["sync.runtime_SemacquireMutex", "sync.Mutex.Lock"],
  ["internal/sync.runtime_SemacquireMutex", "sync.Mutex.Lock"],
  ["sync.runtime_SemacquireRWMutexR", "sync.RWMutex.RLock"],
  ["sync.runtime_SemacquireRWMutex", "sync.RWMutex.Lock"],
  ["sync.runtime_SemacquireWaitGroup", "sync.WaitGroup.Wait"],
  ["runtime.cgocall", "syscall"],
  ["runtime.notetsleepg", "syscall"],
]);

const SEMACQUIRE = /^(?:sync|internal\/sync|internal\/poll)\.runtime_Semacquire/;
const SYSCALL = /(?:^|\/)syscall\.(?:Raw)?[Ss]yscall/;
const RWMUTEX = /^sync\.\(\*RWMutex\)\.(R?Lock)$/;

/** Marks inside a state that only debug=2 tells, and that are no other way to wait. */
const STATE_MARK = / \((?:nil chan|synctest)\)$/;

/**
 * What a group waits for, in the same words whatever form and version of Go it came from: `chan send`, `select`,
 * `sync.Mutex.Lock`, `IO wait`, `syscall`, …; `running` and `runnable` for those that don't wait. `undefined` where
 * nothing tells, as for channels in debug=1, which leaves out the runtime's frames.
 */
export function waitReason({ state, frames }: Pick<GoroutineGroup, "state" | "frames">): string | undefined {
  if (state === undefined) return reasonOf(frames);
  // Until Go 1.20 or so all semaphores had one state.
  if (state === "semacquire") return reasonOf(frames) ?? state;
  return state.replace(STATE_MARK, "");
}

function reasonOf(frames: readonly Frame[]): string | undefined {
  for (const [index, { func }] of frames.entries()) {
    if (!isPlumbing(func)) return undefined;
    const reason = BY_FUNC.get(func);
    // Before it had a semaphore of its own, RWMutex used that of Mutex.
    const method =
      reason === "sync.Mutex.Lock" ? RWMUTEX.exec(frames[index + 1]?.func ?? "")?.[1] : undefined;
    if (method !== undefined) return `sync.RWMutex.${method}`;
    if (reason !== undefined) return reason;
    if (SEMACQUIRE.test(func)) return "semacquire";
    if (SYSCALL.test(func)) return "syscall";
  }
  return undefined;
}
