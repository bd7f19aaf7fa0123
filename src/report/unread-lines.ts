import { printable } from "./escape.ts";
import type { Inventory } from "./inventory.ts";
import { wrap } from "./wrap.ts";

/** Paths of one kind, and of one reason, that a text names. */
const LISTED_PATHS = 3;

/** What could not be read: a line for each reason, of which so many are shown. */
export function unreadLines(unread: Inventory["unread"], most: number, width: number): string[] {
  const lines = unread
    .slice(0, most)
    .map(({ reason, paths }) => wrap(`${printable(reason)}: ${somePaths(paths)}`, width, "  ", "    "));
  if (unread.length > lines.length) lines.push(`  and for ${unread.length - lines.length} other reasons`);
  return lines;
}

/** The first paths, and how many more there are. */
export function somePaths(paths: readonly string[]): string {
  const listed = paths.slice(0, LISTED_PATHS).map(printable).join(", ");
  return paths.length > LISTED_PATHS ? `${listed} and ${paths.length - LISTED_PATHS} more` : listed;
}
