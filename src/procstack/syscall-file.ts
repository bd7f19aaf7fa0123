import type { Diagnostic } from "../bytes/index.ts";
import { defined } from "./defined.ts";

/** `/proc/PID/syscall`: the system call that the task is in (proc_pid_syscall(5)). */
export interface SyscallFile {
  /** `running`: it is in none that could be read; `blocked`: in the kernel, by a fault and not by a call. */
  readonly is: "call" | "running" | "blocked" | "unknown";
  /** The architecture's own number. */
  readonly number?: number;
  /** As the kernel prints them; 64-bit values, so as text. */
  readonly args: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const CALL = /^\s*(-?\d{1,5})((?: 0x[0-9a-f]{1,16}){2,8})\s*$/;
/** read(2) on x86-64 and on architectures that share the generic table (arm64, riscv64, loongarch64). */
const READ = new Set([0, 63]);

/** Reads `/proc/PID/syscall`: number, six arguments, stack pointer, program counter. */
export function parseSyscall(text: string): SyscallFile {
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  if (line.trim() === "running") return { is: "running", args: [], diagnostics: [] };
  const [, number, rest] = CALL.exec(line) ?? [];
  if (number === undefined || rest === undefined) {
    const message = `no system call was found; the text begins "${line.trim().slice(0, 60)}"`;
    return {
      is: "unknown",
      args: [],
      diagnostics: [{ effect: "unread", code: "syscall-form", message }],
    };
  }
  const values = rest.trim().split(" ");
  if (number === "-1") return { is: "blocked", args: [], diagnostics: [] };
  return defined({ is: "call" as const, number: Number(number), args: values.slice(0, 6), diagnostics: [] });
}

/**
 * The descriptor that the task reads, where the call is a read(2) of the common tables. On an architecture whose number
 * is another's call a stack says otherwise: ask it first.
 */
export function readDescriptor({ is, number, args }: SyscallFile): number | undefined {
  if (is !== "call" || number === undefined || !READ.has(number) || args.length < 6) return undefined;
  const fd = Number(args[0]);
  return Number.isSafeInteger(fd) && fd < 2 ** 31 ? fd : undefined;
}
