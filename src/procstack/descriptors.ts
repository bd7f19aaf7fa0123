import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";

/** What kind of thing a descriptor is open on. */
export type DescriptorKind =
  "terminal" | "pipe" | "socket" | "anonymous" | "null" | "fuse-device" | "device" | "file";

/** One open descriptor of a process. */
export interface Descriptor {
  readonly fd: number;
  /** As the kernel names it: a path, `pipe:[123]`, `socket:[123]`, `anon_inode:[eventpoll]`. */
  readonly target: string;
  readonly kind: DescriptorKind;
  /** The file has been unlinked. */
  readonly deleted: boolean;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** The links of `/proc/PID/fd`. */
export interface DescriptorList {
  /** In the order of their numbers. */
  readonly descriptors: readonly Descriptor[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Longer lines are none of `ls` but for absurd paths. */
const LONGEST = 5000;
/** The descriptor's number before the arrow of `ls`. */
const ARROW = /(?:^|[\s/'"])(\d{1,7})['"]?\s*->\s*(\S.*)$/;
/** What `readlink -v`, `grep` or a loop prints: `/proc/7/fd/0: /dev/null`, `0: /dev/null`, `0 /dev/null`. */
const NAMED = /^(?:\S*\/fd\/)?(\d{1,7})(?::\s*|\s+)(['"/a-z]\S*.*)$/;
const TERMINAL = /^\/dev\/(?:pts\/\d+|pts\/ptmx|ptmx|tty\w*|console|hvc\d+)$/;
const REFUSED = /(?:cannot (?:read|open|access)|readlink:|ls:).*(?:denied|not permitted)/i;

/** Reads a listing of `/proc/PID/fd`: `ls -l` in any quoting, or what `readlink` printed with names in front. */
export function parseDescriptors(text: string): DescriptorList {
  return descriptorsOf(linesOf(text));
}

/** {@link parseDescriptors} on lines that keep the numbers they have in the artifact. */
export function descriptorsOf(lines: Iterable<Line>): DescriptorList {
  const found = new Map<number, Descriptor>();
  let refused: Line | undefined;
  let isListed = false;
  for (const line of lines) {
    const { text, number } = line;
    isListed ||= /^total 0\s*$/.test(text);
    if (text.length > LONGEST) continue;
    if (REFUSED.test(text)) {
      refused ??= line;
      continue;
    }
    const [, fd, quoted] = ARROW.exec(text) ?? NAMED.exec(text.trim()) ?? [];
    if (fd === undefined || quoted === undefined || found.has(Number(fd))) continue;
    const named = unquoted(quoted.trimEnd());
    const deleted = named.endsWith(" (deleted)");
    const target = deleted ? named.slice(0, -" (deleted)".length) : named;
    const kind = kindOf(target);
    if (kind === undefined) continue;
    found.set(Number(fd), { fd: Number(fd), target, kind, deleted, line: number });
  }
  const descriptors = [...found.values()].sort((a, b) => a.fd - b.fd);
  return { descriptors, diagnostics: diagnose(descriptors.length, refused, isListed) };
}

function unquoted(text: string): string {
  const quote = text[0];
  return (quote === "'" || quote === '"') && text.length > 1 && text.endsWith(quote)
    ? text.slice(1, -1)
    : text;
}

/** `undefined`: no descriptor leads there, so the line is something else. */
function kindOf(target: string): DescriptorKind | undefined {
  if (TERMINAL.test(target)) return "terminal";
  if (target.startsWith("pipe:[")) return "pipe";
  if (target.startsWith("socket:[")) return "socket";
  if (target.startsWith("anon_inode:")) return "anonymous";
  if (target === "/dev/null") return "null";
  if (target === "/dev/fuse") return "fuse-device";
  if (target.startsWith("/dev/")) return "device";
  return target.startsWith("/") || /^[a-z_]+:\[?\S+\]?$/.test(target) ? "file" : undefined;
}

function diagnose(found: number, refused: Line | undefined, isListed: boolean): Diagnostic[] {
  if (refused) {
    const effect = found > 0 ? "partial" : "unread";
    const message = refused.text.trim().slice(0, 200);
    return [{ effect, code: "fd-refused", message, line: refused.number }];
  }
  if (found > 0) return [];
  // A kernel thread has none, and the listing says so.
  const effect = isListed ? "note" : "unread";
  return [{ effect, code: "fd-empty", message: "no open descriptor was found" }];
}
