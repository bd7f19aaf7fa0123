import type { Diagnostic, Model, Scan } from "../bytes/index.ts";
import {
  type CpuBacktrace,
  type CpuReportLists,
  CpuReports,
  type Lockup,
  type RcuStall,
} from "./cpu-reports.ts";
import { defined } from "./defined.ts";
import { type HeldLocks, HeldLocksReader } from "./held-locks.ts";
import { EVENT_HINT } from "./log-event-table.ts";
import { EventReader, type LogEvents, REPORT_HINT } from "./log-events.ts";
import { type LogEnd, logEnd } from "./log-end.ts";
import { type LogLine, logLine } from "./log-line.ts";
import { type LogNote, NOTE_HINT, parseNote } from "./log-note.ts";
import { type LockLine, parseHungLine, parseLockLine, parseTaskLine } from "./log-task.ts";
import { type StackTrace, StackBuilder } from "./stack.ts";
import { parseFrame } from "./frame.ts";

/** A task as the kernel log shows it: in a hung-task report, as a lock's owner, or in a SysRq-t or -w listing. */
export interface TaskDump {
  readonly comm: string;
  readonly tid: number;
  readonly pid?: number;
  readonly ppid?: number;
  /** State letter. */
  readonly state?: string;
  /** What a kworker was at: `Workqueue: loop1 loop_rootcg_workfn`. */
  readonly workqueue?: { readonly name: string; readonly work: string };
  readonly stack?: StackTrace;
  /** One-based line of the task's own line, or of the report's first. */
  readonly line: number;
  readonly time?: number;
  readonly clock?: string;
}

/** `INFO: task … blocked for more than … seconds`, and all that the kernel says after it. */
export interface HungTask extends TaskDump {
  readonly seconds: number;
  readonly ioWait: boolean;
  /** The kernel's release, from the `Not tainted` line. */
  readonly kernel?: string;
  /** It waits for its process's core to be written. */
  readonly coredump?: boolean;
  /** The lock it waits for. */
  readonly lock?: LockOwner;
}

/** A lock's owner as the kernel names it, and the line that does. */
export interface LockOwner extends LockLine {
  readonly line: number;
}

/** What a kernel log tells about tasks that wait. */
export interface KernelLog extends Model {
  /** The artifact, as findings cite it. */
  readonly path: string;
  /** The kernel's release, that of the last boot: `6.18.44`. */
  readonly kernel?: string;
  /** Line where the last boot begins, when the log goes back that far: what stands before is of another life. */
  readonly bootLine?: number;
  /** When its last line was written. */
  readonly end?: LogEnd;
  /** In order of appearance; a task that stays blocked is reported again and again. */
  readonly hung: readonly HungTask[];
  /** Tasks shown for other reasons: owners of locks, SysRq listings. */
  readonly shown: readonly TaskDump[];
  readonly locks: readonly LockOwner[];
  readonly notes: readonly LogNote[];
  /** CPUs that have not switched tasks for long. */
  readonly lockups: readonly Lockup[];
  /** Grace periods that do not end. */
  readonly stalls: readonly RcuStall[];
  /** Backtraces of CPUs for other reasons: SysRq-l, and after reports of hung tasks. */
  readonly backtraces: readonly CpuBacktrace[];
  /** Lockdep's last list of who has taken which locks; kernels for debugging alone have it. */
  readonly held: readonly HeldLocks[];
  /** What else befell the node. */
  readonly events: LogEvents;
}

/**
 * Reads a kernel log in any clothing: `dmesg` (with callers, times of day or levels), syslog, the journal's text
 * forms. In a mixed log only the kernel's own lines count.
 *
 * @param path the artifact, for citations
 */
export function parseKernelLog(text: string, path = ""): KernelLog {
  const reader = new Reader();
  reader.take(text);
  return defined({ path, ...reader.finish(), end: logEnd(text) });
}

/** A line without its end in sight loses what comes behind so many characters: the kernel writes none that is longer. */
const LONGEST_LINE = 256 * 1024;
/** Characters at the end of a log that are asked when it was written. */
const END_LENGTH = 64 * 1024;

/** {@link parseKernelLog} in steps: of the text no more is held than the line that a piece breaks off in, and what matters. */
export function scanKernelLog(path: string): Scan<KernelLog> {
  const reader = new Reader();
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = "";
  let last = "";
  const read = (piece: string): void => {
    last = piece.length < END_LENGTH ? (last + piece).slice(-END_LENGTH) : piece.slice(-END_LENGTH);
    const end = piece.lastIndexOf("\n") + 1;
    if (end > 0) {
      reader.take(rest + piece.slice(0, end));
      rest = "";
    }
    if (rest.length < LONGEST_LINE) rest += piece.slice(end);
  };
  return {
    take(chunk) {
      decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? "utf-16le" : "utf-8");
      read(decoder.decode(chunk, { stream: true }));
    },
    finish() {
      read(decoder?.decode() ?? "");
      reader.take(rest);
      return defined({ path, ...reader.finish(), end: logEnd(last) });
    },
  };
}

/** What a line has to hold to matter outside a task's report. */
const MATTERS =
  /INFO: task|task:|soft lockup|hard LOCKUP|INFO: rcu|kthread starved|NMI backtrace|locks? held | 0x|ceph: |nfs: |NFS: |lockd: |CIFS|ainted|Linux version|dropped \*\*/;
/** The same of what is told in one line, or begins a report: nearly all of a log has none of it, and is passed over at once. */
const HINT = new RegExp(
  [MATTERS, NOTE_HINT, EVENT_HINT, REPORT_HINT].map(({ source }) => source).join("|"),
  "g",
);
const RELEASE = /(?:Not tainted|Tainted: .*?) (\d+\.\d+\S*) #|^Linux version (\d+\.\d+\S*)/;
const WORKQUEUE = /^Workqueue:\s+(\S+)\s+(.+)$/;
const TRACE = /^Call [Tt]race:|^Backtrace:/;
const OVER = /^<\/TASK>|^Showing all locks held|^Kernel panic|^-{3}\[ end trace/;
/** Dropped by printk itself, or shown again by a console that had lost it. */
const DROPPED = "printk messages dropped **";
/** Another report: what follows is no longer the stack of the task before. */
const OTHER_REPORT = /^CPU: \d+ |BUG: |^WARNING: |^rcu: |^Sending NMI/;

type Open = { -readonly [Member in keyof HungTask]?: HungTask[Member] } & Pick<
  TaskDump,
  "comm" | "tid" | "line"
>;

/** What one task or CPU prints. */
interface Printer {
  open?: Open | undefined;
  stack?: StackBuilder | undefined;
  readonly cpus: CpuReports;
}

/** Most printers whose reports are open at one time. */
const MOST_PRINTERS = 32;

class Reader {
  readonly #hung: HungTask[] = [];
  /** Where the last report of each task stands. */
  readonly #hungAt = new Map<number, number>();
  readonly #shown: TaskDump[] = [];
  readonly #locks: LockOwner[] = [];
  readonly #notes: LogNote[] = [];
  readonly #events = new EventReader();
  #kernel: string | undefined;
  #bootLine: number | undefined;
  #tagged = false;
  #dropped = 0;
  #lines = 0;
  readonly #reports: CpuReportLists = { lockups: [], stalls: [], backtraces: [] };
  /** What each task or CPU that prints is at: they print at the same time. */
  readonly #printers = new Map<string, Printer>();
  #at: Printer = { cpus: new CpuReports(this.#reports) };
  #held = new HeldLocksReader();
  /** Some report is open, of which any line may be part. */
  #busy = false;

  /** @param text whole lines */
  take(text: string): void {
    for (let at = 0; at < text.length;) {
      let from = at;
      if (!this.#busy && !this.#events.isOpen) {
        HINT.lastIndex = at;
        const hint = HINT.exec(text);
        from = hint ? text.lastIndexOf("\n", hint.index) + 1 : text.length;
        this.#pass(text, at, from);
        if (!hint) return;
      }
      const newline = text.indexOf("\n", from);
      const end = newline === -1 ? text.length : newline;
      let trimmed = end;
      while (trimmed > from && text.charCodeAt(trimmed - 1) === 13) trimmed--;
      this.#line(text.slice(from, trimmed), ++this.#lines);
      at = end + 1;
    }
  }

  /** Counts lines that say nothing. */
  #pass(text: string, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const newline = text.indexOf("\n", at);
      this.#lines++;
      at = newline === -1 ? to : newline + 1;
    }
  }

  #line(text: string, number: number): void {
    const line = logLine(text);
    if (line.tag === "kernel") this.#tagged = true;
    // What another program says in a mixed log is not the kernel's word.
    else if (line.tag !== undefined || (this.#tagged && line.time === undefined && line.clock !== undefined))
      return;
    const body = line.body.trimStart();
    if (body === "") return;
    this.#events.take(body, line, number);
    this.#switchTo(line.caller ?? "");
    this.#takeBody(body, line, number);
    this.#busy = this.#isOpen;
  }

  #takeBody(body: string, line: LogLine, number: number): void {
    if (this.#takeFrame(body, number) || this.#takeTask(body, line, number)) return;
    this.#takeRelease(body, number);
    if (this.#takeReport(body, line, number)) return;
    this.#takeDetail(body, line, number);
  }

  get #isOpen(): boolean {
    if (this.#held.isOpen) return true;
    for (const { open, cpus } of this.#printers.values()) if (open || cpus.isOpen) return true;
    return false;
  }

  #switchTo(caller: string): void {
    const known = this.#printers.get(caller);
    if (known) {
      this.#at = known;
      return;
    }
    const [oldest] = this.#printers.size < MOST_PRINTERS ? [] : this.#printers.keys();
    if (oldest !== undefined) {
      this.#at = this.#printers.get(oldest) ?? this.#at;
      this.#close();
      this.#at.cpus.close();
      this.#printers.delete(oldest);
    }
    this.#at = { cpus: new CpuReports(this.#reports) };
    this.#printers.set(caller, this.#at);
  }

  #takeFrame(body: string, number: number): boolean {
    if (!this.#at.stack || !parseFrame(body, number)) return false;
    this.#at.stack.take(body, number);
    return true;
  }

  /** A report about CPUs, or lockdep's list of locks. */
  #takeReport(body: string, line: LogLine, number: number): boolean {
    const taken = this.#at.cpus.take(body, whenOf(line, number));
    if (taken === "header") this.#close();
    if (taken !== undefined) return taken === "header" || !this.#at.open;
    // Each report has the whole list: the last one counts.
    if (body.startsWith("Showing all locks held")) this.#held = new HeldLocksReader();
    return this.#held.take(body, number);
  }

  #takeTask(body: string, line: LogLine, number: number): boolean {
    if (body.startsWith("INFO: task ")) {
      const hung = parseHungLine(body);
      const lock = hung ? undefined : parseLockLine(body);
      if (!hung && !lock) return false;
      this.#close();
      this.#at.cpus.close();
      if (hung) this.#at.open = { ...hung, ...whenOf(line, number) };
      if (lock) this.#takeLock({ ...lock, line: number });
      return true;
    }
    const task = parseTaskLine(body);
    if (!task) return false;
    // After the header of a hung-task report this is its second half; anywhere else a task of its own.
    if (this.#at.open?.seconds !== undefined && this.#at.open.tid === task.tid && !this.#at.stack) {
      this.#at.open = { ...this.#at.open, ...task, comm: this.#at.open.comm };
    } else {
      this.#close();
      this.#at.cpus.closeBacktrace();
      this.#at.open = { ...task, ...whenOf(line, number) };
    }
    return true;
  }

  #takeLock(lock: LockOwner): void {
    this.#locks.push(lock);
    const index = this.#hungAt.get(lock.waiter.tid);
    const report = index === undefined ? undefined : this.#hung[index];
    if (index !== undefined && report) this.#hung[index] = { ...report, lock };
  }

  #takeRelease(body: string, number: number): void {
    const release = body.includes("ainted") || body.startsWith("Linux") ? RELEASE.exec(body) : undefined;
    const kernel = release?.[1] ?? release?.[2];
    if (kernel === undefined) return;
    this.#kernel = kernel;
    if (release?.[2] !== undefined) this.#bootLine = number;
    if (this.#at.open && !OTHER_REPORT.test(body)) this.#at.open.kernel ??= kernel;
  }

  #takeDetail(body: string, line: LogLine, number: number): void {
    if (body.includes(DROPPED)) this.#dropped++;
    const open = this.#at.open;
    if (open) {
      const [, name, work] = WORKQUEUE.exec(body) ?? [];
      if (name !== undefined && work !== undefined) open.workqueue = { name, work };
      else if (body.startsWith("Blocked by coredump")) open.coredump = true;
      else if (TRACE.test(body)) this.#beginTrace();
      else if (OVER.test(body) || OTHER_REPORT.test(body)) this.#close();
    }
    const note = parseNote(body);
    if (note) this.#notes.push(defined({ ...note, ...whenOf(line, number), text: body.trimEnd() }));
  }

  /** A task has one trace: a second one is of something that has no header of ours. */
  #beginTrace(): void {
    if (this.#at.stack) this.#close();
    else this.#at.stack = new StackBuilder();
  }

  #close(): void {
    const open = this.#at.open;
    if (open) {
      const stack = this.#at.stack?.started ? { stack: this.#at.stack.finish() } : {};
      this.#at.cpus.addTask({ ...open, ...stack });
      if (open.seconds === undefined) this.#shown.push({ ...open, ...stack });
      else {
        this.#hungAt.set(open.tid, this.#hung.length);
        this.#hung.push({ ...open, ...stack, seconds: open.seconds, ioWait: open.ioWait ?? false });
      }
    }
    this.#at.open = undefined;
    this.#at.stack = undefined;
  }

  finish(): Omit<KernelLog, "path"> {
    for (const printer of this.#printers.values()) {
      this.#at = printer;
      this.#close();
      this.#at.cpus.close();
    }
    for (const list of [this.#hung, this.#shown, ...Object.values(this.#reports)]) inOrder(list);
    const diagnostics: Diagnostic[] = [];
    if (this.#lines === 0)
      diagnostics.push({ effect: "unread", code: "log-empty", message: "the kernel log is empty" });
    if (this.#dropped > 0) {
      const message = `the kernel lost messages at ${this.#dropped} places of its log`;
      diagnostics.push({ effect: "partial", code: "log-dropped", message });
    }
    return defined({
      kernel: this.#kernel,
      bootLine: this.#bootLine,
      hung: this.#hung,
      shown: this.#shown,
      locks: this.#locks,
      notes: this.#notes,
      ...this.#reports,
      held: this.#held.list,
      events: this.#events.finish(),
      diagnostics,
    });
  }
}

/** Reports end in another order than they began where several CPUs print. */
function inOrder(list: { line: number }[]): void {
  list.sort((a, b) => a.line - b.line);
}

function whenOf({ time, clock }: LogLine, line: number): Pick<TaskDump, "line" | "time" | "clock"> {
  return defined({ line, time, clock });
}
