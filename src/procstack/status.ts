import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** A task's state as `/proc` prints it. */
export interface TaskState {
  /** `R`, `S`, `D`, `T`, `t`, `Z`, `X`, `I`, `P`. */
  readonly letter: string;
  /** The kernel's words, such as `disk sleep`. */
  readonly words?: string;
}

/** The members of `/proc/PID/status` that say where a task is in its life. */
export interface StatusFile {
  readonly name?: string;
  readonly state?: TaskState;
  /** The task's own id: a thread's, in `task/TID/status`. */
  readonly pid?: number;
  readonly ppid?: number;
  /** The process that the task is a thread of. */
  readonly tgid?: number;
  /** The debugger; 0 for none. */
  readonly tracerPid?: number;
  /** Its ids, outermost namespace first: as many as it is deep in pid namespaces, counted from the reader's. */
  readonly nspid?: readonly number[];
  readonly threads?: number;
  /** Pending signals of the thread and of the process, hexadecimal. */
  readonly sigPnd?: string;
  readonly shdPnd?: string;
  /** SIGKILL is pending: someone has killed it, and it has not died. */
  readonly killPending?: boolean;
  readonly kernelThread?: boolean;
  readonly coreDumping?: boolean;
  /** How often the task gave the CPU up by itself, or had it taken away: one that waits all the time has no more of either. */
  readonly slept?: number;
  readonly preempted?: number;
  /** One-based line of each member above. */
  readonly lines: Readonly<Partial<Record<StatusMember, number>>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The members of {@link StatusFile} that stand on a line of their own. */
export type StatusMember = Exclude<keyof StatusFile, "lines" | "diagnostics">;

type Values = { -readonly [Member in StatusMember]?: StatusFile[Member] };

/** Reads `/proc/PID/status`. Members that are absent stay absent: old kernels have no `NSpid:` and no `Kthread:`. */
export function parseStatus(text: string): StatusFile {
  return statusOfLines(linesOf(text));
}

/** {@link parseStatus} on lines that keep the numbers they have in the artifact. */
export function statusOfLines(lines: Iterable<Line>): StatusFile {
  const values: Values = {};
  const at: Partial<Record<StatusMember, number>> = {};
  for (const { text, number } of lines) {
    const colon = text.indexOf(":");
    const read = colon === -1 ? undefined : READERS.get(text.slice(0, colon).trim());
    if (!read) continue;
    for (const member of read(text.slice(colon + 1).trim(), values)) at[member] ??= number;
  }
  const diagnostics: Diagnostic[] = [];
  if (Object.keys(values).length === 0)
    diagnostics.push({
      effect: "unread",
      code: "status-empty",
      message: "no member of a status file was found",
    });
  else if (values.state === undefined || values.pid === undefined)
    diagnostics.push({
      effect: "partial",
      code: "status-cut",
      message: "the status has no State or no Pid line",
    });
  return { ...values, lines: at, diagnostics };
}

type Reader = (value: string, into: Values) => StatusMember[];

const number = (
  member: "pid" | "ppid" | "tgid" | "tracerPid" | "threads" | "slept" | "preempted",
): Reader => {
  return (value, into) => {
    if (!/^\d+$/.test(value)) return [];
    into[member] = Number(value);
    return [member];
  };
};

const flag = (member: "kernelThread" | "coreDumping"): Reader => {
  return (value, into) => {
    if (value !== "0" && value !== "1") return [];
    into[member] = value === "1";
    return [member];
  };
};

const signals = (member: "sigPnd" | "shdPnd"): Reader => {
  return (value, into) => {
    if (!/^[0-9a-f]+$/i.test(value)) return [];
    into[member] = value;
    into.killPending = (into.killPending ?? false) || hasSigkill(value);
    return hasSigkill(value) ? [member, "killPending"] : [member];
  };
};

/** Signal 9 is bit 8. The mask has 16 digits, or more where a machine has more signals. */
function hasSigkill(mask: string): boolean {
  return (Number.parseInt(mask.slice(-3), 16) & 0x100) !== 0;
}

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    "Name",
    (value, into) => {
      // seq_put_decimal's escape: a newline is printed as \n, a backslash doubled.
      into.name = value.replace(/\\(n|\\)/g, (_, escaped) => (escaped === "n" ? "\n" : "\\"));
      return ["name"];
    },
  ],
  [
    "State",
    (value, into) => {
      const match = /^([A-Za-z])(?:\s+\((.*)\))?/.exec(value);
      if (!match?.[1]) return [];
      into.state = match[2] === undefined ? { letter: match[1] } : { letter: match[1], words: match[2] };
      return ["state"];
    },
  ],
  ["Pid", number("pid")],
  ["PPid", number("ppid")],
  ["Tgid", number("tgid")],
  ["TracerPid", number("tracerPid")],
  ["Threads", number("threads")],
  [
    "NSpid",
    (value, into) => {
      const ids = value.split(/\s+/);
      if (!ids.every((id) => /^\d+$/.test(id))) return [];
      into.nspid = ids.map(Number);
      return ["nspid"];
    },
  ],
  ["SigPnd", signals("sigPnd")],
  ["ShdPnd", signals("shdPnd")],
  ["voluntary_ctxt_switches", number("slept")],
  ["nonvoluntary_ctxt_switches", number("preempted")],
  ["Kthread", flag("kernelThread")],
  ["CoreDumping", flag("coreDumping")],
]);
