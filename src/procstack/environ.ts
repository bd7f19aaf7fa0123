import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** `/proc/PID/environ`: what the process was started with. */
export interface EnvironFile {
  /** By name; `undefined` for a value that a redactor blanked out: it was set, and is not known. */
  readonly values: ReadonlyMap<string, string | undefined>;
  /** One-based line of each name, where the collector put them on lines. */
  readonly lines: ReadonlyMap<string, number>;
  readonly diagnostics: readonly Diagnostic[];
}

const REFUSED = /^(?:cat|tail|head|tr|xargs): .*(?:denied|not permitted|No such)/i;
const NAME = /^[A-Za-z_][\w.-]*$/;
/** What redactors write in place of a value. */
const REDACTED = /^\**(?:HIDDEN|REDACTED|MASKED)\**$|^\*{3,}$/i;

/**
 * Reads an environment, its variables ended by NUL as the kernel gives them (proc_pid_environ(5)), or by newlines as
 * `tr '\0' '\n'` makes of them. A value that holds newlines itself is then known by its first line only.
 */
export function parseEnviron(text: string): EnvironFile {
  return environOf(linesOf(text));
}

/** {@link parseEnviron} on lines that keep the numbers they have in the artifact. */
export function environOf(lines: Iterable<Line>): EnvironFile {
  const values = new Map<string, string | undefined>();
  const at = new Map<string, number>();
  let refused: Line | undefined;
  for (const line of lines) {
    if (REFUSED.test(line.text)) refused ??= line;
    for (const variable of line.text.split("\0")) {
      const equals = variable.indexOf("=");
      const name = variable.slice(0, Math.max(equals, 0)).trim();
      // Of one name twice, getenv(3) finds the first.
      if (!NAME.test(name) || values.has(name)) continue;
      const value = variable.slice(equals + 1);
      values.set(name, REDACTED.test(value.trim()) ? undefined : value);
      at.set(name, line.number);
    }
  }
  return { values, lines: at, diagnostics: values.size > 0 ? [] : [unread(refused)] };
}

function unread(refused: Line | undefined): Diagnostic {
  if (refused) {
    const message = refused.text.trim().slice(0, 200);
    return { effect: "unread", code: "environ-refused", message, line: refused.number };
  }
  // So it is of kernel threads and of tasks that have exited: nothing was lost.
  return { effect: "note", code: "environ-empty", message: "the task has no environment" };
}
