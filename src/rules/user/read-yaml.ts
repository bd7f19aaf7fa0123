import type { CST, ParsedNode } from "yaml";
import { Composer } from "yaml";
import { yamlTokens } from "../../kube/index.ts";
import type { Problem } from "./problems.ts";

/** Characters of a file of rules: what it takes to read it grows with them. */
const LONGEST = 256 * 1024;
/** Levels of the parser, two or three for each level of the text. The composer goes down them by calling itself. */
const DEEPEST = 100;

/** What a rule file may not have, by the first character of the token: they make a text mean what it doesn't show. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["&", "anchors are not taken: write it out"],
  ["*", "aliases are not taken: write it out, or quote a text that begins with *"],
  ["!", "tags are not taken: quote a text that begins with !"],
  ["%", "directives are not taken: quote a text that begins with %"],
]);
/** There are no more tokens than characters, but for marks. */
const BOUNDS = { refused: new Set(REFUSED.keys()), deepest: DEEPEST, most: Infinity };

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
function parse(text: string): { tokens: readonly CST.Token[]; problem?: Problem } {
  if (text.length > LONGEST)
    return {
      tokens: [],
      problem: { message: `the file has ${text.length} characters; at most ${LONGEST} are taken` },
    };
  const { tokens, refusal } = yamlTokens(text, BOUNDS);
  if (!refusal) return { tokens };
  const { token, offset } = refusal;
  const message = (token === undefined ? undefined : REFUSED.get(token)) ?? "it is nested too deep";
  return { tokens, problem: { message, offset } };
}
