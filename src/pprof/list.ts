import { type NodeInfo, printableName } from "./node-info.ts";
import type { Profile } from "./profile.ts";
import { re2 } from "./re2.ts";
import type { SourceOptions } from "./view-source.ts";
import { compareBytes, weigh } from "./weigh.ts";

/** What was measured at a line of source. */
export interface ListLine {
  readonly line: number;
  readonly flat: bigint;
  readonly cum: bigint;
}

/** A function in a source file, with those of its lines that were measured. */
export interface ListFunction {
  readonly name: string;
  /** "" where the profile doesn't tell. */
  readonly file: string;
  /** Where the function begins; 0 where the profile doesn't tell. */
  readonly startLine: number;
  /** Sums over the lines: a sample that goes through several of them counts for each in `cum`. */
  readonly flat: bigint;
  readonly cum: bigint;
  /** In their order. */
  readonly lines: readonly ListLine[];
}

/** Functions by line, as `go tool pprof -list` shows them. */
export interface List {
  readonly type: string;
  readonly unit: string;
  readonly total: bigint;
  /** By name, then by file. */
  readonly functions: readonly ListFunction[];
}

/**
 * The functions whose names match, line by line.
 *
 * @param name a regular expression in RE2's syntax, which matches anywhere in a name
 * @returns `undefined` where the profile has no such sample type
 */
export function list(
  profile: Profile,
  name: string,
  options: SourceOptions & { readonly noInlines?: boolean | undefined } = {},
): List | undefined {
  const weighed = weigh(profile, { ...options, granularity: "lines", nodeFraction: 0, edgeFraction: 0 });
  if (!weighed) return undefined;
  const matcher = re2(name, "the functions' name");
  const { type, unit, total, graph, shown } = weighed;
  const functions = new Map<string, { info: NodeInfo; lines: Map<number, ListLine> }>();
  for (const node of shown) {
    const info = graph.infos[node];
    if (!info || !matcher.test(info.name)) continue;
    const key = printableName({ ...info, line: 0 });
    const known = functions.get(key) ?? { info, lines: new Map<number, ListLine>() };
    functions.set(key, known);
    known.lines.set(info.line, { line: info.line, flat: weighed.flat(node), cum: weighed.cum(node) });
  }
  const all = [...functions.values()].map(({ info, lines }): ListFunction => {
    const inOrder = [...lines.values()].sort((a, b) => a.line - b.line);
    return {
      name: info.name,
      file: info.file,
      startLine: info.startLine,
      flat: inOrder.reduce((sum, line) => sum + line.flat, 0n),
      cum: inOrder.reduce((sum, line) => sum + line.cum, 0n),
      lines: inOrder,
    };
  });
  all.sort((a, b) => compareBytes(a.name, b.name) || compareBytes(a.file, b.file));
  return { type, unit, total, functions: all };
}
