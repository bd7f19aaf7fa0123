import { fixed1 } from "./go-format.ts";
import { percentage, scale } from "./measurement.ts";
import type { Tag, Tags } from "./tags.ts";

/** {@link Tags} in the form of `go tool pprof -tags`: each label with its total, and below it its values and their shares. */
export function renderTags({ unit, tags }: Tags): string {
  return tags.map((tag) => renderTag(tag, unit)).join("");
}

/** Columns are set flush right with a space between, as Go's text/tabwriter does; a label's lines are one block. */
function renderTag({ key, total, values }: Tag, unit: string): string {
  const label = (value: bigint): string => {
    const [scaled, name] = scale(Number(value), unit, "minimum");
    return fixed1(scaled) + name;
  };
  const first = key.length + 2;
  const cells = values.map(({ value }) => {
    const share = total > 0n ? ` (${percentage(Number(value), Number(total))})` : "";
    return `${label(value)}${share}:`;
  });
  const second = cells.reduce((widest, { length }) => Math.max(widest, length), 0) + 1;
  const lines = values.map(
    ({ name }, i) => `${" ".repeat(first)}${(cells[i] ?? "").padStart(second)} ${name}`,
  );
  return `${[`${`${key}:`.padStart(first)} Total ${label(total)}`, ...lines].join("\n")}\n\n`;
}
