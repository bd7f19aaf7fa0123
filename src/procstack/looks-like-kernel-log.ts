import { linesOf } from "../bytes/index.ts";
import { parseHolder } from "./held-locks.ts";
import { parseLockup, parseNmiLine, parseStall } from "./log-cpu.ts";
import { logLine } from "./log-line.ts";
import { parseHungLine, parseTaskLine } from "./log-task.ts";

/** Whether a text, or its beginning, is a kernel log: by a report that only the kernel writes, or by its lines' prefixes. */
export function looksLikeKernelLog(head: string): boolean {
  // Objects of a cluster quote the kernel in their messages.
  if (/^\s*(?:[[{]\s*)?["{]/.test(head)) return false;
  let lines = 0;
  let kernel = 0;
  for (const { text } of linesOf(head)) {
    if (text.trim() === "") continue;
    const { body, tag, time } = logLine(text);
    const fromKernel = tag === "kernel" || (tag === undefined && time !== undefined);
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
