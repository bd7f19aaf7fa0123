import { firstOf, groupBy } from "../bytes/index.ts";
import type { Evidence } from "../rules/index.ts";
import type { ReportedArtifact } from "./report.ts";

/** Places of one text that are named before the rest is counted. */
const NAMED_PLACES = 6;

/** The folder that all artifacts lie in, with its slash; empty where they have none in common. */
export function rootOf(artifacts: readonly ReportedArtifact[]): string {
  const [first, ...others] = artifacts.map(({ path }) => path.split("/").slice(0, -1));
  if (!first || others.length === 0) return "";
  let depth = first.length;
  for (const folders of others) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same++;
    depth = same;
  }
  return depth === 0 ? "" : `${first.slice(0, depth).join("/")}/`;
}

/** Citations as rows, each with its place; what several places say alike is one row. */
export function citedRows(evidence: readonly Evidence[], root: string): string[] {
  const alike = groupBy(evidence, ({ text, artifact, where }) =>
    JSON.stringify([text, artifact, "line" in where]),
  );
  return [...alike.values()].flatMap((all) => {
    const [first] = all;
    return first ? [rowOf(first, all, root)] : [];
  });
}

function rowOf(first: Evidence, all: readonly Evidence[], root: string): string {
  const { artifact, where } = first;
  const text = textOf(first, root);
  const path = artifact.startsWith(root) ? artifact.slice(root.length) : artifact;
  const lines = [...new Set(all.flatMap((each) => each.where["line"] ?? []).map(String))];
  const parts = Object.entries(where)
    .filter(([key, value]) => key !== "line" && !isToldBy(first, key, value))
    .map(([key, value]) => partOf(key, value));
  const place = lines.length === 0 ? path : `${path}:${firstOf(lines, NAMED_PLACES)}`;
  // What else is known of the place is of the first.
  return `${text} (${[place, ...(all.length === 1 || lines.length === 0 ? parts : [])].join(", ")})`;
}

/** What it says, without the path that stands behind it anyway and the full stop that it can't end with. */
function textOf({ text, artifact }: Evidence, root: string): string {
  const own = text.startsWith(`${artifact}: `) ? text.slice(artifact.length + 2) : text;
  return shortened(own, root).replace(/(?<=[a-z\d)])\.$/, "");
}

/** A text with paths from the common folder on. */
export function shortened(text: string, root: string): string {
  if (root === "" || !text.includes(root)) return text;
  return text
    .split(root)
    .reduce((all, part) => (/(?:^|[\s(,:])$/.test(all) ? all + part : all + root + part));
}

function partOf(key: string, value: unknown): string {
  if (!Array.isArray(value)) return `${key} ${String(value)}`;
  return `${value.length === 1 ? key.replace(/s$/, "") : key} ${value.join(", ")}`;
}

/** What the text or the path says already, and calls below the one that the text names. */
function isToldBy({ text, artifact }: Evidence, key: string, value: unknown): boolean {
  if (key === "stack") return true;
  if (key !== "pid") return false;
  return text.includes(`(${String(value)})`) || artifact.includes(`/${String(value)}/`);
}
