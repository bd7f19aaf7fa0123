import type { Diagnostic, Line } from "../bytes/index.ts";
import { type CgroupFile, cgroupOf } from "./cgroup.ts";
import { defined } from "./defined.ts";
import { type DescriptorList, descriptorsOf } from "./descriptors.ts";
import { type EnvironFile, environOf } from "./environ.ts";
import { type LimitsFile, limitsOf } from "./limits.ts";
import { type MapsFile, mapsOf } from "./maps.ts";
import { type NamespaceLinks, namespacesOf } from "./namespaces.ts";
import { type StackTrace, stackOf } from "./stack.ts";
import type { ListedTask } from "./ps-listing.ts";
import { parseStat, type StatFile } from "./stat.ts";
import { type StatusFile, statusOfLines } from "./status.ts";
import { parseSyscall, type SyscallFile } from "./syscall-file.ts";
import type { ProcFile, ProcPath } from "./where.ts";
import { parseCmdline, parseComm, parseWchan } from "./words.ts";

/** What one file, or one section of a file, says about one task. {@link joinTasks} makes tasks of them. */
export interface TaskPart {
  /** The process, where the path or the text names it. */
  readonly pid?: number;
  /** The thread; the same as `pid` for a process's first. */
  readonly tid?: number;
  /** Exactly one of the following, by the kind of file; `comm` also where a header names the task. */
  readonly stack?: StackTrace;
  readonly status?: StatusFile;
  readonly stat?: StatFile;
  readonly namespaces?: NamespaceLinks;
  readonly cgroup?: CgroupFile;
  /** `0` in the file is `false` here: the task sleeps nowhere, or the reader may not know. */
  readonly wchan?: string | false;
  readonly comm?: string;
  readonly cmdline?: readonly string[];
  /** A row of a `ps` listing. */
  readonly listed?: ListedTask;
  readonly environ?: EnvironFile;
  readonly descriptors?: DescriptorList;
  readonly syscall?: SyscallFile;
  readonly limits?: LimitsFile;
  readonly maps?: MapsFile;
  /** One-based line of the artifact where the section begins. */
  readonly line?: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Who a text is about, as its surroundings name them. */
export interface PartOwner {
  readonly pid?: number | undefined;
  readonly tid?: number | undefined;
  readonly comm?: string | undefined;
  readonly line?: number | undefined;
}

/** Decodes the text of one file of `/proc/PID`. What the text itself says of its owner stands before what `owner` says. */
export function partOf(file: ProcFile, lines: readonly Line[], owner: PartOwner): TaskPart {
  const { pid, tid, comm, line } = owner;
  const about = { pid, tid, comm, line };
  switch (file) {
    case "stack": {
      const stack = stackOf(lines);
      return defined({ ...about, stack, diagnostics: stack.diagnostics });
    }
    case "status": {
      const status = statusOfLines(lines);
      const own = { pid: status.tgid ?? pid, tid: status.pid ?? tid };
      return defined({ ...about, ...own, status, diagnostics: status.diagnostics });
    }
    case "stat": {
      const stat = parseStat(lines.map((one) => one.text).join("\n"));
      return defined({
        ...about,
        pid: pid ?? stat.pid,
        tid: stat.pid ?? tid,
        stat,
        diagnostics: stat.diagnostics,
      });
    }
    case "ns": {
      const namespaces = namespacesOf(lines);
      return defined({ ...about, namespaces, diagnostics: namespaces.diagnostics });
    }
    case "cgroup": {
      const cgroup = cgroupOf(lines);
      return defined({ ...about, cgroup, diagnostics: cgroup.diagnostics });
    }
    case "environ": {
      const environ = environOf(lines);
      return defined({ ...about, environ, diagnostics: environ.diagnostics });
    }
    case "fd": {
      const descriptors = descriptorsOf(lines);
      return defined({ ...about, descriptors, diagnostics: descriptors.diagnostics });
    }
    case "syscall": {
      const syscall = parseSyscall(lines[0]?.text ?? "");
      return defined({ ...about, syscall, diagnostics: syscall.diagnostics });
    }
    case "limits": {
      const limits = limitsOf(lines);
      return defined({ ...about, limits, diagnostics: limits.diagnostics });
    }
    case "maps": {
      const maps = mapsOf(lines);
      return defined({ ...about, maps, diagnostics: maps.diagnostics });
    }
    default:
      return wordPart(file, lines.map((one) => one.text).join("\n"), about);
  }
}

/** The files that hold one word, or any bytes at all. */
function wordPart(file: "comm" | "wchan" | "cmdline", text: string, owner: PartOwner): TaskPart {
  if (file === "cmdline") return defined({ ...owner, cmdline: parseCmdline(text), diagnostics: [] });
  if (file === "wchan") {
    const wchan: string | false = parseWchan(text) ?? false;
    return defined({ ...owner, wchan, diagnostics: [] });
  }
  const comm = parseComm(text);
  return defined({ ...owner, comm: comm ?? owner.comm, diagnostics: comm === undefined ? [EMPTY_NAME] : [] });
}

const EMPTY_NAME: Diagnostic = {
  effect: "unread",
  code: "comm-empty",
  message: "0 bytes: the task has no name, or was gone",
};

/** The owner that a path names. */
export function ownerOf(path: ProcPath | undefined): PartOwner {
  return path ? { pid: path.pid, tid: path.tid } : {};
}
