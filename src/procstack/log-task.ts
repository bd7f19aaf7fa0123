/** The line by which the kernel begins to show a task (`sched_show_task`). */
export interface TaskLine {
  readonly comm: string;
  readonly state: string;
  readonly tid: number;
  /** The process; printed since 6.4 or so. */
  readonly pid?: number;
  readonly ppid?: number;
}

/** 5.10 and later: `task:umount state:D stack:0 pid:20880 tgid:20880 ppid:1 task_flags:0x400100 flags:0x00080001`. */
const LABELLED =
  /^task:(.{0,64}?)\s+state:([A-Za-z])(?:\s+running task)?\s+stack:\s*-?\d+\s+pid:\s*(\d+)(?:\s+tgid:\s*(\d+))?(?:\s+ppid:\s*(-?\d+))?/;
/**
 * Before: name, state, an address or nothing, free stack, pid, parent, flags. The state may touch the next
 * number: `syz-executor1   D21600 12659   3368 0x00000004`.
 */
const COLUMNS =
  /^(\S.{0,63}?)\s+([RSDTtXZPIWK])\s*(?:\s(?:[0-9a-f]{16}|[0-9a-f]{8}|\(null\)|running task)\s+)?(\d+)\s+(\d+)\s+(\d+)\s+0x[0-9a-f]{8}\b/;

/** Longer lines are no such lines; the bound also keeps hostile ones cheap. */
const LONGEST = 400;

/** Reads the line that begins a task's dump, of any kernel. */
export function parseTaskLine(body: string): TaskLine | undefined {
  if (body.length > LONGEST) return undefined;
  const labelled = LABELLED.exec(body);
  if (labelled) {
    const [, comm = "", state = "", tid, pid, ppid] = labelled;
    return {
      comm,
      state,
      tid: Number(tid),
      ...(pid === undefined ? {} : { pid: Number(pid) }),
      ...(ppid === undefined || ppid.startsWith("-") ? {} : { ppid: Number(ppid) }),
    };
  }
  if (!body.includes("0x")) return undefined;
  const columns = COLUMNS.exec(body);
  if (!columns) return undefined;
  const [, comm = "", state = "", , tid, ppid] = columns;
  return { comm, state, tid: Number(tid), ppid: Number(ppid) };
}

/** `INFO: task x:1 blocked for more than 120 seconds.` */
export interface HungLine {
  readonly comm: string;
  readonly tid: number;
  readonly seconds: number;
  /** The newest kernels say whether it waits for I/O. */
  readonly ioWait: boolean;
}

const HUNG = /^INFO: task (.{1,64}):(\d+) blocked (in I\/O wait )?for more than (\d+) seconds/;

export function parseHungLine(body: string): HungLine | undefined {
  const match = HUNG.exec(body);
  if (!match) return undefined;
  const [, comm = "", tid, ioWait, seconds] = match;
  return { comm, tid: Number(tid), seconds: Number(seconds), ioWait: ioWait !== undefined };
}

/** What the kernel says of the lock that a hung task waits for (`debug_show_blocker`, 6.15 and later). */
export interface LockLine {
  readonly waiter: { readonly comm: string; readonly tid: number; readonly as?: "reader" | "writer" };
  readonly lock: "mutex" | "semaphore" | "rw-semaphore";
  /** Absent: the kernel knew the lock and found no owner. */
  readonly owner?: { readonly comm: string; readonly tid: number; readonly as?: "reader" | "writer" };
  /** A semaphore has no owner: this is who took it last. */
  readonly lastHeld: boolean;
}

const LOCK =
  /^INFO: task (.{1,64}):(\d+) (?:<(reader|writer)> )?(?:is )?blocked on an? (mutex|semaphore|rw-semaphore)(?: likely (owned|last held) by task (.{1,64}):(\d+)(?: <(reader|writer)>)?|, but )/;

export function parseLockLine(body: string): LockLine | undefined {
  const match = LOCK.exec(body);
  if (!match) return undefined;
  const [, comm = "", tid, as, lock, how, ownerComm, ownerTid, ownerAs] = match;
  return {
    waiter: { comm, tid: Number(tid), ...role(as) },
    lock: lock as LockLine["lock"],
    ...(ownerComm === undefined
      ? {}
      : { owner: { comm: ownerComm, tid: Number(ownerTid), ...role(ownerAs) } }),
    lastHeld: how === "last held",
  };
}

function role(value: string | undefined): { as?: "reader" | "writer" } {
  return value === undefined ? {} : { as: value as "reader" | "writer" };
}
