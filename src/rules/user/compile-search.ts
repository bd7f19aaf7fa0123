import type { TextSearch } from "../../bundle/index.ts";
import type { Comparison } from "./compare.ts";
import type { WrittenComparison } from "./form.ts";
import type { Pattern } from "./pattern.ts";
import { compilePattern, literalPattern, pathPattern } from "./pattern.ts";
import { searchFor } from "./search.ts";
import type { Report } from "./shape.ts";

/** A search, and the kinds of artifacts whose lines count. */
export interface Compiled {
  readonly search: TextSearch;
  readonly kinds: ReadonlySet<string> | undefined;
  /** Names of the fields that a line may have. */
  readonly names: ReadonlySet<string>;
}

interface Where {
  readonly kinds?: readonly string[] | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly ignoreCase?: boolean | undefined;
}

/** A search for lines with a text, or that match an expression. */
export function compileSearch(
  written: Where & { contains?: string | undefined; matches?: string | undefined; each?: string | undefined },
  offset: number,
  report: Report,
): Compiled | undefined {
  const { contains, matches, each, ignoreCase = false } = written;
  if ((contains === undefined) === (matches === undefined)) {
    report({ message: "a search needs one of the keys contains and matches", offset });
    return undefined;
  }
  const pattern =
    matches === undefined ? literalPattern(contains ?? "", ignoreCase) : patternOf(matches, ignoreCase);
  if (!pattern) return undefined;
  if (each !== undefined && !pattern.names.has(each)) {
    report({ message: `the expression makes no field ${each}: (?P<${each}>…)`, offset });
    return undefined;
  }
  return compiled(pattern, written, each);
}

/** A search for lines that have a field in them, whose values are told apart. */
export function compileField(
  written: Where & { matches: { value: string; offset: number } },
  field: string,
  report: Report,
): Compiled | undefined {
  const { value, offset } = written.matches;
  const pattern = patternOf(value, written.ignoreCase);
  if (!pattern) return undefined;
  if (!pattern.names.has(field)) {
    report({ message: `the expression must make the field ${field}: (?P<${field}>…)`, offset });
    return undefined;
  }
  return compiled(pattern, written, field);
}

function compiled(pattern: Pattern, { kinds, paths }: Where, each: string | undefined): Compiled {
  const where = (paths ?? []).flatMap((path) => right(pathPattern(path)) ?? []);
  return {
    search: searchFor(pattern, where, each),
    kinds: kinds && new Set(kinds),
    names: pattern.names,
  };
}

/** Expressions have been compiled once when they were read: these are right. */
const right = (pattern: ReturnType<typeof compilePattern>): Pattern | undefined =>
  "wrong" in pattern ? undefined : pattern;

const patternOf = (expression: string, ignoreCase?: boolean): Pattern | undefined =>
  right(compilePattern(expression, ignoreCase));

/** A comparison with its expressions compiled. */
export function compileComparison(written: WrittenComparison): Comparison {
  if (typeof written !== "object") return { equals: written };
  const { matches, ...rest } = written;
  return { ...rest, ...(matches !== undefined && { matches: patternOf(matches) }) };
}
