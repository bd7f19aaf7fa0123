import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** One resource limit of a process. */
export interface Limit {
  /** `Infinity` for `unlimited`. */
  readonly soft: number;
  readonly hard: number;
  /** `files`, `bytes`, `processes`, …; absent where the resource has none. */
  readonly unit?: string;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** `/proc/PID/limits`. */
export interface LimitsFile {
  /** By the kernel's name of the resource: `Max open files`. */
  readonly limits: ReadonlyMap<string, Limit>;
  readonly diagnostics: readonly Diagnostic[];
}

const ROW = /^(Max [a-z-]+(?: [a-z-]+){0,3}?)\s{2,}(unlimited|\d+)\s+(unlimited|\d+)(?:\s+([a-z]+))?\s*$/;

/** Reads `/proc/PID/limits` (proc_pid_limits(5)). */
export function parseLimits(text: string): LimitsFile {
  return limitsOf(linesOf(text));
}

/** {@link parseLimits} on lines that keep the numbers they have in the artifact. */
export function limitsOf(lines: Iterable<Line>): LimitsFile {
  const limits = new Map<string, Limit>();
  for (const { text, number } of lines) {
    if (text.length > 200) continue;
    const [, name, soft, hard, unit] = ROW.exec(text) ?? [];
    if (name === undefined || soft === undefined || hard === undefined || limits.has(name)) continue;
    const row = { soft: amount(soft), hard: amount(hard), line: number };
    limits.set(name, unit === undefined ? row : { ...row, unit });
  }
  if (limits.size > 0) return { limits, diagnostics: [] };
  const message = "no resource limit was found";
  return { limits, diagnostics: [{ effect: "unread", code: "limits-empty", message }] };
}

const amount = (text: string): number => (text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text));
