import { percentage } from "./measurement.ts";
import type { Profile } from "./profile.ts";
import type { Tree, TreeEdge } from "./tree.ts";
import { headerLines, valueLabel, weightColumns } from "./view-text.ts";

const SEPARATOR = "----------------------------------------------------------+-------------";
const LEGEND = "      flat  flat%   sum%        cum   cum%   calls calls% + context \t \t ";

/**
 * A {@link Tree} in the form of `go tool pprof -tree`, callers above and callees below each function.
 *
 * @param rows the functions to print, where not all of them; the header speaks of all
 */
export function renderTree(profile: Profile, tree: Tree, rows = tree.rows): string {
  const label = valueLabel(tree, tree.rows);
  const columns = weightColumns(tree, label);
  const lines = [...headerLines(profile, tree, tree.rows, label), SEPARATOR, LEGEND];
  const edge = ({ name, weight, inlined }: TreeEdge, cum: bigint): string =>
    `${label(weight).padStart(50)} ${percentage(weight, Number(cum))} |   ${name}${inlined ? " (inline)" : ""}`;
  const wanted = new Set(rows);
  for (const row of tree.rows) {
    if (!wanted.has(row)) continue;
    const { name, cum, callers, callees } = row;
    lines.push(SEPARATOR);
    for (const caller of callers) lines.push(edge(caller, cum));
    lines.push(`${columns(row)}                | ${name}`);
    for (const callee of callees) lines.push(edge(callee, cum));
  }
  if (tree.rows.length > 0) lines.push(SEPARATOR);
  return `${lines.join("\n")}\n`;
}
