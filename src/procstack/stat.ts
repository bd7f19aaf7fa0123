import type { Diagnostic } from "../bytes/index.ts";
import { defined } from "./defined.ts";

/** What `/proc/PID/stat` adds to or repeats of `status` (proc_pid_stat(5); field numbers count from 1). */
export interface StatFile {
  readonly pid?: number;
  /** The command name; it may hold spaces, parentheses and newlines. */
  readonly comm?: string;
  /** Field 3. */
  readonly state?: string;
  readonly ppid?: number;
  /** Field 9: `PF_…` bits. */
  readonly flags?: number;
  /** `PF_KTHREAD`. */
  readonly kernelThread?: boolean;
  /** `PF_EXITING`: it is dying, however long that takes. */
  readonly exiting?: boolean;
  /** Field 20. */
  readonly threads?: number;
  /** Field 22: clock ticks after boot. */
  readonly startTime?: number;
  /** Field 42: clock ticks spent waiting for block I/O. */
  readonly blockIoTicks?: number;
  readonly diagnostics: readonly Diagnostic[];
}

const PF_EXITING = 0x4;
const PF_KTHREAD = 0x200000;

/** Reads `/proc/PID/stat`, which is split at its *last* closing parenthesis: the command name may hold any. */
export function parseStat(text: string): StatFile {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  const pid = /^\s*(\d+)\s*$/.exec(text.slice(0, Math.max(open, 0)))?.[1];
  if (open === -1 || close < open || pid === undefined) {
    const message = "no stat line of a task: it would begin with a pid and a name in parentheses";
    return { diagnostics: [{ effect: "unread", code: "stat-form", message }] };
  }
  const fields = text
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const field = (number: number): string | undefined => fields[number - 3];
  const count = (number: number): number | undefined => {
    const value = field(number);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const state = field(3);
  const flags = count(9);
  const diagnostics: Diagnostic[] = [];
  if (count(22) === undefined)
    diagnostics.push({
      effect: "partial",
      code: "stat-cut",
      message: "the stat line ends before its 22nd field",
    });
  return defined({
    pid: Number(pid),
    comm: text.slice(open + 1, close),
    state: state !== undefined && /^[A-Za-z]$/.test(state) ? state : undefined,
    ppid: count(4),
    flags,
    kernelThread: flags === undefined ? undefined : (flags & PF_KTHREAD) !== 0,
    exiting: flags === undefined ? undefined : (flags & PF_EXITING) !== 0,
    threads: count(20),
    startTime: count(22),
    blockIoTicks: count(42),
    diagnostics,
  });
}
