import { RE2JS } from "re2js";

/** Something that texts are tested for, in time linear in their length, whatever it is. */
export interface Pattern {
  test(text: string): boolean;
  /** The named groups of the first match that took part in it; `undefined` where nothing matches. */
  fields(text: string): ReadonlyMap<string, string> | undefined;
  /** Names of its groups. */
  readonly names: ReadonlySet<string>;
}

/** Instructions of a compiled expression, which each character of a text may be tried against. */
const LARGEST_PROGRAM = 5000;

/**
 * A regular expression in RE2's syntax: no backreferences and no looking around, and so no text that it takes long for.
 *
 * @returns what is wrong with it where it is none
 */
export function compilePattern(expression: string, ignoreCase = false): Pattern | { readonly wrong: string } {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(expression, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    return {
      wrong: `no regular expression of RE2's syntax: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  if (compiled.programSize() > LARGEST_PROGRAM) return { wrong: "a regular expression that is too large" };
  const names = Object.keys(compiled.namedGroups());
  return {
    names: new Set(names),
    test: (text) => compiled.test(text),
    fields(text) {
      // The test is faster than the match by far, and most lines don't match.
      if (!compiled.test(text)) return undefined;
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      const fields = names.map((name) => [name, matcher.group(name)] as const);
      return new Map(fields.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
    },
  };
}

/** A text that is looked for as it stands. */
export function literalPattern(literal: string, ignoreCase: boolean): Pattern {
  const sought = ignoreCase ? literal.toLowerCase() : literal;
  const test = ignoreCase
    ? (text: string): boolean => text.toLowerCase().includes(sought)
    : (text: string): boolean => text.includes(sought);
  const none: ReadonlyMap<string, string> = new Map();
  return { names: new Set(), test, fields: (text) => (test(text) ? none : undefined) };
}

/** A pattern of paths: `*` stands for what is in a name, `**` for folders too, `?` for one character. It may begin at any folder. */
export function pathPattern(glob: string): Pattern | { readonly wrong: string } {
  const parts = glob.match(/\*\*\/?|\*|\?|[^*?]+/g) ?? [];
  const expression = parts.map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : RE2JS.quote(part);
  });
  return compilePattern(`^(?:.*/)?${expression.join("")}$`);
}

/** A pattern of names: `*` stands for anything. */
export function namePattern(glob: string): (name: string) => boolean {
  const parts = glob.split("*");
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return (name) => name === glob;
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
      return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  };
}
