import type { TextSearch } from "../../bundle/index.ts";
import { InquestError, memo } from "../../bytes/index.ts";
import type { FoundIn } from "../../evidence/index.ts";
import { textsOf } from "../../evidence/index.ts";
import type { Cite } from "../../evidence/index.ts";
import type { Pattern } from "./pattern.ts";
import { compilePattern, literalPattern, pathPattern } from "./pattern.ts";

/** What {@link textSearch} looks for, and where. */
export interface TextSearchOptions {
  /** A text that the line has in it. */
  readonly contains?: string | undefined;
  /** A regular expression in RE2's syntax that the line matches somewhere; `(?P<name>…)` makes a field. */
  readonly matches?: string | undefined;
  readonly ignoreCase?: boolean | undefined;
  /** Which texts: `*` stands for what is in a name, `**` for folders. All when absent. */
  readonly paths?: readonly string[] | undefined;
  /** The field whose values are counted each by itself. */
  readonly each?: string | undefined;
}

/**
 * Something to be looked for in the lines of texts while they are read: for the `searches` of a rule, which finds with
 * {@link textsOf} what there was.
 *
 * @throws {InquestError} `misuse` where the expression is none, or nothing is looked for
 */
export function textSearch(options: TextSearchOptions): TextSearch {
  const { contains, matches, ignoreCase = false, paths, each } = options;
  const pattern =
    contains === undefined
      ? compilePattern(matches ?? fail("textSearch needs contains or matches"), ignoreCase)
      : literalPattern(contains, ignoreCase);
  if ("wrong" in pattern) return fail(`${matches} is ${pattern.wrong}`);
  if (each !== undefined && !pattern.names.has(each)) fail(`the expression has no group ${each}`);
  return searchFor(pattern, (paths ?? []).map(pathOrFail), each);
}

function fail(message: string): never {
  throw new InquestError("misuse", message);
}

function pathOrFail(glob: string): Pattern {
  const pattern = pathPattern(glob);
  return "wrong" in pattern ? fail(`${glob} is ${pattern.wrong}`) : pattern;
}

/** A search for a pattern in texts at any of some paths, or in all. */
export function searchFor(pattern: Pattern, paths: readonly Pattern[], each: string | undefined): TextSearch {
  return {
    wants: (path) => paths.length === 0 || paths.some((one) => one.test(path)),
    match(line) {
      const fields = pattern.fields(line);
      if (!fields) return undefined;
      if (each === undefined) return { group: "", fields };
      const group = fields.get(each);
      return group === undefined ? undefined : { group, fields };
    },
  };
}

/** Lines of one group in all texts of one place. */
export interface FoundGroupOf {
  readonly group: string;
  readonly count: number;
  /** The named parts of the first line. */
  readonly fields: ReadonlyMap<string, string>;
  readonly cites: readonly Cite[];
}

/** What was found in the texts of one place. */
export interface Gathered {
  /** The texts that were searched. */
  readonly texts: readonly FoundIn[];
  readonly groups: readonly FoundGroupOf[];
  /** Whether there are groups that nothing is known of but that they are there. */
  readonly isCut: boolean;
}

/** Citations of one group. */
const CITED = 5;

const KNOWN = memo((_evidence: Parameters<typeof textsOf>[0]) => new Map<TextSearch, Gathered>());

/**
 * What a search found in the texts of a host, or of the cluster, that are of certain kinds, which are those of the search each time.
 * Copies of one text count once.
 */
export function gather(
  evidence: Parameters<typeof textsOf>[0],
  search: TextSearch,
  kinds: ReadonlySet<string> | undefined,
): Gathered {
  const known = KNOWN(evidence);
  let gathered = known.get(search);
  if (!gathered) known.set(search, (gathered = workOut(evidence, search, kinds)));
  return gathered;
}

function workOut(
  evidence: Parameters<typeof textsOf>[0],
  search: TextSearch,
  kinds: ReadonlySet<string> | undefined,
): Gathered {
  const texts = textsOf(evidence, search).filter(
    (text) => kinds === undefined || [...text.kinds].some((kind) => kinds.has(kind)),
  );
  const byGroup = new Map<string, Map<string, FoundGroupOf>>();
  for (const { artifact, found } of texts) {
    for (const [group, { count, lines }] of found.groups) {
      const [first] = lines;
      if (!first) continue;
      const copies = byGroup.get(group) ?? new Map<string, FoundGroupOf>();
      byGroup.set(group, copies);
      const key = JSON.stringify(lines.map(({ text }) => text));
      const cites = lines.map(({ text, number }) => ({
        artifact: artifact.path,
        text,
        where: { line: number },
      }));
      if ((copies.get(key)?.count ?? 0) < count)
        copies.set(key, { group, count, fields: first.fields, cites });
    }
  }
  const groups = [...byGroup].flatMap(([group, copies]) => {
    const parts = [...copies.values()];
    const [first] = parts;
    if (!first) return [];
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    return [
      { group, count, fields: first.fields, cites: parts.flatMap(({ cites }) => cites).slice(0, CITED) },
    ];
  });
  return { texts, groups, isCut: texts.some(({ found }) => found.beyond > 0) };
}
