import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** What a file or a folder takes, with all that is below it. */
export interface DiskUse {
  readonly bytes: number;
  /** As printed: absolute, or from wherever `du` was run. */
  readonly path: string;
  readonly text: string;
  readonly line: number;
}

/** What `du` prints; its plain numbers are taken for kB, its default. */
export interface Du extends Model {
  readonly entries: readonly DiskUse[];
}

/** Most lines that are kept: the largest are. */
const MOST_ENTRIES = 1 << 16;
const ROW = /^\s*(\d+(?:[.,]\d+)?)([KMGTPE]?)(?:\t| {1,12}(?=\.{0,2}\/))(\S.*)$/;

/** Parses it; complaints and other lines are passed over. */
export function parseDu(text: string): Du {
  const entries: DiskUse[] = [];
  let dropped = 0;
  for (const { text: line, number } of linesOf(text)) {
    const [, amount, unit = "", path] = ROW.exec(line) ?? [];
    if (amount === undefined || path === undefined) continue;
    if (entries.length === MOST_ENTRIES) {
      dropped++;
      continue;
    }
    const bytes =
      Number.parseFloat(amount.replace(",", ".")) * 1024 ** (unit === "" ? 1 : "KMGTPE".indexOf(unit) + 1);
    entries.push({ bytes, path, text: line.trim().replace("\t", " "), line: number });
  }
  if (entries.length === 0) {
    const message = "no line is of a file or folder";
    return { entries, diagnostics: [{ effect: "unread", code: "no-entry", message }] };
  }
  if (dropped === 0) return { entries, diagnostics: [] };
  const message = `${dropped} entries more than ${MOST_ENTRIES} were passed over`;
  return { entries, diagnostics: [{ effect: "partial", code: "many-entries", message }] };
}

/** By its lines, of which nearly all have a size and a path. */
export const duFormat: Format<"du", Du> = textFormat({
  kind: "du",
  failure: { program: /\bdu\b/, path: /(?:^|[/_.-])du(?:[_.-]|$)/ },
  recognise(head, path) {
    let rows = 0;
    let paths = 0;
    let others = 0;
    for (const { text } of linesOf(head)) {
      const [, , unit, entry] = ROW.exec(text) ?? [];
      if (entry !== undefined) {
        rows++;
        if (entry.includes("/") || unit !== "") paths++;
      } else if (text.trim() !== "" && !text.startsWith("du: ")) others++;
    }
    // Numbers before words are many things: paths, units or the name tell.
    return rows > 0 && rows >= others * 4 && (paths * 2 >= rows || /(?:^|[/_.-])du(?:[_.-]|$)/.test(path));
  },
  parse: parseDu,
});
