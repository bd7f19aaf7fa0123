/** A column of a table that kubectl printed. */
export interface Column {
  /** Its heading, such as `LAST SEEN`. */
  readonly name: string;
  /** Where it begins in each line, in characters. */
  readonly from: number;
}

/** Headings are in capitals, and stand two blanks apart at least; within one there may be a single blank. */
const HEADING = /[A-Z][A-Z()/-]*(?: [A-Z][A-Z()/-]*)*/g;
const HEADER = /^\s*[A-Z][A-Z ()/-]*$/;
/** No table of kubectl's has so many columns, or so wide ones. */
const LONGEST_HEADER = 4000;

/** The columns that a line of headings announces; none where the line is none. */
export function columnsOf(line: string): readonly Column[] {
  if (line.length > LONGEST_HEADER || !HEADER.test(line)) return [];
  return [...line.matchAll(HEADING)].map((match) => ({ name: match[0], from: match.index }));
}

const WIDE = /[\ud800-\udbff]/;
const SPACE = " ";

/**
 * Whether each cell of a line stands below its heading. kubectl counts characters; a text that was changed afterwards, as by a
 * redactor, may be out of line.
 */
export function isAligned(line: string | readonly string[], columns: readonly Column[]): boolean {
  const [first] = columns;
  if (first === undefined || (line[first.from] ?? SPACE) === SPACE) return false;
  for (let i = 0; i < first.from; i++) if (line[i] !== SPACE) return false;
  for (let i = 1; i < columns.length; i++) {
    const from = columns[i]?.from ?? 0;
    if (from >= line.length) return true;
    if (line[from - 1] !== SPACE || line[from - 2] !== SPACE) return false;
  }
  return true;
}

/**
 * The cells of a line by its columns; an empty cell is `""`. Where the cells are out of line they are told apart by the blanks between
 * them, if there are as many as columns.
 *
 * @returns `undefined` where the line is no row of the table
 */
export function cellsOf(line: string, columns: readonly Column[]): readonly string[] | undefined {
  const chars = WIDE.test(line) ? Array.from(line) : line;
  if (isAligned(chars, columns)) {
    return columns.map(({ from }, i) => {
      const cell = chars.slice(from, columns[i + 1]?.from);
      return (typeof cell === "string" ? cell : cell.join("")).trim();
    });
  }
  const parts = line.trim().split(/ {2,}/);
  if (parts.length === columns.length) return parts;
  // Of events, what has no part that they are about leaves its cell empty.
  const part = columns.findIndex(({ name }) => name === "SUBOBJECT");
  if (part > 0 && parts.length === columns.length - 1 && !parts[part]?.includes("{"))
    return [...parts.slice(0, part), "", ...parts.slice(part)];
  // A message may have blanks of its own.
  if (parts.length < columns.length || columns.at(-1)?.name !== "MESSAGE") return undefined;
  const before = parts.slice(0, columns.length - 1);
  return [...before, parts.slice(before.length).join("  ")];
}
