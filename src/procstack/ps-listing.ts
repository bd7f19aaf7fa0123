import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";
import { defined } from "./defined.ts";
import type { TaskPart } from "./task-part.ts";

/** A row of a `ps` listing: what it says of a task. */
export interface ListedTask {
  /** State letter, without the flags behind it. */
  readonly state?: string;
  readonly ppid?: number;
  /** As printed: leading underscores and dots are stripped, and narrow columns cut it. */
  readonly wchan?: string;
  /** The name, where the listing has it and not the arguments; in brackets it has it either way. */
  readonly comm?: string;
  readonly cmdline?: string;
  readonly kernelThread?: true;
}

type Column = "pid" | "tid" | "ppid" | "state" | "wchan" | "command" | "started" | "other";

const COLUMNS: ReadonlyMap<string, Column> = new Map([
  ["PID", "pid"],
  ["TGID", "pid"],
  ["LWP", "tid"],
  ["SPID", "tid"],
  ["TID", "tid"],
  ["PPID", "ppid"],
  ["S", "state"],
  ["STAT", "state"],
  ["STATE", "state"],
  ["WCHAN", "wchan"],
  ["CMD", "command"],
  ["COMMAND", "command"],
  ["ARGS", "command"],
  ["STARTED", "started"],
]);
const HEADER_WORD = /^(?:[A-Z%][A-Z%+_]*|F|S|C)$/;
/** Longer lines are cut: arguments may be megabytes. */
const LONGEST = 4096;
const STATE = /^[RSDTtXZIWPK][<NLsl+]{0,5}$/;

/** The columns of a header line, in their order; `undefined` for a line that is none. */
export function psColumns(text: string): readonly Column[] | undefined {
  if (text.length > 400 || !text.includes("PID")) return undefined;
  const words = text.trim().split(/\s+/);
  if (!words.every((word) => HEADER_WORD.test(word))) return undefined;
  const columns = words.map((word) => COLUMNS.get(word) ?? "other");
  const has = (column: Column): boolean => columns.includes(column);
  return has("pid") && has("command") && (has("state") || has("ppid") || has("wchan")) ? columns : undefined;
}

/** Whether a text holds a header of `ps` (or of `top -b`) and a row of it. */
export function looksLikePs(head: string): boolean {
  let columns: readonly Column[] | undefined;
  for (const { text } of linesOf(head)) {
    if (columns && rowOf(text, columns)) return true;
    columns = psColumns(text) ?? columns;
  }
  return false;
}

/**
 * Reads the tasks of a `ps` listing, whatever columns it was asked for and in whatever order: `ps -elfL`,
 * `ps axo pid,ppid,stat,wchan:20,comm`, `ps auxwwwm`, `top -b`. What stands before a header or is no row is passed over.
 */
export function psParts(lines: Iterable<Line>): { parts: TaskPart[]; diagnostics: Diagnostic[] } {
  const rows: { row: Row; line: number }[] = [];
  let columns: readonly Column[] | undefined;
  let threadOf: Row | undefined;
  let unread = 0;
  for (const { text, number } of lines) {
    const header = psColumns(text);
    columns = header ?? columns;
    if (header || !columns || text.trim() === "") continue;
    const row = rowOf(text, columns);
    if (row?.pid !== undefined) {
      rows.push({ row, line: number });
      threadOf = row.state === undefined ? row : undefined;
    } else if (row && threadOf) {
      // `ps m` prints a process without a state, and its threads without ids: the first of them is the process's own.
      if (row.state !== undefined) threadOf.state = row.state;
      if (row.wchan !== undefined) threadOf.wchan = row.wchan;
      threadOf = undefined;
    } else if (!row) unread++;
  }
  const hasArguments = rows.some(({ row }) => /^[[/]| -/.test(row.command ?? ""));
  const parts = rows.map(({ row, line }) => partOf(row, line, hasArguments));
  const message = `${unread} lines are no rows of the listing`;
  const diagnostics: Diagnostic[] =
    parts.length === 0
      ? [{ effect: "unread", code: "ps-empty", message: "no row of a ps listing was found" }]
      : unread > 0
        ? [{ effect: "note", code: "ps-lines", message }]
        : [];
  return { parts, diagnostics };
}

interface Row {
  pid?: number;
  tid?: number;
  ppid?: number;
  state?: string;
  wchan?: string;
  command?: string;
}

/** The command may hold blanks: what stands before its column is counted from the left, what stands behind from the right. */
function rowOf(line: string, columns: readonly Column[]): Row | undefined {
  const words = line.slice(0, LONGEST).trim().split(/\s+/);
  const at = columns.indexOf("command");
  const row: Row = {};
  let next = 0;
  for (const column of columns.slice(0, at)) {
    const length = column === "started" ? startLength(words, next) : 1;
    if (!put(row, column, words[next])) return undefined;
    next += length;
  }
  const after = columns.slice(at + 1);
  if (words.length - after.length < next + 1) return undefined;
  for (const [index, column] of after.entries())
    if (!put(row, column, words[words.length - after.length + index])) return undefined;
  const command = words.slice(next, words.length - after.length).join(" ");
  if (command !== "-") row.command = command;
  return row;
}

/** `lstart` is five words (`Sun Nov 22 04:20:07 2026`), `start` one or, after a day, two (`Nov 22`). */
function startLength(words: readonly string[], at: number): number {
  if (/^\d\d:\d\d:\d\d$/.test(words[at + 3] ?? "") && /^\d{4}$/.test(words[at + 4] ?? "")) return 5;
  return /^\D+$/.test(words[at] ?? "") && /^\d{1,2}$/.test(words[at + 1] ?? "") ? 2 : 1;
}

/** @returns `false` for a value that the column cannot have */
function put(row: Row, column: Column, value: string | undefined): boolean {
  if (value === undefined) return false;
  switch (column) {
    case "pid":
    case "tid":
    case "ppid":
      if (value === "-") return true;
      if (!/^\d{1,7}$/.test(value)) return false;
      row[column] = Number(value);
      return true;
    case "state":
      if (value === "-") return true;
      if (!STATE.test(value)) return false;
      row.state = value.slice(0, 1);
      return true;
    case "wchan":
      if (/^[A-Za-z_][\w.]*$/.test(value)) row.wchan = value;
      return true;
    default:
      return true;
  }
}

function partOf(row: Row, line: number, hasArguments: boolean): TaskPart {
  const { pid, tid, ppid, state, wchan, command = "" } = row;
  const bracketed = /^\[(.+)\](?: <defunct>)?$/.exec(command)?.[1];
  const comm = bracketed ?? (hasArguments || command === "" ? undefined : command.replace(/ <defunct>$/, ""));
  const kernelThread = ppid === 2 || (pid === 2 && ppid === 0) ? (true as const) : undefined;
  const cmdline = hasArguments && bracketed === undefined && command !== "" ? command : undefined;
  const listed = defined({ state, ppid, wchan, comm, cmdline, kernelThread });
  return defined({ pid, tid: tid ?? pid, line, listed, diagnostics: [] });
}
