import type { Format, Model } from "../bytes/index.ts";
import { linesOf } from "../bytes/index.ts";
import { textFormat } from "./text-format.ts";

/** The free memory of one zone by the size of its blocks. */
export interface BuddyZone {
  readonly node: number;
  /** `DMA`, `DMA32`, `Normal`, `HighMem`, `Movable`. */
  readonly zone: string;
  /** How many free blocks there are of 1, 2, 4 … pages. */
  readonly blocks: readonly number[];
  readonly text: string;
  readonly line: number;
}

/** `/proc/buddyinfo` (mm/vmstat.c, frag_show_print). A healthy node may have none of its largest blocks free. */
export interface Buddyinfo extends Model {
  readonly zones: readonly BuddyZone[];
}

const ROW = /^Node +(\d+), zone +(\w+)((?: +\d+){2,20}) *$/;

/** Parses it; other lines are passed over. */
export function parseBuddyinfo(text: string): Buddyinfo {
  const zones: BuddyZone[] = [];
  for (const { text: line, number } of linesOf(text)) {
    const [, node, zone, counts] = ROW.exec(line) ?? [];
    if (node === undefined || zone === undefined || counts === undefined) continue;
    const blocks = counts.trim().split(/ +/).map(Number);
    zones.push({ node: Number(node), zone, blocks, text: line.trim().replace(/ +/g, " "), line: number });
  }
  const first = zones[0];
  if (!first)
    return { zones, diagnostics: [{ effect: "unread", code: "no-zone", message: "no line is of a zone" }] };
  // All zones have as many orders: a line that has fewer was cut.
  const cut = zones.find(({ blocks }) => blocks.length !== first.blocks.length);
  if (!cut) return { zones, diagnostics: [] };
  const message = "a zone's line is not as long as the others";
  const whole = zones.filter(({ blocks }) => blocks.length === first.blocks.length);
  return {
    zones: whole,
    diagnostics: [{ effect: "partial", code: "uneven-lines", message, line: cut.line }],
  };
}

/** By a zone's line. */
export const buddyinfoFormat: Format<"buddyinfo", Buddyinfo> = textFormat({
  kind: "buddyinfo",
  recognise(head) {
    for (const { text } of linesOf(head)) if (ROW.test(text)) return true;
    return false;
  },
  parse: parseBuddyinfo,
});
