import { labeller, percentage, scale, scaledLabel } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { ViewTotals } from "./weigh.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A row of a view, as far as its header and units depend on it. */
interface Weights {
  readonly flat: bigint;
  readonly cum: bigint;
}

/** How a view prints values: in one unit, which the smallest value shown and the total choose. */
export function valueLabel(totals: ViewTotals, rows: readonly Weights[]): (value: bigint | number) => string {
  const label = labeller(totals.unit, outputUnit(totals, rows));
  return (value) => label(Number(value));
}

/** The columns of a function in a view's table, called for one row after the other: `sum%` is of all so far. */
export function weightColumns(
  totals: ViewTotals,
  label: (value: bigint | number) => string,
): (row: Weights) => string {
  const total = Number(totals.total);
  let running = 0n;
  return ({ flat, cum }) => {
    running += flat;
    const columns = [
      label(flat).padStart(10),
      percentage(Number(flat), total),
      percentage(Number(running), total),
      label(cum).padStart(10),
      percentage(Number(cum), total),
    ];
    return columns.join(" ");
  };
}

/** The lines above a view's table: the profile, what share of it is shown, and what was left out. */
export function* headerLines(
  profile: Profile,
  totals: ViewTotals,
  rows: readonly Weights[],
  label: (value: bigint | number) => string,
): Generator<string> {
  const total = Number(totals.total);
  yield* profileLines(profile, totals, label);
  if (totals.filters.length > 0) {
    yield "Active filters:";
    for (const filter of totals.filters) yield `   ${shortened(filter)}`;
  }
  const flatSum = rows.reduce((sum, { flat }) => sum + flat, 0n);
  const share = percentage(Number(flatSum), total).trim();
  yield `Showing nodes accounting for ${label(flatSum)}, ${share} of ${label(totals.total)} total`;
  if (total !== 0 && totals.dropped > 0) {
    yield `Dropped ${totals.dropped} node${totals.dropped === 1 ? "" : "s"} (cum <= ${label(totals.droppedBelow)})`;
  }
  if (total !== 0 && rows.length < totals.nodes) {
    yield `Showing top ${rows.length} nodes out of ${totals.nodes}`;
  }
}

/** As much of a filter as pprof prints: 80 bytes. */
function shortened(filter: string): string {
  const bytes = new TextEncoder().encode(filter);
  return bytes.length > 80 ? `${new TextDecoder().decode(bytes.subarray(0, 80))}…` : filter;
}

/** The lines that say what profile it is. */
export function* profileLines(
  profile: Profile,
  { type, unit, total }: Pick<ViewTotals, "type" | "unit" | "total">,
  label: (value: bigint | number) => string,
): Generator<string> {
  const { mappings } = profile;
  const file = profile.string(mappings.file[1] ?? 0);
  const buildId = profile.string(mappings.buildId[1] ?? 0);
  if (mappings.count > 1) {
    if (file !== "") yield `File: ${file.slice(file.lastIndexOf("/") + 1)}`;
    if (buildId !== "") yield `Build ID: ${buildId}`;
  }
  for (const comment of new Set(profile.comments)) {
    const text = profile.string(comment);
    if (!text.startsWith("#")) yield text;
  }
  if (type !== "") yield `Type: ${type}`;
  if (profile.docUrl !== 0) yield `Doc: ${profile.string(profile.docUrl)}`;
  if (profile.timeNanos !== 0n) yield `Time: ${timeText(profile.timeNanos)}`;
  if (profile.durationNanos !== 0n) {
    const nanos = Number(profile.durationNanos);
    const [totalNanos, totalUnit] = scale(Number(total), unit, "nanoseconds");
    const ratio =
      totalUnit === "ns" && totalNanos !== 0 ? `(${percentage(Math.trunc(totalNanos), nanos)})` : "";
    yield `Duration: ${scaledLabel(nanos, "nanoseconds", "auto")}, Total samples = ${label(total)} ${ratio}`;
  }
}

/** `Jan 2, 2006 at 3:04pm (UTC)`. */
function timeText(nanos: bigint): string {
  const date = new Date(Number(nanos / 1_000_000n));
  const hour = date.getUTCHours();
  const minute = String(date.getUTCMinutes()).padStart(2, "0");
  const clock = `${hour % 12 === 0 ? 12 : hour % 12}:${minute}${hour < 12 ? "am" : "pm"}`;
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()} at ${clock} (UTC)`;
}

/** The unit that fits the smallest value shown, unless that is so far below the total that a larger one serves both. */
function outputUnit({ unit, total }: ViewTotals, rows: readonly Weights[]): string {
  let least = 0;
  for (const { flat, cum } of rows) {
    const value = Math.abs(Number(flat)) || Math.abs(Number(cum));
    if (value > 0 && (least === 0 || value < least)) least = value;
  }
  if (rows.length === 0) return "minimum";
  const most = Number(total);
  if (least === 0) least = most;
  const [, leastUnit] = scale(least, unit, "minimum");
  const [, mostUnit] = scale(most, unit, "minimum");
  const chosen =
    leastUnit !== mostUnit && least * 100 < most ? scale(100 * least, unit, "minimum")[1] : leastUnit;
  return chosen === "" ? unit : chosen;
}
