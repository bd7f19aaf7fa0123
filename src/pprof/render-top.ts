import type { Profile } from "./profile.ts";
import type { Top } from "./top.ts";
import { headerLines, valueLabel, weightColumns } from "./view-text.ts";

/**
 * A {@link Top} in the form of `go tool pprof -top`: the same rows, order, values and percentages. The time is in UTC,
 * where pprof prints the zone of the machine that it runs on.
 */
export function renderTop(profile: Profile, top: Top): string {
  const label = valueLabel(top, top.rows);
  const columns = weightColumns(top, label);
  const lines = [...headerLines(profile, top, top.rows, label)];
  lines.push("      flat  flat%   sum%        cum   cum%");
  for (const row of top.rows) {
    lines.push(`${columns(row)}  ${row.name}${row.inline === "" ? "" : ` ${row.inline}`}`);
  }
  return `${lines.join("\n")}\n`;
}
