import type { Comparison, Section, SeriesComparison, SeriesRow, SeriesSection } from "../compare/index.ts";
import type { ComparisonOptions } from "./comparison.ts";
import { sectionLines } from "./comparison.ts";
import { printable, printableJson } from "./escape.ts";
import { wrap } from "./wrap.ts";

const LIMIT = 20;

/** What became of a case over several bundles, for people at a terminal: what changed in each step, then each number of each host. */
export function renderSeries(series: SeriesComparison, options: ComparisonOptions = {}): string {
  const { bundles, order, steps, hosts, cluster } = series;
  const paint = options.paint ?? ((_, text) => text);
  const width = Math.max(60, options.width ?? 100);
  const heading =
    order === "time"
      ? `${bundles.length} bundles, in the order of their times`
      : `${bundles.length} bundles, as they were given: not all tell their times`;
  const blocks = [
    [
      paint("bold", heading),
      ...bundles.map(({ name, seconds }, i) =>
        printable(
          `  ${i + 1}  ${name}${seconds === null || i === 0 ? "" : `, ${span(seconds)} after the first`}`,
        ),
      ),
    ],
    ...steps.map((step, i) => {
      const told = settingsOf(step).flatMap((section) => sectionLines(section, options, paint, width));
      return [
        paint("bold", `from ${i + 1} to ${i + 2}`),
        ...(told.length > 0 ? told : ["  nothing found or set up otherwise"]),
      ];
    }),
    ...hosts.map(({ host, restarts, sections }) => [
      paint("bold", host === null ? "the host" : printable(host)),
      ...restarts.flatMap((isRestart, i) =>
        isRestart === true ? [`  started anew between ${i + 1} and ${i + 2}: its counters began again`] : [],
      ),
      ...seriesLines(sections, options, width),
    ]),
    ...(cluster.some(({ rows }) => rows.length > 0)
      ? [[paint("bold", "the cluster"), ...seriesLines(cluster, options, width)]]
      : []),
  ];
  if (hosts.length === 0) blocks.push(["No host is in all of the bundles."]);
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** A series as one JSON object, ending in a line feed. */
export function renderSeriesJson(series: SeriesComparison): string {
  return `${printableJson(series)}\n`;
}

/** What a step found and set up otherwise; numbers are told for all steps at once. */
function settingsOf({ findings, hosts, cluster }: Comparison): Section[] {
  const all = [findings, ...hosts.flatMap(({ sections }) => sections), ...cluster];
  return all.filter(({ changes }) => changes.length > 0 && changes.every(({ by }) => by === undefined));
}

function seriesLines(
  sections: readonly SeriesSection[],
  { limit = LIMIT }: ComparisonOptions,
  width: number,
): string[] {
  const changed = sections.filter(({ rows }) => rows.length > 0);
  const same = sections.filter(({ rows }) => rows.length === 0).map(({ title }) => printable(title));
  const lines = changed.flatMap(({ title, compared, rows, omitted }) => {
    const shown = limit === 0 ? rows : rows.slice(0, limit);
    const all = rows.length + omitted;
    return [
      wrap(printable(`${title}: ${all} of ${compared} changed`), width, "  ", "    "),
      ...shown.map((row) => wrap(printable(rowText(row)), width, `    ${MARK[row.trend]} `, "        ")),
      ...(all > shown.length ? [`    and ${all - shown.length} more`] : []),
    ];
  });
  return [...lines, ...(same.length > 0 ? [wrap(`unchanged: ${same.join(", ")}`, width, "  ", "    ")] : [])];
}

const MARK: Record<SeriesRow["trend"], string> = { grows: "+", falls: "-", wavers: "~" };

function rowText({ what, values, rates, fullIn }: SeriesRow): string {
  const said = values.map((value) => (value === null ? "?" : String(value))).join(" → ");
  const each = rates?.map((rate) => (rate === null ? "?" : String(Number(rate.toPrecision(2))))) ?? [];
  const [first] = each;
  const bySecond =
    each.length === 0 ? "" : ` (${each.every((one) => one === first) ? first : each.join(", ")} a second)`;
  return `${what}: ${said}${bySecond}${fullIn === undefined ? "" : `, full in ${span(fullIn)} if it goes on so`}`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
