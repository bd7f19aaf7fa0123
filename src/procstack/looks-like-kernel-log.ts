import { linesOf } from "../bytes/index.ts";
import { parseHolder } from "./held-locks.ts";
import { parseLockup, parseNmiLine, parseStall } from "./log-cpu.ts";
import { logLine } from "./log-line.ts";
import { parseHungLine, parseTaskLine } from "./log-task.ts";

/** `dmesg -T`, in any language: `[So Nov 15 16:15:41 2020] `. Apache's old error log puts a level in brackets behind it. */
const DMESG_CLOCK =
  /^(?:<\d{1,3}>)?\[[^[\]]{4,40} \d\d:\d\d:\d\d \d{4}\] (?!\[(?:emerg|alert|crit|error|warn|notice|info|debug)\])/;

/** Whether a text, or its beginning, is a kernel log: by a report that only the kernel writes, or by its lines' prefixes. */
export function looksLikeKernelLog(head: string): boolean {
  // Objects of a cluster quote the kernel in their messages.
  if (/^\s*(?:[[{]\s*)?["{]/.test(head)) return false;
  let lines = 0;
  let kernel = 0;
  for (const { text } of linesOf(head)) {
    if (text.trim() === "") continue;
    const { body, tag, time } = logLine(text);
    const fromKernel =
      tag === "kernel" || (tag === undefined && (time !== undefined || DMESG_CLOCK.test(text)));
    lines++;
    if (fromKernel) kernel++;
    if ((fromKernel || tag === undefined) && isReport(body.trimStart())) return true;
  }
  return kernel * 4 >= lines && kernel > 0;
}

/** The first line of a report that this room reads. */
function isReport(body: string): boolean {
  return (
    parseHungLine(body) !== undefined ||
    parseTaskLine(body) !== undefined ||
    parseLockup(body) !== undefined ||
    parseStall(body) !== undefined ||
    parseNmiLine(body) !== undefined ||
    parseHolder(body) !== undefined ||
    /^(?:sysrq: )?(?:SysRq : )?Show (?:(?:Blocked )?State|backtrace of all active CPUs)/i.test(body)
  );
}
