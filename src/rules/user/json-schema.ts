import { DEFINITIONS, ruleFile } from "./form.ts";
import type { Schema } from "./shape.ts";

/** The JSON Schema (2020-12) of files of rules, for editors: it knows the keys and their values, and not what only the whole file tells. */
export function rulesJsonSchema(): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Rules for inquest",
    ...ruleFile.schema,
    $defs: DEFINITIONS,
  };
}
