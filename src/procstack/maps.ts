import { type Diagnostic, type Line, linesOf } from "../bytes/index.ts";
import { defined } from "./defined.ts";

/** `/proc/PID/maps`, or the mappings of its `smaps`: what files a process has in memory. */
export interface MapsFile {
  /** The program itself: the first executable file that is no library. */
  readonly binary?: string;
  /** By the loader or the library that is mapped; absent for static programs. */
  readonly libc?: "musl" | "glibc";
  /** Line that shows which libc it is. */
  readonly libcLine?: number;
  /** Every file that is mapped, once, in the order of the addresses. */
  readonly files: readonly { readonly path: string; readonly line: number }[];
  /** Mappings of any kind. */
  readonly count: number;
  readonly diagnostics: readonly Diagnostic[];
}

const ROW =
  /^[0-9a-f]{6,16}-[0-9a-f]{6,16} ([r-][w-][x-][ps]) [0-9a-f]{8,16} [0-9a-f]{2,4}:[0-9a-f]{2,4} \d+(?:\s+(.*))?$/;
const MUSL = /\/(?:ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1)$/;
const GLIBC = /\/(?:libc-2\.\d+\.so|libc\.so\.6|ld-2\.\d+\.so|ld-linux[\w.-]*\.so\.\d+)$/;
const LIBRARY = /\.so(?:\.[\w.]+)?$/;

/** Reads `/proc/PID/maps` (proc_pid_maps(5)). */
export function parseMaps(text: string): MapsFile {
  return mapsOf(linesOf(text));
}

/** {@link parseMaps} on lines that keep the numbers they have in the artifact. */
export function mapsOf(lines: Iterable<Line>): MapsFile {
  const files = new Map<string, number>();
  let count = 0;
  let isEmpty = true;
  let binary: string | undefined;
  let libc: { name: "musl" | "glibc"; line: number } | undefined;
  for (const { text, number } of lines) {
    isEmpty = false;
    const row = text.length > 5000 ? null : ROW.exec(text);
    if (!row) continue;
    count++;
    const path = row[2]?.replace(/ \(deleted\)$/, "").trim() ?? "";
    if (!path.startsWith("/")) continue;
    if (!files.has(path)) files.set(path, number);
    if (MUSL.test(path)) libc ??= { name: "musl", line: number };
    else if (GLIBC.test(path)) libc ??= { name: "glibc", line: number };
    else if (row[1]?.[2] === "x" && !LIBRARY.test(path)) binary ??= path;
  }
  const diagnostics: Diagnostic[] =
    count > 0
      ? []
      : // A kernel thread has no memory of its own: nothing was lost.
        [{ effect: isEmpty ? "note" : "unread", code: "maps-empty", message: "no mapping was found" }];
  return defined({
    binary,
    libc: libc?.name,
    libcLine: libc?.line,
    files: [...files].map(([path, line]) => ({ path, line })),
    count,
    diagnostics,
  });
}
