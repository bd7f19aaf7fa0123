import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** One file system as a line of `df` states it. */
export interface FileSystemUse {
  /** What is counted: `df` prints bytes, `df -i` inodes. */
  readonly of: "bytes" | "inodes";
  readonly device: string;
  /** Such as `ext4`; where `-T` printed it, or the output of `mount` stands in the same text. */
  readonly type: string | undefined;
  /** Bytes, or inodes. Absent for what counts none (`-`). */
  readonly size: number | undefined;
  readonly used: number | undefined;
  /** To users other than root: less than size − used where blocks are reserved. */
  readonly available: number | undefined;
  /** Percent of used + available, rounded up. */
  readonly percent: number | undefined;
  readonly mountPoint: string;
  /** Mounted read-only, where `mount` says so in the same text. */
  readonly readOnly: boolean | undefined;
  readonly text: string;
  readonly line: number;
}

/** What `df` prints, with any of `-h -i -k -m -a -l -P -T`. */
export interface Df extends Model {
  readonly fileSystems: readonly FileSystemUse[];
}

/** Most lines that are kept; a node with ten thousand mounts has other troubles. */
const MOST_ROWS = 1 << 15;
/** Longer lines are no output of df. */
const LONGEST_LINE = 8192;

/** The head in the languages that were seen: English, German, French, Spanish, Portuguese, Italian, Russian, Chinese, Japanese … */
const HEADER =
  /^(?:Filesystem|File system|Dateisystem|Sys\. de fichiers|Système? de fichiers|S\.ficheros|Sist\. Arq|File ?system|Файл\.? ?система|Файловая система|文件系统|檔案系統|ファイルシス|파일 시스템|Bestandssysteem|System plików|Filsystem)/;
/** What is counted where it is inodes: `Inodes`, `Inode`, `Iнодов`, `INodes`, `iノード`, `I-nodos`, `아이노드`. */
const INODES = /\bi-?nod|Inode|Iнод|инод|iノード|아이노드|i-węz/i;
/** The size of a block: `1K-blocks`, `1024-blocks`, `1M-Blöcke`, `blocs de 1K`, `1K-块`. */
const BLOCK = /(?:^|\s)(\d+)([KMG]?)B?(?=[-\s–—‐]|$)/;
const AMOUNT = /^(?:-|\d+(?:[.,]\d+)?[KMGTPEZY]?(?:i?B)?)$/;
const PERCENT = /^(?:\d+(?:[.,]\d+)?%|-)$/;
const MOUNT = /^(\S{1,4096}) on (\/\S{0,4096}) type (\S{1,64}) \(([^)]*)\)/;
const UNITS = "KMGTPEZY";

interface Header {
  readonly of: FileSystemUse["of"];
  /** Bytes of a block, for numbers without a unit. */
  readonly block: number;
}

/** Parses it; lines of other kinds, such as those of `mount` before it, are passed over. */
export function parseDf(text: string): Df {
  const fileSystems: FileSystemUse[] = [];
  const mounts = new Map<string, { type: string; readOnly: boolean }>();
  let header: Header = { of: "bytes", block: 1024 };
  let wrapped: string | undefined;
  for (const { text: line, number } of linesOf(text)) {
    if (line.length > LONGEST_LINE) continue;
    const [, , mountPoint, type, options] = MOUNT.exec(line) ?? [];
    if (mountPoint !== undefined && type !== undefined && options !== undefined) {
      mounts.set(mountPoint, { type, readOnly: options.split(",").includes("ro") });
      continue;
    }
    if (HEADER.test(line)) {
      header = headerOf(line);
      wrapped = undefined;
      continue;
    }
    const isContinued = wrapped !== undefined && /^\s/.test(line);
    const row = rowOf(isContinued ? `${wrapped} ${line.trim()}` : line, header);
    if (row && fileSystems.length < MOST_ROWS)
      fileSystems.push({ ...row, readOnly: undefined, text: line.trim(), line: number });
    // A device's long name stands on a line of its own.
    wrapped = !row && /^\S+$/.test(line.trim()) ? line.trim() : undefined;
  }
  if (fileSystems.length === 0) {
    const message = "no line is of a file system";
    return { fileSystems, diagnostics: [{ effect: "unread", code: "no-file-system", message }] };
  }
  return {
    fileSystems: fileSystems.map((row) => {
      const mount = mounts.get(row.mountPoint);
      return { ...row, type: row.type ?? mount?.type, readOnly: mount?.readOnly };
    }),
    diagnostics: [],
  };
}

function headerOf(line: string): Header {
  if (INODES.test(line)) return { of: "inodes", block: 1 };
  const [, count, unit] = BLOCK.exec(line.slice(4)) ?? [];
  if (count === undefined || unit === undefined) return { of: "bytes", block: 1 };
  return { of: "bytes", block: Number(count) * scale(unit) };
}

const scale = (unit: string): number => (unit === "" ? 1 : 1024 ** (UNITS.indexOf(unit) + 1));

/** The words of a line are told by their kind: three amounts, a percentage, a path. */
function rowOf(
  line: string,
  { of, block }: Header,
): Omit<FileSystemUse, "readOnly" | "text" | "line"> | undefined {
  const words = line.trim().split(/\s+/);
  const at = words.findIndex(
    (word, i) =>
      i >= 4 &&
      PERCENT.test(word) &&
      words[i + 1]?.startsWith("/") === true &&
      words.slice(i - 3, i).every((amount) => AMOUNT.test(amount)),
  );
  if (at === -1) return undefined;
  const [size, used, available] = words.slice(at - 3, at).map((amount) => amountOf(amount, of, block));
  const before = words.slice(0, at - 3);
  // A type is a word in small letters; a device's name may have spaces in it (CIFS).
  const type =
    before.length > 1 && /^[a-z][a-z0-9_.-]*$/.test(before.at(-1) ?? "") ? before.pop() : undefined;
  const percent = words[at] === "-" ? undefined : Number.parseFloat((words[at] ?? "").replace(",", "."));
  const mountPoint = words.slice(at + 1).join(" ");
  return { of, device: before.join(" "), type, size, used, available, percent, mountPoint };
}

function amountOf(word: string, of: FileSystemUse["of"], block: number): number | undefined {
  if (word === "-") return undefined;
  const value = Number.parseFloat(word.replace(",", "."));
  const unit = /[KMGTPEZY]/.exec(word)?.[0];
  // `df -ih` counts thousands in the same letters, of 1,024 too.
  if (unit !== undefined) return value * scale(unit);
  return of === "inodes" ? value : value * block;
}

/** By its head, or by lines of which half at the least are rows. */
export const dfFormat: Format<"df", Df> = textFormat({
  kind: "df",
  failure: { program: /\bdf\b/, path: /(?:^|[/_.-])df(?:[_.-]|$)/ },
  recognise(head) {
    // Every row has that; most texts don't.
    if (!/[%-]\s+\//.test(head)) return false;
    let rows = 0;
    let others = 0;
    let isHeaded = false;
    for (const { text } of linesOf(head)) {
      if (text.length > LONGEST_LINE) others++;
      else if (HEADER.test(text) && /[%％]|Capacity/.test(text)) isHeaded = true;
      else if (rowOf(text, { of: "bytes", block: 1 })) rows++;
      else if (isHeaded && rows === 0 && /^\S+$/.test(text)) continue;
      else if (/^\s+\S.*%\s+\//.test(text)) rows++;
      else if (text.trim() !== "" && !MOUNT.test(text)) others++;
    }
    return rows > 0 && (isHeaded || rows >= 2) && rows * 2 >= others;
  },
  parse: parseDf,
});
