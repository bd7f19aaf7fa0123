/** One line of `kubectl describe`, with the lines that are indented below it. */
export interface Section {
  /** What stands before the colon; empty of a line without one. */
  readonly key: string;
  /** What stands behind it. */
  readonly value: string;
  /** The line as it stands. */
  readonly text: string;
  /** One-based. */
  readonly line: number;
  readonly children: readonly Section[];
}

interface Open extends Section {
  readonly indent: number;
  readonly children: Open[];
}

const FIELD = /^([A-Za-z][\w ./()-]{0,80}):(?:[ \t]+(.*))?$/;
const DEEPEST = 12;

/** The lines of one description as a tree by their indentation. */
export function sectionsOf(
  lines: readonly { readonly text: string; readonly number: number }[],
): readonly Section[] {
  const top: Open[] = [];
  const open: Open[] = [];
  for (const { text, number } of lines) {
    const trimmed = text.trim();
    if (trimmed === "") continue;
    const indent = text.length - text.trimStart().length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const [, key = "", value = ""] = FIELD.exec(trimmed) ?? [];
    const section: Open = { key, value: value.trim(), text, line: number, indent, children: [] };
    (open.at(-1)?.children ?? top).push(section);
    if (open.length < DEEPEST) open.push(section);
  }
  return top;
}

/** The section at a path of keys. */
export function sectionAt(sections: readonly Section[], ...path: readonly string[]): Section | undefined {
  let here: readonly Section[] = sections;
  let found: Section | undefined;
  for (const key of path) {
    found = here.find((each) => each.key === key);
    if (!found) return undefined;
    here = found.children;
  }
  return found;
}

/** What stands at a path, where it is something. */
export function fieldAt(sections: readonly Section[], ...path: readonly string[]): string | undefined {
  const value = sectionAt(sections, ...path)?.value;
  return value === undefined || /^(?:<none>|<unset>|<unknown>)?$/.test(value) ? undefined : value;
}

/** The rows of a table below a line of dashes, by its headings; `undefined` cells are not shown. */
export function rowsOf(
  section: Section | undefined,
): readonly { readonly cells: ReadonlyMap<string, string>; readonly line: number }[] {
  // A row with a colon in it may have taken those behind it for its own; in order they are all lines of the table.
  const lines = section ? flattened(section.children) : [];
  const at = lines.findIndex(({ text }) => /^\s*-+(?:\s+-+)*\s*$/.test(text));
  const [head, dashes] = [lines[at - 1], lines[at]];
  if (!head || !dashes) return [];
  const froms = [...dashes.text.matchAll(/-+/g)].map(({ index }) => index);
  const names = /\t/.test(head.text.trim())
    ? head.text.trim().split(/\t+/)
    : froms.map((from, i) => head.text.slice(from, froms[i + 1]).trim());
  return lines.slice(at + 1).flatMap(({ text, line }) => {
    const parts = partsOf(text, froms, names);
    if (parts === undefined) return [];
    return [
      { cells: new Map(names.flatMap((name, i) => (parts[i] ? [[name, parts[i]] as const] : []))), line },
    ];
  });
}

function partsOf(
  text: string,
  froms: readonly number[],
  names: readonly string[],
): readonly string[] | undefined {
  if (text.trim().includes("\t")) return withPath(text.trim().split(/\t+/), names);
  const isAligned = froms.every((from, i) => i === 0 || from > text.length || text[from - 1] === " ");
  if (isAligned) return froms.map((from, i) => text.slice(from, froms[i + 1]).trim());
  return withPath(text.trim().split(/ {2,}/), names);
}

/** kubectl 1.8 and older aligned with tabs, which an empty cell doesn't show in; pasted, they may be blanks. */
function withPath(parts: string[], names: readonly string[]): readonly string[] | undefined {
  const path = names.indexOf("SubObjectPath");
  if (path >= 0 && parts.length === names.length - 1) parts.splice(path, 0, "");
  return parts.length === names.length ? parts : undefined;
}

function flattened(sections: readonly Section[]): readonly Section[] {
  return sections.flatMap((section) => [section, ...flattened(section.children)]);
}
