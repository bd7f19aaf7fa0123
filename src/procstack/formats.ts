import { decodeText, type Diagnostic, type Format, linesOf, type Model } from "../bytes/index.ts";
import { type Head, headOf } from "./head.ts";
import { type KernelLog, scanKernelLog } from "./kernel-log.ts";
import { psParts } from "./ps-listing.ts";
import { sectionsOf } from "./sections.ts";
import { ownerOf, partOf, type TaskPart } from "./task-part.ts";
import { textOf } from "./text-of.ts";
import { parseUserStacks, hasJavaStacks } from "./user-stacks.ts";
import type { UserStacks } from "./user-thread.ts";
import { type ProcFile, procPath } from "./where.ts";

/** What each kind of this room decodes to. */
export interface ProcModels {
  "kernel-log": KernelLog;
  "proc-cgroup": TaskPart;
  "proc-cmdline": TaskPart;
  "proc-comm": TaskPart;
  "proc-environ": TaskPart;
  "proc-fd": TaskPart;
  "proc-files": TaskParts;
  "proc-limits": TaskPart;
  "proc-maps": TaskPart;
  "proc-ns": TaskPart;
  "proc-ps": TaskParts;
  "proc-stack": TaskPart;
  "proc-stat": TaskPart;
  "proc-status": TaskPart;
  "proc-syscall": TaskPart;
  "proc-wchan": TaskPart;
  "user-stacks": UserStacks;
}

/** The parts of a file that speaks of several tasks. */
export interface TaskParts extends Model {
  readonly parts: readonly TaskPart[];
}

/** Most bytes of a file of `/proc/PID`, or of many pasted together, that are read. */
const PROC_LIMIT = 64 * 1024 * 1024;
/** Most bytes of a log with stacks in it; a JavaScript string holds no more than twice that. */
const LOG_LIMIT = 256 * 1024 * 1024;

/** How the files of `/proc/PID` are told by their content; those absent here can be any text. */
const BY_CONTENT: Partial<Record<ProcFile, (head: Head) => boolean>> = {
  stack: (head) => head.isStack,
  status: (head) => head.isStatus,
  stat: (head) => head.isStat,
  ns: (head) => head.isLinks,
  cgroup: (head) => head.isCgroup,
  limits: (head) => head.isLimits,
  maps: (head) => head.isMaps,
};

/** The format of one file of `/proc/PID`. */
function procFormat(file: ProcFile): Format<`proc-${ProcFile}`, TaskPart> {
  return {
    kind: `proc-${file}`,
    recognise(bytes, path) {
      const named = procPath(path);
      if (named && named.file !== file) return false;
      const byContent = BY_CONTENT[file];
      // In its own place even an empty file is known: a stack of 0 bytes says that it could not be read.
      if (named && named.form !== "name" && (bytes.length === 0 || !byContent)) return true;
      const head = headOf(bytes);
      // So is what came instead of it: `cat: /proc/7/stack: Permission denied`.
      if (named?.form === "proc") return head.isText;
      return byContent !== undefined && byContent(head) && !head.isDump(path);
    },
    async decode(source, path) {
      const { text, diagnostics } = await textOf(source, PROC_LIMIT);
      const part = partOf(file, [...linesOf(text)], ownerOf(procPath(path)));
      return diagnostics.length === 0
        ? part
        : { ...part, diagnostics: [...part.diagnostics, ...diagnostics] };
    },
  };
}

const dumpFormat: Format<"proc-files", TaskParts> = {
  kind: "proc-files",
  recognise: (bytes, path) => headOf(bytes).isDump(path),
  async decode(source) {
    const { text, diagnostics } = await textOf(source, PROC_LIMIT);
    const parts = sectionsOf(linesOf(text)).map(({ file, owner, lines }) => partOf(file, lines, owner));
    return {
      parts,
      diagnostics: [...diagnostics, ...parts.flatMap((part) => part.diagnostics.map(softened))],
    };
  },
};

const psFormat: Format<"proc-ps", TaskParts> = {
  kind: "proc-ps",
  recognise: (bytes, path) => procPath(path) === undefined && headOf(bytes).isPs,
  async decode(source) {
    const { text, diagnostics } = await textOf(source, PROC_LIMIT);
    const listing = psParts(linesOf(text));
    return { parts: listing.parts, diagnostics: [...diagnostics, ...listing.diagnostics] };
  },
};

const userStacksFormat: Format<"user-stacks", UserStacks> = {
  kind: "user-stacks",
  recognise: (bytes, path) => procPath(path) === undefined && headOf(bytes).isUserStacks,
  // A JVM prints its threads to its standard output, which is mostly a log.
  occursIn: (piece) => hasJavaStacks(decodeText(piece)),
  async decode(source) {
    const { text, diagnostics } = await textOf(source, LOG_LIMIT);
    const stacks = parseUserStacks(text);
    return { ...stacks, diagnostics: [...stacks.diagnostics, ...diagnostics] };
  },
};

/** One unread file among many leaves the text as a whole partly read. */
function softened(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.effect === "unread" ? { ...diagnostic, effect: "partial" } : diagnostic;
}

const kernelLogFormat: Format<"kernel-log", KernelLog> = {
  kind: "kernel-log",
  recognise: (bytes, path) => procPath(path) === undefined && headOf(bytes).isKernelLog,
  scan: scanKernelLog,
  async decode(source, path) {
    const scan = scanKernelLog(path);
    for await (const chunk of source.stream()) scan.take(chunk);
    return scan.finish();
  },
};

const FILES = [
  "stack",
  "status",
  "ns",
  "wchan",
  "comm",
  "cmdline",
  "cgroup",
  "stat",
  "environ",
  "fd",
  "syscall",
  "limits",
  "maps",
] as const;

/** The formats of this room. Content decides; `comm`, `wchan` and `cmdline` can be any text and are told by their path. */
export const procFormats = [
  ...FILES.map(procFormat),
  dumpFormat,
  psFormat,
  kernelLogFormat,
  userStacksFormat,
] as const;
