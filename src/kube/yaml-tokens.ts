import type { CST } from "yaml";
import { Lexer, Parser } from "yaml";

/** Marks that the lexer puts between tokens: the beginning of a document, the end of a flow collection, the scalar that follows. */
const [DOCUMENT, FLOW_END, PLAIN] = ["\u0002", "\u0018", "\u001f"];
const MARKS: ReadonlySet<string> = new Set([DOCUMENT, FLOW_END, PLAIN]);

/** What a text of YAML has that is not taken. */
export interface RefusedYaml {
  /** `deep`: nested too deep; `long`: too many tokens. */
  readonly why: "token" | "deep" | "long";
  /** The first character of the token that is not taken. */
  readonly token?: string;
  /** Where it stands in the text. */
  readonly offset: number;
}

/** What is taken. */
export interface YamlBounds {
  /** The first characters of tokens that are not, such as `&`. */
  readonly refused: ReadonlySet<string>;
  /** Levels of the parser, two or three for each level of the text. */
  readonly deepest: number;
  /** Tokens: each takes some microseconds, however little it says. */
  readonly most: number;
}

/**
 * Takes a text of YAML apart for a `Composer`, which goes down its levels by calling itself and takes quadratic time for a row of
 * anchors: what it shall not meet ends the text.
 */
export function yamlTokens(
  text: string,
  { refused, deepest, most }: YamlBounds,
): { readonly tokens: readonly CST.Token[]; readonly refusal?: RefusedYaml } {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let isScalar = false;
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    const { offset } = parser;
    const first = token.charAt(0);
    if (!isScalar && !MARKS.has(token) && refused.has(first))
      return { tokens, refusal: { why: "token", token: first, offset } };
    isScalar = token === PLAIN;
    for (const part of parser.next(token)) tokens.push(part);
    if (parser.stack.length > deepest) return { tokens, refusal: { why: "deep", offset } };
    if (++count > most) return { tokens, refusal: { why: "long", offset } };
  }
  for (const part of parser.end()) tokens.push(part);
  return { tokens };
}
