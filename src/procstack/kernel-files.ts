import { type Diagnostic, linesOf, type Model } from "../bytes/index.ts";

/** Files of the kernel's control groups and of its FUSE connections that say why tasks wait, and how much of the CPU they get. */
export type KernelFileName =
  | "freezer.state"
  | "freezer.self_freezing"
  | "freezer.parent_freezing"
  | "cgroup.freeze"
  | "cgroup.events"
  | "memory.oom_control"
  | "cpu.stat"
  | "cpu.max"
  | "cpu.cfs_quota_us"
  | "cpu.cfs_period_us"
  | "cpuacct.usage"
  | "waiting";

/** One such file. */
export interface KernelFile {
  readonly name: KernelFileName;
  /** The path by which the artifact knows it. */
  readonly path: string;
  /** By key; the one value of a file without keys stands under the empty key. */
  readonly values: ReadonlyMap<string, string>;
  /** One-based line of each value. */
  readonly lines: ReadonlyMap<string, number>;
}

/** One such file, or many that were printed one after the other with their paths. */
export interface KernelFiles extends Model {
  readonly files: readonly KernelFile[];
}

const NAMED =
  /(?:^|\/)(freezer\.(?:state|self_freezing|parent_freezing)|cgroup\.freeze|cgroup\.events|memory\.oom_control|cpu\.stat|cpu\.max|cpu\.cfs_(?:quota|period)_us|cpuacct\.usage|fuse\/connections\/\d+\/waiting)(?:\.txt)?$/;
const TAIL_HEADER = /^==> (.+) <==$/;
/** `grep -r . /sys/…` and `grep -H`. */
const GREP =
  /^(\/?\S*?(?:freezer\.(?:state|self_freezing|parent_freezing)|cgroup\.freeze|cgroup\.events|memory\.oom_control|cpu\.stat|cpu\.max|cpu\.cfs_(?:quota|period)_us|cpuacct\.usage|fuse\/connections\/\d+\/waiting)):(.*)$/;
const WORD = /^(?:FROZEN|FREEZING|THAWED|-?\d+)$/;
/** `cpu.max`: how many microseconds in each period of so many, both in one line. */
const QUOTA = /^(max|\d+) (\d+)$/;
const PAIR = /^([a-z_]+) (\d+)$/;

/** Reads one of these files, known by its path, or several with `==> path <==` or `path:` before what each holds. */
export function parseKernelFiles(text: string, path = ""): KernelFiles {
  const files = new Map<
    string,
    { name: KernelFileName; values: Map<string, string>; lines: Map<string, number> }
  >();
  const open = (at: string) => {
    const name = kernelFileName(at);
    if (name === undefined) return undefined;
    const known = files.get(at) ?? { name, values: new Map(), lines: new Map() };
    files.set(at, known);
    return known;
  };
  let current = open(path);
  // A number at the end of a text without a line end may have lost digits.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n").length - 1;
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > 4096) continue;
    const header = TAIL_HEADER.exec(line)?.[1];
    if (header !== undefined) {
      current = open(header);
      continue;
    }
    const [, named, rest] = GREP.exec(line) ?? [];
    const into = named === undefined ? current : open(named);
    if (!into || (into.name.startsWith("cpu") && number > whole)) continue;
    const body = (rest ?? line).trim();
    if (into.name === "cpu.max") {
      const [, quota, period] = QUOTA.exec(body) ?? [];
      if (quota === undefined || period === undefined || into.values.size > 0) continue;
      into.values.set("quota", quota).set("period", period);
      into.lines.set("quota", number).set("period", number);
      continue;
    }
    const [, key, value] = PAIR.exec(body) ?? (WORD.test(body) ? ["", "", body] : []);
    if (key === undefined || value === undefined || into.values.has(key)) continue;
    into.values.set(key, value);
    into.lines.set(key, number);
  }
  const full = [...files].filter(([, { values }]) => values.size > 0);
  const diagnostics: Diagnostic[] =
    full.length > 0
      ? []
      : [{ effect: "unread", code: "kernel-file-empty", message: "no value of the file was found" }];
  return { files: full.map(([at, file]) => ({ path: at, ...file })), diagnostics };
}

/** Which of these files a path is of. */
export function kernelFileName(path: string): KernelFileName | undefined {
  const name = path.length > 4096 ? undefined : NAMED.exec(path)?.[1];
  if (name === undefined) return undefined;
  return (name.endsWith("/waiting") ? "waiting" : name) as KernelFileName;
}

/** Whether a text, or its beginning, is one of these files by its path, or prints such files with theirs. */
export function looksLikeKernelFiles(head: string, path: string): boolean {
  if (kernelFileName(path) !== undefined) return true;
  let lines = 0;
  let named = 0;
  for (const { text } of linesOf(head)) {
    if (text.length > 4096 || text.trim() === "") continue;
    lines++;
    const header = TAIL_HEADER.exec(text)?.[1];
    if ((header !== undefined && kernelFileName(header) !== undefined) || GREP.test(text)) named++;
  }
  return named > 0 && named * 8 >= lines;
}
