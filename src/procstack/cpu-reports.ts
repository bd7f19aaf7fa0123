import { defined } from "./defined.ts";
import { parseFrame } from "./frame.ts";
import {
  type LockupLine,
  parseCpuLine,
  parseInstruction,
  parseLockup,
  parseNmiLine,
  parseStall,
  parseStallDetail,
  type StallLine,
} from "./log-cpu.ts";
import { type StackTrace, StackBuilder } from "./stack.ts";

/** What a CPU was at, as the kernel log shows it. */
export interface CpuBacktrace {
  readonly cpu?: number;
  readonly comm?: string;
  readonly tid?: number;
  /** Nothing ran there: the kernel left the backtrace out. */
  readonly idle?: true;
  /** The function at which it was found, where it was in the kernel; in a program otherwise, or not known. */
  readonly at?: string;
  readonly stack?: StackTrace;
  /** What a kworker was at: `Workqueue: events_unbound foo`. */
  readonly workqueue?: string;
  /** One-based line of the artifact. */
  readonly line: number;
}

interface When {
  readonly line: number;
  readonly time?: number;
  readonly clock?: string;
}

/** `BUG: soft lockup`: a CPU has not switched tasks for so long. */
export interface Lockup extends CpuBacktrace, Omit<LockupLine, "cpu" | "comm" | "tid">, When {
  readonly cpu: number;
}

/** `INFO: rcu_… detected stalls`: a grace period does not end, as a CPU or a task does not let it. */
export interface RcuStall extends StallLine, When {
  /** Of CPUs and tasks that it speaks of. */
  readonly backtraces: readonly CpuBacktrace[];
}

type Writable<T> = { -readonly [Member in keyof T]?: T[Member] };
type OpenBacktrace = Writable<Lockup> & { line: number };
type OpenStall = Omit<RcuStall, "cpus" | "tids" | "backtraces"> & {
  cpus: number[];
  tids: number[];
  backtraces: CpuBacktrace[];
};

/** A report is over after so many lines that say nothing of it: registers and modules take about twenty. */
const PATIENCE = 48;
const WORKQUEUE = /^Workqueue:\s+(.+)$/;
const TASK_DUMP = /^Task dump for CPU (\d{1,5}):/;
/** Where an interrupt comes in: what stands outside of it is what the CPU was at. */
const INTERRUPT =
  /^(?:asm_sysvec_\w+|apic_timer_interrupt|smp_apic_timer_interrupt|reschedule_interrupt|ret_from_intr|el1h?(?:_64)?_irq|__irq_svc|decrementer_common\w*|asm_common_interrupt)$/;
const INTERRUPT_OWN = /^(?:asm_|sysvec_|smp_|el1|arch_)/;

/** Where whole reports go. */
export interface CpuReportLists {
  readonly lockups: Lockup[];
  readonly stalls: RcuStall[];
  /** Those of neither: SysRq-l, and what follows a hung task. */
  readonly backtraces: CpuBacktrace[];
}

/** Gathers lockups, stalls and the backtraces of CPUs. */
export class CpuReports {
  readonly #lists: CpuReportLists;
  #stall: OpenStall | undefined;
  #open: OpenBacktrace | undefined;
  #stack: StackBuilder | undefined;
  #dumpCpu: number | undefined;
  #idleLines = 0;

  constructor(lists: CpuReportLists) {
    this.#lists = lists;
  }

  /** Whether lines that matter nowhere else may matter here. */
  get isOpen(): boolean {
    return this.#open !== undefined || this.#stall !== undefined;
  }

  /** @returns `header` when a report begins with the line, `part` when it goes on with it */
  take(body: string, when: When): "header" | "part" | undefined {
    if (this.#takeHeader(body, when)) {
      this.#idleLines = 0;
      return "header";
    }
    if (!this.isOpen) return undefined;
    if (this.#takePart(body, when.line)) {
      this.#idleLines = 0;
      return "part";
    }
    if (++this.#idleLines > PATIENCE) this.close();
    return undefined;
  }

  #takeHeader(body: string, when: When): boolean {
    const lockup = /lockup|LOCKUP/.test(body) ? parseLockup(body) : undefined;
    if (lockup) {
      this.close();
      this.#open = { ...lockup, ...when };
      return true;
    }
    const stall = body.includes("rcu") ? parseStall(body) : undefined;
    if (stall && !this.#ofSameStall(stall)) {
      this.close();
      this.#stall = { ...stall, ...when, cpus: [...stall.cpus], tids: [...stall.tids], backtraces: [] };
      return true;
    }
    const nmi = parseNmiLine(body);
    if (nmi) {
      this.closeBacktrace();
      const { cpu, idle } = nmi;
      this.#open = idle ? { cpu, idle: true, line: when.line } : { cpu, line: when.line };
      if (idle) this.closeBacktrace();
      return true;
    }
    return false;
  }

  /** That RCU's own thread starves is said of the stall before it. */
  #ofSameStall(stall: StallLine): boolean {
    return stall.how === "kthread-starved" && this.#stall?.flavour === stall.flavour;
  }

  #takePart(body: string, line: number): boolean {
    const stall = this.#stall;
    const detail = stall && parseStallDetail(body);
    if (stall && detail) {
      const { cpus = [], tids = [], ...rest } = detail;
      addNew(stall.cpus, cpus);
      addNew(stall.tids, tids);
      Object.assign(stall, rest);
      return true;
    }
    const dumped = TASK_DUMP.exec(body)?.[1];
    if (dumped !== undefined) {
      this.closeBacktrace();
      this.#dumpCpu = Number(dumped);
      return true;
    }
    const cpu = parseCpuLine(body);
    if (cpu) {
      // A stall that a CPU detects itself has no other head for its backtrace.
      if (!this.#open && stall) this.#open = { line };
      if (this.#open) Object.assign(this.#open, { ...cpu, cpu: this.#open.cpu ?? cpu.cpu });
      return this.#open !== undefined;
    }
    return this.#takeInBacktrace(body, line);
  }

  #takeInBacktrace(body: string, line: number): boolean {
    const open = this.#open;
    if (!open) return false;
    const at = parseInstruction(body);
    if (at !== undefined) {
      // The first is where the CPU was found; a second is what that had interrupted.
      open.at ??= at;
      return true;
    }
    const workqueue = WORKQUEUE.exec(body)?.[1];
    if (workqueue !== undefined) {
      open.workqueue = workqueue;
      return true;
    }
    if (/^(?:Call [Tt]race:|Backtrace:)/.test(body)) {
      this.#stack ??= new StackBuilder();
      return true;
    }
    if (!this.#stack || !parseFrame(body, line)) return false;
    this.#stack.take(body, line);
    return true;
  }

  /** The stack of a task that is shown within a stall's report is part of it. */
  addTask(task: Pick<CpuBacktrace, "comm" | "tid" | "stack" | "line">): void {
    const stall = this.#stall;
    if (!stall) return;
    const cpu = this.#dumpCpu;
    this.#dumpCpu = undefined;
    if (cpu === undefined && !stall.tids.includes(task.tid ?? -1)) return;
    stall.backtraces.push(defined({ ...task, cpu, at: task.stack && interruptedAt(task.stack) }));
  }

  /** What follows is of something else; a stall's report may go on. */
  closeBacktrace(): void {
    const open = this.#open;
    if (open) {
      const stack = this.#stack?.started ? this.#stack.finish() : undefined;
      const { kind, cpu, ...rest } = open;
      const found = defined({ ...rest, cpu, stack, at: open.at ?? (stack && interruptedAt(stack)) });
      if (kind !== undefined && cpu !== undefined) this.#lists.lockups.push({ ...found, kind, cpu });
      else (this.#stall?.backtraces ?? this.#lists.backtraces).push(found);
    }
    this.#open = undefined;
    this.#stack = undefined;
  }

  close(): void {
    this.closeBacktrace();
    if (this.#stall) this.#lists.stalls.push(this.#stall);
    this.#stall = undefined;
    this.#dumpCpu = undefined;
    this.#idleLines = 0;
  }
}

/** Most CPUs, and most tasks, of one report. */
const MOST_NAMED = 1024;

function addNew(list: number[], more: readonly number[]): void {
  for (const one of more) if (list.length < MOST_NAMED && !list.includes(one)) list.push(one);
}

/** Where there is no instruction pointer: the function that the interrupt came into. */
function interruptedAt({ frames }: StackTrace): string | undefined {
  const sure = frames.filter((frame) => frame.reliable);
  const from = sure.findIndex((frame) => INTERRUPT.test(frame.symbol));
  return sure.slice(from + 1).find((frame) => from !== -1 && !INTERRUPT_OWN.test(frame.symbol))?.symbol;
}
