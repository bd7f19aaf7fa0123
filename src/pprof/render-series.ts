import { scaledLabel } from "./measurement.ts";
import type { Series } from "./series.ts";
import { isPlumbing } from "./user-frames.ts";

/** How much of a series is printed. */
export interface SeriesTextOptions {
  /** Most stacks; 20 when absent, all when 0. */
  readonly nodeCount?: number | undefined;
  /** Whole stacks, with the runtime's own frames. */
  readonly full?: boolean;
}

const MOST_STACKS = 20;
const MOST_FRAMES = 6;

/** A {@link Series} as text: the stacks that changed, what grew most first, each with its value in every snapshot. */
export function renderSeries(
  { type, unit, times, totals, rows }: Series,
  options: SeriesTextOptions = {},
): string {
  const label = (value: bigint): string => scaledLabel(Number(value), unit, "minimum");
  const signed = (value: bigint): string => (value > 0n ? `+${label(value)}` : label(value));
  const changed = rows.filter(({ trend }) => trend !== "steady");
  const limit = options.nodeCount ?? MOST_STACKS;
  const shown = limit > 0 ? changed.slice(0, limit) : changed;
  const lines = [
    `Type: ${type}`,
    `Snapshots: ${times.map(timeText).join(", ")}`,
    `Total: ${totals.map(label).join(" → ")}`,
  ];
  for (const { frames, values, growth, trend } of shown) {
    lines.push("", `${signed(growth)} (${trend}): ${values.map(label).join(" → ")}`);
    const named = options.full === true ? frames : userPart(frames);
    for (const name of named) lines.push(`    ${name}`);
  }
  const left = changed.length - shown.length;
  const steady = rows.length - changed.length;
  lines.push("", `${left > 0 ? `${left} more stacks changed; ` : ""}${steady} stacks did not change`);
  return `${lines.join("\n")}\n`;
}

/** The innermost frames that a person would name. */
function userPart(frames: readonly string[]): readonly string[] {
  const first = frames.findIndex((name) => !isPlumbing(name));
  const from = frames.slice(Math.max(first, 0));
  return from.length <= MOST_FRAMES
    ? from
    : [...from.slice(0, MOST_FRAMES), `… ${from.length - MOST_FRAMES} more`];
}

function timeText(nanos: bigint): string {
  return nanos === 0n ? "no time" : new Date(Number(nanos / 1_000_000n)).toISOString();
}
