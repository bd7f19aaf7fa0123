import { percentage, scale, scaledLabel } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { Top } from "./top.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * A {@link Top} in the form of `go tool pprof -top`: the same rows, order, values and percentages. The time is in UTC,
 * where pprof prints the zone of the machine that it runs on.
 */
export function renderTop(profile: Profile, top: Top): string {
  const unit = outputUnit(top);
  const label = (value: bigint): string => scaledLabel(Number(value), top.unit, unit);
  const total = Number(top.total);
  const lines = [...headerOf(profile, top, label)];
  const flatSum = top.rows.reduce((sum, { flat }) => sum + flat, 0n);
  const share = percentage(Number(flatSum), total).trim();
  lines.push(`Showing nodes accounting for ${label(flatSum)}, ${share} of ${label(top.total)} total`);
  if (total !== 0 && top.dropped > 0) {
    lines.push(
      `Dropped ${top.dropped} node${top.dropped === 1 ? "" : "s"} (cum <= ${label(top.droppedBelow)})`,
    );
  }
  if (top.rows.length < top.nodes) lines.push(`Showing top ${top.rows.length} nodes out of ${top.nodes}`);
  lines.push("      flat  flat%   sum%        cum   cum%");
  let running = 0n;
  for (const { name, inline, flat, cum } of top.rows) {
    running += flat;
    const columns = [
      label(flat).padStart(10),
      percentage(Number(flat), total),
      percentage(Number(running), total),
      label(cum).padStart(10),
      percentage(Number(cum), total),
    ];
    lines.push(`${columns.join(" ")}  ${name}${inline === "" ? "" : ` ${inline}`}`);
  }
  return `${lines.join("\n")}\n`;
}

function* headerOf(
  profile: Profile,
  { type, unit, total }: Top,
  label: (value: bigint) => string,
): Generator<string> {
  const { mappings } = profile;
  const file = profile.string(mappings.file[1] ?? 0);
  const buildId = profile.string(mappings.buildId[1] ?? 0);
  if (mappings.count > 1) {
    if (file !== "") yield `File: ${file.slice(file.lastIndexOf("/") + 1)}`;
    if (buildId !== "") yield `Build ID: ${buildId}`;
  }
  for (const comment of profile.comments.map((index) => profile.string(index))) {
    if (!comment.startsWith("#")) yield comment;
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
function outputUnit({ rows, unit, total }: Top): string {
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
