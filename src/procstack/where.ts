/** The files of `/proc/PID` that this room reads. */
export type ProcFile =
  | "stack"
  | "status"
  | "stat"
  | "comm"
  | "wchan"
  | "cmdline"
  | "cgroup"
  | "ns"
  | "environ"
  | "fd"
  | "syscall"
  | "limits"
  | "maps";

/** What an artifact's path says: which file of which task it is a copy of. */
export interface ProcPath {
  readonly file: ProcFile;
  readonly pid: number;
  readonly tid: number;
  /**
   * How far the path alone can be believed: `proc` has the whole form `proc/PID/stack`, `pid` that of `PID/stack`,
   * `name` is a name like `stack_PID.txt`.
   */
  readonly form: "proc" | "pid" | "name";
}

/** Their names, as alternatives of a pattern. */
export const FILES = "stack|status|stat|comm|wchan|cmdline|cgroup|ns|environ|fd|syscall|limits|maps";
const IN_TASK = new RegExp(String.raw`(?:^|/)(\d{1,7})/task/(\d{1,7})/(${FILES})(?:\.txt)?$`);
const IN_PROC = new RegExp(String.raw`(?:^|/)(\d{1,7})/(${FILES})(?:\.txt)?$`);
/** One file per link, as a recursive copy of `ns/` leaves them: `PID/ns/pid`. */
const NS_LINK = /(?:^|\/)(\d{1,7})\/ns\/[a-z_]+(?:\.txt)?$/;
/** `ls -l` of single links: `PID/fd/0`. */
const FD_LINK = /(?:^|\/)(\d{1,7})\/fd\/\d+$/;
const FILE_PID = new RegExp(String.raw`(?:^|/)(${FILES})[._-](\d{1,7})(?:\.(?:txt|log|out))?$`);
const PID_FILE = new RegExp(String.raw`(?:^|/)(\d{1,7})[._-](${FILES})(?:\.(?:txt|log|out))?$`);

/** Reads a path as that of a file of `/proc`: `proc/1/stack`, `1/task/7/stack`, `stack_1.txt`, `1.stack`. */
export function procPath(path: string): ProcPath | undefined {
  const task = IN_TASK.exec(path);
  if (task) return where(task[3], task[1], task[2], under(path));
  const proc = IN_PROC.exec(path);
  if (proc) return where(proc[2], proc[1], proc[1], under(path));
  const link = NS_LINK.exec(path);
  if (link) return where("ns", link[1], link[1], under(path));
  const descriptor = FD_LINK.exec(path);
  if (descriptor) return where("fd", descriptor[1], descriptor[1], under(path));
  const named = FILE_PID.exec(path);
  if (named) return where(named[1], named[2], named[2], "name");
  const numbered = PID_FILE.exec(path);
  if (numbered) return where(numbered[2], numbered[1], numbered[1], "name");
  return undefined;
}

function under(path: string): "proc" | "pid" {
  return /(?:^|\/)proc\/\d/.test(path) ? "proc" : "pid";
}

function where(
  file: string | undefined,
  pid: string | undefined,
  tid: string | undefined,
  form: ProcPath["form"],
): ProcPath {
  return { file: file as ProcFile, pid: Number(pid), tid: Number(tid), form };
}
