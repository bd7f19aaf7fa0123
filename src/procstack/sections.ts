import type { Line } from "../bytes/index.ts";
import { parseFrame } from "./frame.ts";
import { isBottom } from "./symbol.ts";
import type { PartOwner } from "./task-part.ts";
import { shownPaths, shownThreadsOf } from "./typed-command.ts";
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
/** What `grep -r` prints of many files: the path before each line. */
const GREP = /^(\S*?(?:^|\/)\d{1,7}\/(?:task\/\d{1,7}\/)?(?:stack|status|stat|comm|wchan|cgroup)):(.*)$/;
/** `ls -l` of links named by their paths, or `readlink -v`: each line names its task. */
const NS_LINE = /(?:^|[\s'"])((?:\S*\/)?\d{1,7}\/(?:ns|fd))\/(?:[a-z_]+|\d+)['"]?(?:\s*->|:)/;
/** psn: `(comm)  pid  tid [<0>] f+…`. */
const COLUMNS = /^\s*\((.{1,64}?)\)\s+(\d{1,7})\s+(\d{1,7})\s+(?=\[<)/;
/** `== /proc/1`, `### 1/task/7/stack ###`, `/proc/1:`: what frames a path that stands alone. */
const DECORATION = /^[\s=#*\-+>[]+|[\s=#*\-:\]]+$/g;
const SEVERAL = /\/\d{1,7}\/(?:stack|status)\b/g;
/** A line of `ls -l` in a listing whose head was not pasted. */
const NS_LISTED =
  /^(?:\d{1,5}[.:)]?\s*)?l[rwx-]{9}.{1,120}\s(?:cgroup|ipc|mnt|net|pid|pid_for_children|time|user|uts)(?: -> \S+)?$/;
const TASK_FOLDER = /^(?:\S*\/)?proc\/(\d{1,7})(?:\/task\/(\d{1,7}))?\/?$/;
const PID_WORD = /\b(?:pid|tid|process|thread|lwp|task)\b['"]?[\s:=#]*(\d{1,7})\b/i;
const PID_ALONE = /^[\s=#*\-+>[]*(\d{1,7})[\])]?(?:[\s:]+\(?([A-Za-z_][^()]{0,63}?)\)?)?[\s:=#*\-+]*$/;
const COMM_WORD = /\b(?:comm|command|name|cmd)\b['"]?[\s:=]+['"]?([^\s'",]+)/i;
const IN_PARENTHESES = /\(([^()]{1,64})\)/;
/** The first line of a status file. */
const STATUS_BEGIN = /^Name:\t/;
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
  /** It named the task's folder: several of its files follow, without a line between them. */
  readonly folder?: true;
  /** One command shows the stacks of several tasks, without a line between them. */
  readonly owners?: readonly PartOwner[];
}

class Cutter {
  readonly #sections: Section[] = [];
  #header: Header | undefined;
  #lines: Line[] = [];
  #named: string | undefined;
  #group: { readonly owners: readonly PartOwner[]; readonly from: number } | undefined;
  /** The task whose files stand one behind the other. */
  #folder: PartOwner | undefined;
  /** The section has a frame. */
  #framed = false;
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
    const header = commandHeader(line) ?? fileHeader(line) ?? (this.#inStack ? taskHeader(line) : undefined);
    if (!header && this.#folder) this.#switchInFolder(line, this.#folder);
    else if (!header && this.#inStack && NS_LISTED.test(line.text)) this.#switchToLinks(line);
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
    this.#closeGroup();
    return this.#sections;
  }

  /** A line that carries the path of its file. */
  #takeNamed(path: string, line: Line): void {
    if (path !== this.#named) {
      const header = headerOfPath(path, line.number);
      const folder = this.#folder;
      if (header) this.#begin(header);
      // What `ls` complains of stands among the files of the task's folder.
      if (folder !== undefined && folder.tid === header?.owner.tid) this.#folder = folder;
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

  /** The links of a task that the text has named, and has shown nothing of yet; else of one that it doesn't name. */
  #switchToLinks({ number }: Line): void {
    const owner = this.#framed ? { line: number } : (this.#header?.owner ?? { line: number });
    this.#begin({ file: "ns", owner, path: true });
  }

  /** The next file of a task begins with what only it has. */
  #switchInFolder({ text, number }: Line, folder: PartOwner): void {
    const now = this.#header?.file;
    const next: ProcFile | undefined = STATUS_BEGIN.test(text)
      ? "status"
      : NS_LISTED.test(text) && now !== "ns"
        ? "ns"
        : now !== "stack" && parseFrame(text, number) !== undefined
          ? "stack"
          : undefined;
    if (next === undefined) return;
    this.#begin({ file: next, owner: { ...folder, line: number }, path: true });
    this.#folder = folder;
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
      if (this.#header?.file === "ns") this.#begin({ file: "stack", owner: { line: line.number } });
      this.#framed = true;
      const bottom = parsed.is === "end" || isBottom(parsed.frames.at(-1)?.symbol ?? "");
      // A frame below the outermost: nobody wrote a header, and yet another stack has begun.
      if (this.#bottomed && !bottom) {
        // Which thread of it that is isn't told.
        const { pid, tid } = this.#header?.owner ?? {};
        this.#close();
        this.#header = {
          file: "stack",
          owner: tid === undefined && pid !== undefined ? { pid, line: line.number } : { line: line.number },
        };
        this.#framed = true;
      }
      this.#bottomed = bottom;
    }
    this.#lines.push(line);
  }

  #begin(header: Header): void {
    this.#close();
    this.#closeGroup();
    this.#header = header;
    this.#folder = header.folder === true ? header.owner : undefined;
    if (header.owners) this.#group = { owners: header.owners, from: this.#sections.length };
  }

  /** As many stacks as the command has paths are theirs, in their order; of fewer, nobody knows whose they are. */
  #closeGroup(): void {
    const group = this.#group;
    this.#group = undefined;
    if (group === undefined || this.#sections.length - group.from !== group.owners.length) return;
    group.owners.forEach((owner, index) => {
      const section = this.#sections[group.from + index];
      if (section)
        this.#sections[group.from + index] = { ...section, owner: { ...owner, line: section.owner.line } };
    });
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
    this.#framed = false;
    this.#named = undefined;
  }
}

/** What follows the one line of these files in a terminal log is the next prompt. */
const ONE_LINE: ReadonlySet<ProcFile> = new Set(["comm", "wchan", "stat", "cmdline"]);

function headerOfPath(path: string, line: number): Header | undefined {
  const found = procPath(path);
  return found && { file: found.file, owner: { pid: found.pid, tid: found.tid, line }, path: true };
}

/** A line that is the path of a task's file, or of its folder, and little else. */
function fileHeader({ text, number }: Line): Header | undefined {
  // A variable of an environment may hold any path.
  if (text.length > 300 || /^[A-Za-z_]\w*=/.test(text)) return undefined;
  const path = TAIL_HEADER.exec(text)?.[1] ?? text.replaceAll(DECORATION, "");
  // Of several paths, nobody knows which is meant.
  if ((path.match(SEVERAL)?.length ?? 0) > 1) return undefined;
  const header = headerOfPath(path, number);
  if (header) return header;
  const [, pid, tid] = TASK_FOLDER.exec(path) ?? [];
  return pid === undefined
    ? undefined
    : { file: "stack", owner: { pid: Number(pid), tid: Number(tid ?? pid), line: number }, folder: true };
}

/** A command whose output follows. */
function commandHeader({ text, number }: Line): Header | undefined {
  const paths = shownPaths(text);
  if (paths === undefined) return undefined;
  const [first, ...others] = paths;
  if (first === undefined) {
    const pid = shownThreadsOf(text);
    return { file: "stack", owner: pid === undefined ? { line: number } : { pid, line: number } };
  }
  if (others.length === 0) return headerOfPath(first, number);
  const found = paths.flatMap((path) => procPath(path) ?? []);
  if (found.length < paths.length || found.some(({ file }) => file !== "stack"))
    return { file: "stack", owner: { line: number } };
  const owners = found.map(({ pid, tid }) => ({ pid, tid }));
  return { file: "stack", owner: { line: number }, owners };
}

/** A line that announces just a task: its stack follows. */
function taskHeader({ text, number }: Line): Header | undefined {
  if (text.length > 120 || text.includes("[<") || text.includes("+0x")) return undefined;
  const word = PID_WORD.exec(text);
  const alone = word ? undefined : PID_ALONE.exec(text);
  const pid = Number(word?.[1] ?? alone?.[1] ?? 0);
  if (pid === 0) return undefined;
  // A row of `ps -o pid,stat,comm` has the state in between.
  const row = alone?.[2]?.trim().replace(/^[RSDTtZXIWPK][<NLsl+]{0,5}\s+(?=\S)/, "");
  const comm = COMM_WORD.exec(text)?.[1] ?? IN_PARENTHESES.exec(text)?.[1] ?? row;
  return { file: "stack", owner: { pid, tid: pid, comm: comm === "" ? undefined : comm, line: number } };
}
