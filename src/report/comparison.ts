import type { Change, Comparison, Section } from "../compare/index.ts";
import { printable, printableJson } from "./escape.ts";
import type { Style } from "./layout.ts";
import { wrap } from "./wrap.ts";

/** How a comparison is laid out as text. */
export interface ComparisonOptions {
  /** Columns; 100 when absent. */
  readonly width?: number;
  /** Colours a text; plain when absent. */
  readonly paint?: (style: Style, text: string) => string;
  /** Changes of a section that are printed; 20 when absent, 0 for all. */
  readonly limit?: number;
}

const LIMIT = 20;
const MARK: Record<Change["is"], string> = { added: "+", removed: "-", changed: "~" };
const STYLE: Record<Change["is"], Style> = { added: "green", removed: "red", changed: "yellow" };

/** What changed from one bundle to another, for people at a terminal: findings first, then each host, then the cluster. */
export function renderComparison(comparison: Comparison, options: ComparisonOptions = {}): string {
  const { findings, hosts, cluster, alone } = comparison;
  const blocks = [
    ...block("FINDINGS", [findings], options),
    ...hosts.flatMap(({ host, with: other, sections }) =>
      block(
        host === other ? nameOf(host) : `${nameOf(host)}, compared with ${nameOf(other)}`,
        sections,
        options,
      ),
    ),
    ...block("the cluster", cluster, options),
    ...alone.map(
      ({ in: where, host }) =>
        `${nameOf(host)} is only in the bundle ${where === "before" ? "before" : "after"}`,
    ),
  ];
  if (hosts.length === 0 && cluster.length === 0) blocks.push("Nothing in the two bundles can be compared.");
  return `${blocks.join("\n\n")}\n`;
}

/** A comparison as one JSON object, ending in a line feed. */
export function renderComparisonJson(comparison: Comparison): string {
  return `${printableJson(comparison)}\n`;
}

const nameOf = (host: string | null): string => (host === null ? "the host" : printable(host));

function block(title: string, sections: readonly Section[], options: ComparisonOptions): string[] {
  if (sections.length === 0) return [];
  const paint = options.paint ?? ((_, text) => text);
  const width = Math.max(60, options.width ?? 100);
  const changed = sections.filter(({ changes }) => changes.length > 0);
  const same = sections.filter(({ changes }) => changes.length === 0).map((each) => printable(each.title));
  return [
    [
      paint("bold", title),
      ...changed.flatMap((each) => sectionLines(each, options, paint, width)),
      ...(same.length > 0 ? [paint("dim", wrap(`unchanged: ${same.join(", ")}`, width, "  ", "    "))] : []),
    ].join("\n"),
  ];
}

/** A section's changes as lines, under what it is. */
export function sectionLines(
  { title, compared, changes, omitted, note }: Section,
  { limit = LIMIT }: ComparisonOptions,
  paint: (style: Style, text: string) => string,
  width: number,
): string[] {
  const shown = limit === 0 ? changes : changes.slice(0, limit);
  const all = changes.length + omitted;
  const about = `${title}: ${all} of ${compared} changed${note === undefined ? "" : `; ${note}`}`;
  const lines = [wrap(printable(about), width, "  ", "    ")];
  for (const change of shown) lines.push(line(change, paint, width));
  if (all > shown.length) lines.push(`    and ${all - shown.length} more`);
  return lines;
}

function line(change: Change, paint: (style: Style, text: string) => string, width: number): string {
  const { is, what, before, after, by } = change;
  const values = [before, after].filter((value) => value !== undefined).join(" → ");
  const grown = by === undefined ? "" : ` (${by > 0 ? "+" : ""}${by})`;
  const said = values === "" || values === what ? what : `${what}: ${values}${grown}`;
  const text = wrap(printable(said), width, `    ${MARK[is]} `, "        ");
  return `    ${paint(STYLE[is], MARK[is])}${text.slice(5)}`;
}
