import { type Diagnostic, linesOf, type Model } from "../bytes/index.ts";

/** A lock on a file, or a wait for one. */
export interface FileLock {
  /** What the kernel counts it as: a waiter has the number of the lock that it waits for. */
  readonly number: number;
  readonly kind: "FLOCK" | "POSIX" | "OFDLCK" | "LEASE" | "DELEG" | "ACCESS";
  readonly access: "READ" | "WRITE" | "UNLCK" | "RW";
  /** Absent for locks of descriptors (`OFDLCK`), which belong to no process. */
  readonly pid?: number;
  /** `major:minor:inode` of the file, major and minor hexadecimal. */
  readonly file: string;
  /** It waits for the lock of its number. */
  readonly waits: boolean;
  /** One-based line of the artifact. */
  readonly line: number;
}

/** `/proc/locks`. */
export interface FileLocks extends Model {
  readonly locks: readonly FileLock[];
}

const ROW =
  /^\s*(\d+):\s+(->\s+)?(FLOCK|POSIX|OFDLCK|LEASE|DELEG|ACCESS)\s+\S+\s+(READ|WRITE|UNLCK|RW)\s+(-?\d+) ([0-9a-f]+:[0-9a-f]+:\d+) /;

/** Reads `/proc/locks` (proc_locks(5)). Waiters stand behind their lock, marked `->`, each further in than who it waits for. */
export function parseFileLocks(text: string): FileLocks {
  const locks: FileLock[] = [];
  for (const { text: line, number: at } of linesOf(text)) {
    const row = line.length > 200 ? null : ROW.exec(`${line} `);
    if (!row) continue;
    const [, number, arrow, kind, access, pid = "-1", file = ""] = row;
    locks.push({
      number: Number(number),
      kind: kind as FileLock["kind"],
      access: access as FileLock["access"],
      ...(Number(pid) > 0 ? { pid: Number(pid) } : {}),
      file,
      waits: arrow !== undefined,
      line: at,
    });
  }
  const diagnostics: Diagnostic[] =
    locks.length > 0 ? [] : [{ effect: "note", code: "locks-empty", message: "no file is locked" }];
  return { locks, diagnostics };
}

/** Whether a text, or its beginning, is a copy of `/proc/locks`. */
export function looksLikeFileLocks(head: string): boolean {
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== "");
  // The last line of a head may be cut.
  return (
    lines.length > 0 && lines.slice(0, Math.max(1, lines.length - 1)).every((line) => ROW.test(`${line} `))
  );
}
