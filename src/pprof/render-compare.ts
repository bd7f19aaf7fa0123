import type { Change, Comparison } from "./compare.ts";
import { scaledLabel } from "./measurement.ts";

/** Wide enough for every title. */
const LEAST_WIDTH = 7;

/** A {@link Comparison} as a table: how flat changed, from what to what, and how cum did. */
export function renderCompare({ type, unit, total, dropped, rows }: Comparison): string {
  const label = (value: bigint): string => scaledLabel(Number(value), unit, "minimum");
  const signed = (value: bigint): string => (value > 0n ? `+${label(value)}` : label(value));
  const cells = rows.map(({ name, flat, cum }) => [
    signed(flat.delta),
    label(flat.base),
    label(flat.now),
    factor(flat),
    signed(cum.delta),
    label(cum.base),
    label(cum.now),
    factor(cum),
    name,
  ]);
  const head = ["flat", "from", "to", "", "cum", "from", "to", "", ""];
  const widths = head.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), LEAST_WIDTH),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [
    `Type: ${type}`,
    `Total: ${label(total.base)} in the base, ${label(total.now)} now: ${signed(total.delta)} ${factor(total)}`.trimEnd(),
    ...(dropped === 0 ? [] : [`${dropped} functions that changed less are not shown`]),
    line(head),
    ...cells.map(line),
    "",
  ].join("\n");
}

/** How many times larger or smaller; nothing where there was nothing. */
function factor({ base, now }: Change): string {
  if (base <= 0n || now <= 0n) return "";
  const ratio = Number(now) / Number(base);
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)}×`;
}
