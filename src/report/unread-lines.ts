import { firstOf, groupBy } from "../bytes/index.ts";
import { printable } from "./escape.ts";
import type { Inventory } from "./inventory.ts";
import { wrap } from "./wrap.ts";

type Unread = Inventory["unread"][number];

/** Paths of one kind, and of one reason, that a text names. */
const LISTED_PATHS = 3;

/** What could not be read: a line for each reason, of which so many are shown. */
export function unreadLines(unread: readonly Unread[], most: number, width: number): string[] {
  const lines = unread
    .slice(0, most)
    .map(({ reason, paths }) => wrap(`${printable(reason)}: ${somePaths(paths)}`, width, "  ", "    "));
  const left = unread.length - lines.length;
  if (left > 0) lines.push(`  and for ${left} other ${left === 1 ? "reason" : "reasons"}`);
  return lines;
}

/** Reasons that differ by names in quotes alone, as of one command that failed for each pod, become one. */
export function mergeReasons(unread: readonly Unread[]): Unread[] {
  return [...groupBy(unread, ({ reason }) => withoutNames(reason))].map(([general, alike]) => {
    const [first] = alike;
    return first && alike.length === 1
      ? first
      : { reason: general, paths: alike.flatMap(({ paths }) => paths) };
  });
}

const withoutNames = (reason: string): string => reason.replace(/"[^"]*"/g, '"…"');

/** The first paths, and how many more there are. */
export function somePaths(paths: readonly string[]): string {
  return printable(firstOf(paths, LISTED_PATHS));
}
