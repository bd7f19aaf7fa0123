import { InquestError } from "../../bytes/index.ts";

/** Something that is wrong with a file of rules. */
export interface Problem {
  /** What it is, and what would be right. */
  readonly message: string;
  /** Where in the text it begins, counted in UTF-16 units; absent where it is about the file. */
  readonly offset?: number;
}

/** Problems that an error names. */
const NAMED = 20;
/** Characters of a line that are quoted, on either side of the place at most half of them. */
const QUOTED = 120;

/** The problems of a file, each with its place and the line that it stands in. */
export class RulesError extends InquestError {
  /** The first of them, in the order of the file. */
  readonly problems: readonly (Problem & { readonly line?: number; readonly column?: number })[];

  constructor(path: string, text: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => (a.offset ?? -1) - (b.offset ?? -1));
    const placed = sorted
      .slice(0, NAMED)
      .map((problem) => ({ ...problem, ...placeOf(text, problem.offset) }));
    const rest = sorted.length - placed.length;
    const parts = placed.map(({ message, line, column }) =>
      line === undefined || column === undefined
        ? `${path}: ${message}`
        : `${path}:${line}:${column}: ${message}\n${quote(text, line, column)}`,
    );
    if (rest > 0) parts.push(`and ${rest} more`);
    super("misuse", parts.join("\n"), { path });
    this.problems = placed;
  }
}

function placeOf(text: string, offset: number | undefined): { line?: number; column?: number } {
  if (offset === undefined) return {};
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

/** The line with its number, and a mark below the column. */
function quote(text: string, line: number, column: number): string {
  const whole = (text.split("\n", line)[line - 1] ?? "").replace(/\r$/, "").replaceAll("\t", " ");
  const from = column > QUOTED / 2 ? Math.max(0, Math.min(column - QUOTED / 2, whole.length - QUOTED)) : 0;
  const gutter = `  ${line} | `;
  return `${gutter}${whole.slice(from, from + QUOTED)}\n${" ".repeat(gutter.length - 2)}| ${" ".repeat(column - 1 - from)}^`;
}
