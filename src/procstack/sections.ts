import type { Line } from "../bytes/index.ts";
import { parseFrame } from "./frame.ts";
import { isBottom } from "./symbol.ts";
import type { PartOwner } from "./task-part.ts";
import { type ProcFile, procPath } from "./where.ts";

/** A run of lines about one file of one task, in a text that holds several: a terminal log, a `tail` of many files. */
export interface Section {
  readonly file: ProcFile;
  readonly owner: PartOwner;
  readonly lines: readonly Line[];
  /** The text gave the file's path. */
  readonly named: boolean;
}

/** `tail -n +1 a b`. */
const TAIL_HEADER = /^==> (.+) <==$/;
/** A command typed at a prompt, or traced by `set -x`; the listing's own line number may stand before it. */
const COMMAND =
  /(?:^|[\s#$>%\d+])(?:sudo\s+)?(?:cat|ls(?:\s+-\S+)*|head|tail)\s+['"]?(\S*?\d+\/[\w/]+)\/?['"]?\s*$/;
/** What `grep -r` prints of many files: the path before each line. */
const GREP = /^(\S*?(?:^|\/)\d{1,7}\/(?:task\/\d{1,7}\/)?(?:stack|status|stat|comm|wchan|cgroup)):(.*)$/;
/** `ls -l` of links named by their paths, or `readlink -v`: each line names its task. */
const NS_LINE = /(?:^|[\s'"])((?:\S*\/)?\d{1,7}\/(?:ns|fd))\/(?:[a-z_]+|\d+)['"]?(?:\s*->|:)/;
/** psn: `(comm)  pid  tid [<0>] f+…`. */
const COLUMNS = /^\s*\((.{1,64}?)\)\s+(\d{1,7})\s+(\d{1,7})\s+(?=\[<)/;
const PID_WORD = /\b(?:pid|tid|process|thread|lwp|task)\b['"]?[\s:=#]*(\d{1,7})\b/i;
const PID_ALONE = /^[\s=#*\-+>[]*(\d{1,7})[\])]?(?:[\s:]+\(?([A-Za-z_][^()]{0,63}?)\)?)?[\s:=#*\-+]*$/;
const COMM_WORD = /\b(?:comm|command|name|cmd)\b['"]?[\s:=]+['"]?([^\s'",]+)/i;
const IN_PARENTHESES = /\(([^()]{1,64})\)/;
const STAT_LINE = /^(\d{1,7}) \((.*)\) [A-Za-z] -?\d+ -?\d+ -?\d+ -?\d+ -?\d+ \d+ /s;

/**
 * Cuts a text into its sections. Where nothing names a task, a text is one section, and another begins where an
 * outermost frame is followed by a further frame.
 */
export function sectionsOf(lines: Iterable<Line>): Section[] {
  const cutter = new Cutter();
  for (const line of lines) cutter.take(line);
  return cutter.finish();
}

interface Header {
  readonly file: ProcFile;
  readonly owner: PartOwner;
  /** It gave the file's path, so that an empty section means an empty file. */
  readonly path?: boolean;
}

class Cutter {
  readonly #sections: Section[] = [];
  #header: Header | undefined;
  #lines: Line[] = [];
  #named: string | undefined;
  /** The last frame of the section was one that ends a stack. */
  #bottomed = false;

  take(line: Line): void {
    const grep = GREP.exec(line.text);
    if (grep) return this.#takeNamed(grep[1] ?? "", { text: grep[2] ?? "", number: line.number });
    const link = line.text.length <= 300 && /\/(?:ns|fd)\//.test(line.text) ? NS_LINE.exec(line.text) : null;
    if (link) return this.#takeNamed(link[1] ?? "", line);
    const columns = COLUMNS.exec(line.text);
    if (columns) this.#switchTo(columns, line.number);
    if (STAT_LINE.test(line.text) && this.#header?.file !== "stat") return this.#alone("stat", line);
    const header = fileHeader(line) ?? (this.#inStack ? taskHeader(line) : undefined);
    // `wchan` has no newline: the prompt after it stands on its line.
    if (!header || (this.#header?.file === "wchan" && this.#lines.length === 0)) this.#push(line);
    if (header) this.#begin(header);
  }

  /** Only there may a line that merely holds a pid be a header: `Pid:` in a status file is none. */
  get #inStack(): boolean {
    return (this.#header?.file ?? "stack") === "stack";
  }

  finish(): Section[] {
    this.#close();
    return this.#sections;
  }

  /** A line that carries the path of its file. */
  #takeNamed(path: string, line: Line): void {
    if (path !== this.#named) {
      const header = headerOfPath(path, line.number);
      if (header) this.#begin(header);
      this.#named = path;
    }
    this.#push(line);
  }

  #switchTo(columns: RegExpExecArray, number: number): void {
    const [, comm, pid, tid] = columns;
    const now = this.#header?.owner;
    if (now?.tid === Number(tid) && now.comm === comm && !this.#bottomed) return;
    this.#begin({ file: "stack", owner: { pid: Number(pid), tid: Number(tid), comm, line: number } });
  }

  /** A file of one line needs no header. */
  #alone(file: ProcFile, line: Line): void {
    this.#begin({ file, owner: { line: line.number } });
    this.#lines.push(line);
    this.#close();
  }

  #push(line: Line): void {
    const parsed = parseFrame(line.text, line.number);
    if (parsed) {
      const bottom =
        parsed.is === "end" || (parsed.is === "frames" && isBottom(parsed.frames.at(-1)?.symbol ?? ""));
      // A frame below the outermost: nobody wrote a header, and yet another stack has begun.
      if (this.#bottomed && !bottom) this.#begin({ file: "stack", owner: { line: line.number } });
      this.#bottomed = bottom;
    }
    this.#lines.push(line);
  }

  #begin(header: Header): void {
    this.#close();
    this.#header = header;
  }

  #close(): void {
    const { file, owner } = this.#header ?? { file: "stack" as const, owner: {} };
    const lines = ONE_LINE.has(file) ? this.#lines.slice(0, 1) : this.#lines;
    // A pid in a line was a header only if a stack came after it.
    const named = this.#header?.path ?? false;
    if (named || lines.some((line) => parseFrame(line.text, line.number) !== undefined || file !== "stack"))
      this.#sections.push({ file, owner, lines, named });
    this.#header = undefined;
    this.#lines = [];
    this.#bottomed = false;
    this.#named = undefined;
  }
}

/** What follows the one line of these files in a terminal log is the next prompt. */
const ONE_LINE: ReadonlySet<ProcFile> = new Set(["comm", "wchan", "stat", "cmdline"]);

function headerOfPath(path: string, line: number): Header | undefined {
  const found = procPath(path);
  return found && { file: found.file, owner: { pid: found.pid, tid: found.tid, line }, path: true };
}

/** A line that announces a task's file. */
function fileHeader({ text, number }: Line): Header | undefined {
  // A variable of an environment may hold any path.
  if (text.length > 300 || /^[A-Za-z_]\w*=/.test(text)) return undefined;
  const path = TAIL_HEADER.exec(text)?.[1] ?? COMMAND.exec(text)?.[1] ?? text.replace(/:$/, "").trim();
  return headerOfPath(path, number);
}

/** A line that announces just a task: its stack follows. */
function taskHeader({ text, number }: Line): Header | undefined {
  if (text.length > 120 || text.includes("[<") || text.includes("+0x")) return undefined;
  const word = PID_WORD.exec(text);
  const alone = word ? undefined : PID_ALONE.exec(text);
  const pid = Number(word?.[1] ?? alone?.[1] ?? 0);
  if (pid === 0) return undefined;
  const comm = COMM_WORD.exec(text)?.[1] ?? IN_PARENTHESES.exec(text)?.[1] ?? alone?.[2]?.trim();
  return { file: "stack", owner: { pid, tid: pid, comm: comm === "" ? undefined : comm, line: number } };
}
