import { percentage } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { Top } from "./top.ts";
import { headerLines, valueLabel } from "./view-text.ts";

/**
 * A {@link Top} in the form of `go tool pprof -top`: the same rows, order, values and percentages. The time is in UTC,
 * where pprof prints the zone of the machine that it runs on.
 */
export function renderTop(profile: Profile, top: Top): string {
  const label = valueLabel(top, top.rows);
  const total = Number(top.total);
  const lines = [...headerLines(profile, top, top.rows, top.rows.length)];
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
