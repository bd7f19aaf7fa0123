import type { CST, ParsedNode } from "yaml";
import { Composer, Lexer, Parser } from "yaml";
import type { Problem } from "./problems.ts";

/** Characters of a file of rules: what it takes to read it grows with them. */
const LONGEST = 256 * 1024;
/** Levels of the parser, two or three for each level of the text. The composer goes down them by calling itself. */
const DEEPEST = 100;

/** Marks that the lexer puts between tokens: the beginning of a document, the end of a flow collection, the scalar that follows. */
const [DOCUMENT, FLOW_END, PLAIN] = ["\u0002", "\u0018", "\u001f"];
const MARKS: ReadonlySet<string> = new Set([DOCUMENT, FLOW_END, PLAIN]);

/** What a rule file may not have, by the first character of the token: they make a text mean what it doesn't show. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["&", "anchors are not taken: write it out"],
  ["*", "aliases are not taken: write it out, or quote a text that begins with *"],
  ["!", "tags are not taken: quote a text that begins with !"],
  ["%", "directives are not taken: quote a text that begins with %"],
]);

/**
 * Reads YAML 1.2 into nodes that know where they stand. No text makes it take long or grow: neither deep ones, nor aliases.
 *
 * @returns the document's content where there is no problem
 */
export function readYaml(text: string): { node?: ParsedNode; problems: readonly Problem[] } {
  const { tokens, problem } = parse(text);
  if (problem) return { problems: [problem] };
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    // Its check compares each key with every other.
    uniqueKeys: false,
    stringKeys: true,
    logLevel: "silent",
  });
  const [document, another] = composer.compose(tokens, true, text.length);
  if (!document || document.errors.length > 0) {
    const problems = (document?.errors ?? []).map(({ message, pos }) => ({
      message: `not YAML: ${message}`,
      offset: Math.min(pos[0], text.length),
    }));
    return { problems };
  }
  if (another)
    return { problems: [{ message: "a file of rules is one document", offset: another.range[0] }] };
  const { contents } = document;
  return contents === null
    ? { problems: [{ message: "the file is empty; it needs rules" }] }
    : { node: contents, problems: [] };
}

/** The parts of a text, unless it has something that is refused. */
function parse(text: string): { tokens: CST.Token[]; problem?: Problem } {
  const tokens: CST.Token[] = [];
  if (text.length > LONGEST)
    return {
      tokens,
      problem: { message: `the file has ${text.length} characters; at most ${LONGEST} are taken` },
    };
  const parser = new Parser();
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    const { offset } = parser;
    const isMark = MARKS.has(token);
    const refused = isMark || isScalar ? undefined : REFUSED.get(token.charAt(0));
    if (refused !== undefined) return { tokens, problem: { message: refused, offset } };
    isScalar = token === PLAIN;
    for (const part of parser.next(token)) tokens.push(part);
    if (parser.stack.length > DEEPEST)
      return { tokens, problem: { message: "it is nested too deep", offset } };
  }
  for (const part of parser.end()) tokens.push(part);
  return { tokens };
}
