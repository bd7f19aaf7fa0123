import { foldSymbol } from "./symbol.ts";

/** The line by which the kernel says that a CPU has not been let go of: a soft lockup, or a hard one, where not even interrupts come through. */
export interface LockupLine {
  readonly kind: "soft" | "hard";
  readonly cpu: number;
  /** Absent for hard ones. */
  readonly seconds?: number;
  readonly comm?: string;
  readonly tid?: number;
}

/** kernel/watchdog.c; `NMI watchdog:` before 4.15, nothing before 3.10. The name may hold colons and brackets. */
const SOFT =
  /^(?:(?:NMI )?watchdog: )?BUG: soft lockup - CPU#(\d{1,5}) stuck for (\d{1,7})s! \[(.{1,64}):(\d{1,7})\]/;
const HARD = /^(?:(?:NMI )?watchdog: )?(?:Watchdog|CPU\d+: Watchdog) detected hard LOCKUP on cpu (\d{1,5})/;

/** Reads the first line of a lockup's report. */
export function parseLockup(body: string): LockupLine | undefined {
  const soft = SOFT.exec(body);
  if (soft) {
    const [, cpu, seconds, comm = "", tid] = soft;
    return { kind: "soft", cpu: Number(cpu), seconds: Number(seconds), comm, tid: Number(tid) };
  }
  const cpu = HARD.exec(body)?.[1];
  return cpu === undefined ? undefined : { kind: "hard", cpu: Number(cpu) };
}

/** The line by which RCU says that its grace period does not end (kernel/rcu/tree_stall.h). */
export interface StallLine {
  /** `rcu_sched`, `rcu_preempt`, `rcu_bh`, `rcu_tasks`. */
  readonly flavour: string;
  readonly how: "self-detected" | "detected" | "expedited" | "kthread-starved";
  readonly cpus: readonly number[];
  /** Tasks that block the grace period themselves. */
  readonly tids: readonly number[];
  /** How long the grace period has lasted, in ticks of the kernel's own clock. */
  readonly jiffies?: number;
  /** How long RCU's own thread has got no CPU. */
  readonly starvedJiffies?: number;
}

const STALL =
  /^(?:rcu: )?INFO: (rcu\w*?)(?:_state)? (self-detected stall on CPU|detected (expedited )?stalls? on (?:CPUs\/tasks|CPU|tasks))\b(.*)$/;
const STARVED = /^(?:rcu: )?(?:INFO: )?(rcu\w*) kthread starved for (\d{1,12}) jiffies!/;
const JIFFIES = /\(?\bt=(\d{1,12}) jiffies|(\d{1,12}) jiffies s: /;
/** `3-....: (5249 ticks this GP)`, on lines of their own since 3.10 or so. */
const STALLED_CPU = /^(?:rcu: )?\s*(\d{1,5})-[.oON!D?\d]{3,6}: \(/;
const BLOCKING = /^(?:rcu: )?\s*Tasks blocked on level-\d+ rcu_node/;
const BLOCKING_TASK = /\bP(\d{1,7})\b/g;

/** Reads the first line of a stall's report, in any of its forms. */
export function parseStall(body: string): StallLine | undefined {
  const [, starved, ticks] = STARVED.exec(body) ?? [];
  if (starved !== undefined)
    return { flavour: starved, how: "kthread-starved", cpus: [], tids: [], starvedJiffies: Number(ticks) };
  const [, flavour, words = "", expedited, rest = ""] = STALL.exec(body) ?? [];
  if (flavour === undefined) return undefined;
  const how = expedited ? "expedited" : words.startsWith("self") ? "self-detected" : "detected";
  return { flavour, how, ...inBraces(rest), ...jiffiesIn(rest) };
}

/** What a further line of a stall's report adds: its CPUs, the tasks that block it, its age. */
export function parseStallDetail(body: string): Partial<Omit<StallLine, "flavour" | "how">> | undefined {
  const starved = STARVED.exec(body)?.[2];
  if (starved !== undefined) return { starvedJiffies: Number(starved) };
  const cpu = STALLED_CPU.exec(body)?.[1];
  if (cpu !== undefined) return { cpus: [Number(cpu)] };
  if (BLOCKING.test(body)) return { tids: tidsIn(body) };
  // `(t=5250 jiffies g=1 q=2)`, `(detected by 2, t=60002 jiffies, g=1, q=2)`
  return /^(?:rcu: )?\s*\((?:detected by \d+, )?t=\d/.test(body) ? jiffiesIn(body) : undefined;
}

/** `{ 3 5}`, `{ P1234 3-...}` and, of 2.6.3x, `3 (t=…)`. */
function inBraces(rest: string): Pick<StallLine, "cpus" | "tids"> {
  const list =
    /^:?\s*\{([^}]{0,400})\}/.exec(rest)?.[1] ??
    /^:?\s+(\d{1,5}(?: \d{1,5})*)(?= \(|$)/.exec(rest)?.[1] ??
    "";
  const cpus = list.split(/\s+/).flatMap((word) => /^(\d{1,5})(?:-[.oON!D?\d]*)?$/.exec(word)?.[1] ?? []);
  return { cpus: cpus.map(Number), tids: tidsIn(list) };
}

const tidsIn = (text: string): number[] => [...text.matchAll(BLOCKING_TASK)].map(([, tid]) => Number(tid));

function jiffiesIn(text: string): { jiffies?: number } {
  const [, t, expedited] = JIFFIES.exec(text) ?? [];
  const jiffies = t ?? expedited;
  return jiffies === undefined ? {} : { jiffies: Number(jiffies) };
}

/** Which CPU and task a report of the kernel is about: `CPU: 3 UID: 0 PID: 123 Comm: kubelet Not tainted 6.1.0 #1`. */
export interface CpuLine {
  readonly cpu: number;
  readonly tid: number;
  readonly comm: string;
}

const CPU_LINE =
  /^CPU: (\d{1,5}) (?:UID: \d+ )?PID: (\d{1,7}) Comm: (.{1,64}?)(?: Kdump: loaded)?(?: Not tainted| Tainted: | \d+\.\d+)/;
/** Of 2.6.32: `Pid: 2512, comm: qemu-kvm Not tainted 2.6.32-431.el6.x86_64 #1`. */
const PID_LINE = /^Pid: (\d{1,7}), comm: (.{1,64}?)(?: Not tainted| Tainted: | \d+\.\d+)/;

export function parseCpuLine(body: string): Partial<CpuLine> | undefined {
  const [, cpu, tid, comm] = CPU_LINE.exec(body) ?? [];
  if (cpu !== undefined && comm !== undefined) return { cpu: Number(cpu), tid: Number(tid), comm };
  const [, pid, name] = PID_LINE.exec(body) ?? [];
  return pid === undefined || name === undefined ? undefined : { tid: Number(pid), comm: name };
}

const NMI = /^NMI backtrace for cpu (\d{1,5})( skipped: idling)?/;

/** Which CPU a backtrace is of; `idle` where the kernel left it out, as nothing runs there. */
export function parseNmiLine(body: string): { cpu: number; idle: boolean } | undefined {
  const [, cpu, idle] = NMI.exec(body) ?? [];
  return cpu === undefined ? undefined : { cpu: Number(cpu), idle: idle !== undefined };
}

/** The instruction pointer as architectures print it: x86 of two eras, i386, arm and arm64, ppc64, s390, riscv. */
const INSTRUCTION =
  /^(?:RIP: [\da-f]{4}:(?:\[<[\da-f]+>\]\s+\[<[\da-f]+>\]\s*)?|EIP is at |EIP: (?:[\da-f]{4}:)?|pc : (?:\[<[\da-f]+>\]\s+\[?)?|PC is at |NIP \[[\da-f]+\] |Krnl PSW : [\da-f]+ [\da-f]+ \(|epc : )([A-Za-z_.][\w.]*)\+0x[\da-f]+/;

/** The function at which a CPU was found; `undefined` for a program's own code, which has no name here. */
export function parseInstruction(body: string): string | undefined {
  const raw = INSTRUCTION.exec(body)?.[1];
  return raw === undefined ? undefined : foldSymbol(raw);
}
