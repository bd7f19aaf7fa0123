import { defined } from "./defined.ts";
import { logLine } from "./log-line.ts";

/** When a log's last line was written: what it tells of long before that may be over. */
export interface LogEnd {
  /** Seconds since boot. */
  readonly time?: number;
  /** The time of day as printed, that of another program's line in a mixed log included. */
  readonly clock?: string;
}

/** Lines at the end that are asked: the last ones may be cut, or a shell's prompt. */
const ASKED = 50;
/** The date that syslog and the journal put before any program's line. */
const DATE = /^(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)(?= \S+ \S)/;

/** When the last lines of a kernel's log were written; `undefined` where they don't tell. */
export function logEnd(text: string): LogEnd | undefined {
  let time: number | undefined;
  let clock: string | undefined;
  let to = text.length;
  for (let asked = 0; asked < ASKED && to > 0 && (time === undefined || clock === undefined); asked++) {
    const from = text.lastIndexOf("\n", to - 1) + 1;
    const line = text.slice(from, Math.min(to, from + 400)).trimEnd();
    const read = logLine(line);
    if (read.tag === undefined || read.tag === "kernel") time ??= read.time;
    clock ??= read.clock ?? DATE.exec(line)?.[0];
    to = from - 1;
  }
  return time === undefined && clock === undefined ? undefined : defined({ time, clock });
}
