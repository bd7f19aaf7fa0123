import { Composer } from "yaml";
import { parseBlockYaml } from "./block-yaml.ts";
import { type YamlBounds, yamlTokens } from "./yaml-tokens.ts";

const BOUNDS: YamlBounds = {
  // No object that an API server printed has anchors, aliases or tags. A hostile one could grow without end by them.
  refused: new Set(["&", "*", "!"]),
  // Schemas in definitions of resources are deep.
  deepest: 400,
  // An object as large as etcd takes has about as many, if it is no text.
  most: 250_000,
};

/**
 * What a text of YAML says, of which what an API server prints is read the fast way.
 *
 * @returns `undefined` where it isn't one document, or has what no object has
 */
export function parseYaml(text: string): unknown {
  const read = parseBlockYaml(text);
  if (read) return read.value;
  const { tokens, refusal } = yamlTokens(text, BOUNDS);
  if (refusal) return undefined;
  const composer = new Composer({
    // To compare all keys of a map with one another takes for ever where there are many.
    uniqueKeys: false,
    // Each would have the lines around it searched for and drawn.
    prettyErrors: false,
    logLevel: "silent",
  });
  const [document, another] = composer.compose(tokens, true, text.length);
  if (!document || another || document.errors.length > 0) return undefined;
  return document.toJS({ maxAliasCount: 0 });
}
