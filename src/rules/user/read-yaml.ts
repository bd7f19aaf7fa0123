import { Lexer, parseDocument } from "yaml";
import type { ParsedNode } from "yaml";
import type { Problem } from "./problems.ts";

/** Characters of a file of rules: what it takes to read it grows with them. */
const LONGEST = 256 * 1024;
/** Levels of brackets. */
const DEEPEST = 32;

/** Marks of the lexer: the beginning of a document, the end of a flow collection, the scalar that follows. */
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
  const early = refusal(text);
  if (early) return { problems: [early] };
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    // Its check compares each key with every other.
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(({ code, message, pos }) => ({
        message: code === "RESOURCE_EXHAUSTION" ? "it is nested too deep" : `not YAML: ${message}`,
        offset: Math.min(pos[0], text.length),
      })),
    };
  }
  const { contents } = document;
  if (contents === null) return { problems: [{ message: "the file is empty; it needs rules" }] };
  return { node: contents, problems: [] };
}

/** What is refused before anything is made of the text. */
function refusal(text: string): Problem | undefined {
  if (text.length > LONGEST)
    return { message: `the file has ${text.length} characters; at most ${LONGEST} are taken` };
  let offset = 0;
  let depth = 0;
  let documents = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    // Marks that the lexer puts between tokens are no part of the text.
    if (MARKS.has(token)) {
      isScalar = token === PLAIN;
      if (token === DOCUMENT && documents++ > 0)
        return { message: "a file of rules is one document", offset };
      continue;
    }
    const refused = isScalar ? undefined : REFUSED.get(token.charAt(0));
    if (refused !== undefined) return { message: refused, offset };
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEEPEST) return { message: "it is nested too deep", offset };
    isScalar = false;
    offset += token.length;
  }
  return undefined;
}
